"""Commands on the deployed system: loading the register, approving letters."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from annual_review.adapters.close_table import DynamoDBCloseStore
from annual_review.adapters.directory_table import DynamoDBDirectory
from annual_review.adapters.letter_table import DynamoDBLetterStore
from annual_review.adapters.register_files import read_recipients, read_register
from annual_review.cli.console import CommandError, Exit, out, progress, show_table, warn
from annual_review.cli.deployed import deployed
from annual_review.cli.recipients import show_findings
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.approve_letters import ApproveLetters, NothingToApproveError
from annual_review.services.check_recipients import check_recipients

_LONDON = ZoneInfo("Europe/London")
_WOULD = "Nothing was changed: this was a dry run."


def load_register(stack: str, authorities: Path, recipients: Path, *, is_dry_run: bool) -> Exit:
    """Load the register and its recipients into the table of a deployed system.

    Raises:
        InputFileError: A file can't be taken; nothing was loaded.
        CommandError: The stack can't be found.
        PortError: Not all of it was loaded; loading again loads the rest.
    """
    register, receiving = read_register(authorities), read_recipients(recipients)
    directory = DynamoDBDirectory(deployed(stack).table)
    today = datetime.now(_LONDON).date()
    findings = check_recipients(register, receiving, today, directory.recipients())
    if not is_dry_run:
        with progress("Loading the register", 1) as step:
            directory.load(register, receiving)
            step(1, 1)
    rows = [("Authorities", len(register)), ("Recipients", len(receiving))]
    show_table(f"Register of {stack}", rows)
    if findings:
        warn("a person should look at some of the recipients; they are loaded all the same")
        show_findings(findings)
    return _done(is_dry_run=is_dry_run)


def approve_letters(stack: str, year: ReportingYear, by: str, *, is_dry_run: bool) -> Exit:
    """Approve every prepared letter of a year.

    Raises:
        CommandError: The stack can't be found, or the year has no letters.
        PortError: Not every letter was approved; approving again approves the rest.
    """
    table = deployed(stack).table
    service = ApproveLetters(DynamoDBLetterStore(table), DynamoDBCloseStore(table))
    try:
        report = service.approve(year, by, datetime.now(_LONDON), is_dry_run=is_dry_run)
    except NothingToApproveError as error:
        raise CommandError(str(error)) from error
    left = Counter(state.value for _, state in report.left)
    approved = "Would be approved" if is_dry_run else "Approved"
    rows = [(approved, len(report.approved)), *((f"Left {k}", n) for k, n in left.items())]
    show_table(f"Letters of {year}", rows)
    return _done(is_dry_run=is_dry_run)


def _done(*, is_dry_run: bool) -> Exit:
    if is_dry_run:
        out.print(f"\n{_WOULD}")
    return Exit.DONE
