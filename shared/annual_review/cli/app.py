"""The command `annual-review` with its subcommands: arguments in, exit codes out, no tracebacks."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from annual_review.adapters.files.input_files import InputFileError
from annual_review.cli.commands.dispatch.approve import approve
from annual_review.cli.commands.dispatch.doctor import doctor
from annual_review.cli.commands.dispatch.hold import hold, unhold
from annual_review.cli.commands.dispatch.prepare import prepare
from annual_review.cli.commands.dispatch.release import release
from annual_review.cli.commands.dispatch.resend import resend
from annual_review.cli.commands.dispatch.settle import settle
from annual_review.cli.commands.figures.explain import explain
from annual_review.cli.commands.figures.reconcile import reconcile
from annual_review.cli.commands.letters.edition import editions_app
from annual_review.cli.commands.letters.notes import notes_app
from annual_review.cli.commands.letters.paragraphs import paragraphs_app
from annual_review.cli.commands.letters.preview import preview
from annual_review.cli.commands.letters.review import review
from annual_review.cli.commands.publication.challenge import challenge_app
from annual_review.cli.commands.publication.publish import publish
from annual_review.cli.commands.publication.site import site
from annual_review.cli.commands.recording.dead_letters import dead_letters_app
from annual_review.cli.commands.recording.import_events import import_events
from annual_review.cli.commands.recording.load_register import load_register
from annual_review.cli.commands.recording.recipients import recipients_app
from annual_review.cli.commands.recording.reset_case import reset_case
from annual_review.cli.commands.rehearsal.figures import figures
from annual_review.cli.commands.rehearsal.rehearse import rehearse
from annual_review.cli.commands.rehearsal.sample import sample
from annual_review.cli.commands.year_end.close import close
from annual_review.cli.commands.year_end.desk import desk
from annual_review.cli.commands.year_end.journal import journal
from annual_review.cli.commands.year_end.reissue import reissue
from annual_review.cli.commands.year_end.report import report
from annual_review.cli.commands.year_end.status import status
from annual_review.cli.refusals import Commands
from annual_review.console import EXIT_CODES, CommandError, Exit, err
from annual_review.services.errors import PortError

app = typer.Typer(
    name="annual-review",
    cls=Commands,
    help="Exact figures of complaint decisions, and the annual review letters that print them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="\n\n".join(
        ["Exit status:", *(f"{code.value}  {meaning}" for code, meaning in EXIT_CODES.items())]
    ),
)
_WITHOUT_AWS: Final = "Without any AWS"
_DEPLOYING: Final = "Deploying with SAM"
_ANY_TIME: Final = "At any time"
_BEFORE_THE_CLOSE: Final = "Before the year is closed"
_READING: Final = "Reading and approving"
_LETTERS_DAY: Final = "The issue date and after"
_PUBLISHING: Final = "Publication"
_OTHERS: Final = "For work on this system"
"""The groups of the help, as the README has them."""

app.command(rich_help_panel=_WITHOUT_AWS)(figures)
app.command(rich_help_panel=_WITHOUT_AWS)(rehearse)
app.command(rich_help_panel=_WITHOUT_AWS)(sample)
app.command("load-register", rich_help_panel=_DEPLOYING)(load_register)
app.command(rich_help_panel=_WITHOUT_AWS)(site)
app.add_typer(editions_app, name="edition", rich_help_panel=_WITHOUT_AWS)

app.command(rich_help_panel=_ANY_TIME)(desk)
app.command(rich_help_panel=_ANY_TIME)(status)
app.command(rich_help_panel=_ANY_TIME)(explain)
app.add_typer(dead_letters_app, name="dead-letters", rich_help_panel=_ANY_TIME)
app.command("reset-case", rich_help_panel=_ANY_TIME)(reset_case)
app.command(rich_help_panel=_ANY_TIME)(journal)
app.command(rich_help_panel=_ANY_TIME)(report)

app.command("import", rich_help_panel=_BEFORE_THE_CLOSE)(import_events)
app.add_typer(recipients_app, name="recipients", rich_help_panel=_BEFORE_THE_CLOSE)
app.add_typer(notes_app, name="notes", rich_help_panel=_BEFORE_THE_CLOSE)
app.command(rich_help_panel=_BEFORE_THE_CLOSE)(reconcile)
app.command(rich_help_panel=_BEFORE_THE_CLOSE)(close)

app.command(rich_help_panel=_READING)(preview)
app.command(rich_help_panel=_READING)(review)
app.add_typer(paragraphs_app, name="paragraphs", rich_help_panel=_READING)
app.command(rich_help_panel=_READING)(prepare)
app.command(rich_help_panel=_READING)(approve)
app.command(rich_help_panel=_READING)(hold)
app.command(rich_help_panel=_READING)(unhold)

app.command(rich_help_panel=_LETTERS_DAY)(doctor)
app.command(rich_help_panel=_LETTERS_DAY)(release)
app.command(rich_help_panel=_LETTERS_DAY)(resend)
app.command(rich_help_panel=_LETTERS_DAY)(settle)
app.command(rich_help_panel=_LETTERS_DAY)(reissue)

app.add_typer(challenge_app, name="challenge", rich_help_panel=_PUBLISHING)
app.command(rich_help_panel=_PUBLISHING)(publish)


@app.command(rich_help_panel=_OTHERS)
def schemas(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")],
) -> None:
    """Write the JSON Schemas of the events, as they are kept in events/schemas."""
    from annual_review.adapters.files.event_files import write_schemas

    write_schemas(out)


def main() -> None:
    """Run the command line; what the user can fix is told in a line, not as a traceback."""
    # Letters and recipients are nobody else's: all that a command writes is its user's alone.
    os.umask(0o077)
    # Folders of letters under way are removed on the way out, which a plain SIGTERM doesn't take.
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except InputFileError as error:
        _complain(Exit.WRONG_INPUT, f"{error.path} can't be used:", *error.problems)
    except CommandError as error:
        _complain(error.code, *error.lines)
    except PortError as error:
        again = "What was done so far is kept. Run the command again."
        _complain(Exit.AWS_FAILED, f"{error} ({type(error).__name__})", again)
    except OSError as error:
        why = f"{error.filename or 'a file'}: {error.strerror or error}"
        _complain(Exit.WRONG_INPUT, why)


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _complain(code: Exit, first: str, *more: str) -> None:
    err.print(f"error: {first}", style="red", markup=False)
    for line in more:
        err.print(f"  {line}", markup=False)
    sys.exit(code)
