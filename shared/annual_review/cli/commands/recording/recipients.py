"""`annual-review recipients`: who would receive the letters, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.file_options import INPUT, tell_how_read
from annual_review.console import CommandError, Exit, out, show_list
from annual_review.domain.authorities import Register
from annual_review.services.letters.register.check_recipients import (
    RecipientConcern,
    Recipients,
    check_recipients,
)
from annual_review.services.wording import LONDON
from annual_review.views.recipients import findings_of

recipients_app = typer.Typer(
    help="Check who receives the letters, before any goes to the wrong people.",
    no_args_is_help=True,
)


@recipients_app.callback()
def recipients() -> None:
    """Check who receives the letters, before any goes to the wrong people."""


@recipients_app.command("check")
def check(
    authorities: Annotated[Path | None, typer.Option(**INPUT, help="Register as CSV.")] = None,
    recipients: Annotated[Path | None, typer.Option(**INPUT, help="Recipients as CSV.")] = None,
    last_year: Annotated[
        Path | None,
        typer.Option(
            **INPUT,
            help="Recipients of last year as CSV: a domain that is another now, and a mailbox that"
            " two authorities did not share then, are told.",
        ),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(
            help="Check what is loaded in this deployed stack; with files, compare them with it."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Print every finding, however many are alike.")
    ] = False,
) -> None:
    """Check recipients: missing, shared, doubled, at another domain than before, or nobody's.

    Either files (--authorities and --recipients) are checked, or what a deployed system holds
    (--stack). Nothing is changed and nothing is sent.

    Exit status: 0, or 1 when a person should look at something, 2 for wrong usage or input.
    """
    from annual_review.rendering.forms.pdf import lacking_glyphs

    register, receiving, before = _what_to_check(stack, authorities, recipients, last_year)
    today = datetime.now(LONDON).date()
    findings = check_recipients(register, receiving, today, before, lacking_glyphs(today))
    out.print(f"Recipients: {len(receiving)}. Authorities in the register: {len(register)}.")
    if not findings:
        out.print("No problems found.")
        raise typer.Exit(Exit.DONE)
    show_findings(findings, register, every=every)
    raise typer.Exit(Exit.NOT_IN_ORDER)


def show_findings(
    findings: Sequence[RecipientConcern], register: Register, *, every: bool = False
) -> None:
    """Print what a person should look at, and what to do about it."""
    show_list(findings_of(findings, register, every=every, more="--all lists them"))


def _what_to_check(
    stack: str | None, authorities: Path | None, recipients: Path | None, last_year: Path | None
) -> tuple[Register, Recipients, Recipients]:
    """Return the register, who receives its letters, and who did before.

    Raises:
        InputFileError: A file can't be taken.
        CommandError: It is not said what to check, or the stack can't be found.
    """
    from annual_review.adapters.files.register_files import read_recipients, read_register
    from annual_review.wiring.system import deployed

    if (authorities is None) != (recipients is None) or (authorities is None and stack is None):
        raise CommandError(
            "say what to check: give --authorities A.csv and --recipients R.csv, or --stack NAME"
        )
    earlier: Recipients = {} if last_year is None else read_recipients(last_year, tell_how_read)
    if authorities is None or recipients is None:
        loaded = deployed(str(stack)).directory
        return loaded.register(), loaded.recipients(), earlier
    register = read_register(authorities, tell_how_read)
    receiving = read_recipients(recipients, tell_how_read)
    if last_year is None and stack is not None:
        earlier = deployed(stack).directory.recipients()
    return register, receiving, earlier
