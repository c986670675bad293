"""The command `annual-review` with its subcommands: arguments in, exit codes out, no tracebacks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from annual_review.adapters.files.input_files import InputFileError
from annual_review.cli.commands.dispatch import letter_commands
from annual_review.cli.commands.figures import figure_commands
from annual_review.cli.commands.letters.editions import editions_app
from annual_review.cli.commands.letters.notes import notes_app
from annual_review.cli.commands.letters.paragraphs import paragraphs_app
from annual_review.cli.commands.letters.preview import preview
from annual_review.cli.commands.letters.review import review
from annual_review.cli.commands.recording.dead_letters import dead_letters_app
from annual_review.cli.commands.recording.import_events import import_events
from annual_review.cli.commands.recording.recipients import recipients_app
from annual_review.cli.commands.year_end import year_commands
from annual_review.cli.commands.year_end.reissue import reissue
from annual_review.cli.options import DryRun, StackName, parse_year
from annual_review.console import EXIT_CODES, CommandError, Exit, err
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import PortError

app = typer.Typer(
    name="annual-review",
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
_OTHERS: Final = "For work on this system"
"""The groups of the help, as the README has them."""

Year = Annotated[
    ReportingYear,
    typer.Option(
        parser=parse_year,
        metavar="YEAR",
        help="Reporting year, named by the year it ends: 2020 is 1 April 2019 to 31 March 2020.",
    ),
]
_INPUT = {"exists": True, "dir_okay": False, "readable": True}
Authorities = Annotated[
    Path,
    typer.Option(
        **_INPUT,
        help="Register as CSV: code,name,type; also used where they are there: in_being_from,"
        " in_being_to, successor, population.",
    ),
]
Recipients = Annotated[
    Path,
    typer.Option(
        **_INPUT,
        help="Recipients as CSV: code,addressee,job_title,salutation,email,cc (cc joined by ;).",
    ),
]
Events = Annotated[
    Path,
    typer.Option(**_INPUT, help="Events, one JSON object a line, as they come over the bus."),
]
Out = Annotated[
    Path, typer.Option(file_okay=False, help="Folder to write to; results go to OUT/YEAR.")
]
Sample = Annotated[
    bool, typer.Option("--sample", help="Print SAMPLE on every letter: the figures are invented.")
]


@app.command(rich_help_panel=_WITHOUT_AWS)
def figures(year: Year, authorities: Authorities, events: Events, out: Out) -> None:
    """Compute the figures of a year from a file of events, without any AWS.

    Writes OUT/YEAR/figures.csv, figures.json (the frozen record with its hash) and rejected.jsonl.

    Exit status: 0, or 3 when lines were rejected, 2 for wrong usage or input.
    """
    from annual_review.cli.commands.rehearsal.figures import make_figures

    raise typer.Exit(make_figures(year, authorities, events, out))


@app.command(rich_help_panel=_WITHOUT_AWS)
def rehearse(
    year: Year,
    authorities: Authorities,
    recipients: Recipients,
    events: Events,
    out: Out,
    notes: Annotated[
        Path | None,
        typer.Option(**_INPUT, help="Notes of the data team as CSV: code,family,text."),
    ] = None,
    sample: Sample = False,
) -> None:
    """Rehearse the year end: figures, every letter, and the messages that would be sent.

    Writes what `figures` writes, and OUT/YEAR/letters/CODE.pdf, .html, .txt, .xlsx and
    OUT/YEAR/outbox/*.eml. Nothing is sent. What the figures and the notes propose to say of an
    authority's own performance is printed as it would be read, reviewed by nobody.

    Exit status: 0, or 3 when lines were rejected, 2 for wrong usage or input.
    """
    from annual_review.cli.commands.rehearsal.rehearse import rehearse_year
    from annual_review.rehearsal.rehearsal_output import YearFiles

    files = YearFiles(authorities, recipients, events, notes)
    raise typer.Exit(rehearse_year(year, files, out, is_sample=sample))


@app.command(rich_help_panel=_WITHOUT_AWS)
def sample(
    year: Year,
    out: Out,
    authorities: Annotated[
        Path | None, typer.Option(**_INPUT, help="Register as CSV; the one of 2020 if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes another year.")] = 2020,
    malformed: Annotated[int, typer.Option(min=0, help="How many malformed events to add.")] = 0,
) -> None:
    """Write a simulated year to try the other commands on: register, recipients, events.

    In shape and size like 2019-20. Published figures of that year are met exactly; all else is
    invented. Writes OUT/authorities.csv, recipients.csv, notes.csv and events.jsonl.
    """
    from annual_review.cli.commands.rehearsal.sample import make_sample
    from annual_review.rehearsal.sample_inputs import REGISTER

    raise typer.Exit(make_sample(year, authorities or REGISTER, out, seed, malformed))


@app.command("load-register", rich_help_panel=_DEPLOYING)
def load_register(
    authorities: Authorities,
    recipients: Recipients,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Load the register and its recipients into a deployed system.

    Both files are checked as a whole first. What is odd about the recipients, beside those loaded
    before, is told and loaded all the same. Entries that are not in them any more stay.
    """
    from annual_review.cli.commands.recording.register import load_register

    raise typer.Exit(load_register(stack, authorities, recipients, is_dry_run=dry_run))


app.add_typer(editions_app, name="edition", rich_help_panel=_WITHOUT_AWS)

app.command(rich_help_panel=_ANY_TIME)(year_commands.status)
app.command(rich_help_panel=_ANY_TIME)(figure_commands.explain)
app.add_typer(dead_letters_app, name="dead-letters", rich_help_panel=_ANY_TIME)
app.command(rich_help_panel=_ANY_TIME)(year_commands.report)

app.command("import", rich_help_panel=_BEFORE_THE_CLOSE)(import_events)
app.add_typer(recipients_app, name="recipients", rich_help_panel=_BEFORE_THE_CLOSE)
app.add_typer(notes_app, name="notes", rich_help_panel=_BEFORE_THE_CLOSE)
app.command(rich_help_panel=_BEFORE_THE_CLOSE)(figure_commands.reconcile)
app.command(rich_help_panel=_BEFORE_THE_CLOSE)(year_commands.close)

app.command(rich_help_panel=_READING)(preview)
app.command(rich_help_panel=_READING)(review)
app.add_typer(paragraphs_app, name="paragraphs", rich_help_panel=_READING)
app.command(rich_help_panel=_READING)(letter_commands.prepare)
app.command(rich_help_panel=_READING)(letter_commands.approve)
app.command(rich_help_panel=_READING)(letter_commands.hold)
app.command(rich_help_panel=_READING)(letter_commands.unhold)

app.command(rich_help_panel=_LETTERS_DAY)(letter_commands.release)
app.command(rich_help_panel=_LETTERS_DAY)(letter_commands.resend)
app.command(rich_help_panel=_LETTERS_DAY)(letter_commands.settle)
app.command(rich_help_panel=_LETTERS_DAY)(reissue)


@app.command(rich_help_panel=_OTHERS)
def schemas(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")],
) -> None:
    """Write the JSON Schemas of the events, as they are kept in events/schemas."""
    from annual_review.adapters.files.event_files import write_schemas

    write_schemas(out)


def main() -> None:
    """Run the command line; what the user can fix is told in a line, not as a traceback."""
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


def _complain(code: Exit, first: str, *more: str) -> None:
    err.print(f"error: {first}", style="red", markup=False)
    for line in more:
        err.print(f"  {line}", markup=False)
    sys.exit(code)
