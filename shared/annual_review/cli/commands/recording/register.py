"""Loading the register into the deployed system."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBLetterStore
from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.cli.acts import LONDON, act_of, show_end
from annual_review.cli.commands.recording.recipients import show_findings
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError, Exit, progress, show_table, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.letters.check_recipients import check_recipients
from annual_review.services.letters.load_register import CodesInUseError, Entries, LoadRegister
from annual_review.services.year_end.watch_letters import years_watched


def load_register(stack: str, authorities: Path, recipients: Path, *, is_dry_run: bool) -> Exit:
    """Load the register and its recipients into the table of a deployed system.

    Raises:
        InputFileError: A file can't be taken; nothing was loaded.
        CommandError: The stack can't be found, or its register has a code for another authority.
        PortError: Not all of it was loaded; loading again loads the rest.
    """
    register, receiving = read_register(authorities), read_recipients(recipients)
    found = deployed(stack)
    directory, now = DynamoDBDirectory(found.table), datetime.now(LONDON)
    findings = check_recipients(register, receiving, now.date(), directory.recipients())
    service = LoadRegister(
        directory=directory,
        letters=DynamoDBLetterStore(found.table),
        prepare=found.prepare_queue,
        issue_date=lambda year: edition_for(SHIPPED_EDITIONS, year).letter_date,
    )
    with progress("Loading the register") as step:
        try:
            report = service.load(
                Entries(register, receiving),
                years_watched(ReportingYear.of(now.date())),
                act_of(""),
                step,
                is_dry_run=is_dry_run,
            )
        except CodesInUseError as error:
            raise CommandError(str(error)) from error
    rows = [
        ("Authorities", len(register)),
        ("Recipients", len(receiving)),
        ("Entries that changed", report.changed),
        ("Letters to be prepared again", len(report.taken_back)),
    ]
    show_table(f"Register of {stack}", rows)
    for letter in report.too_late:
        warn(f"letter {letter.tag} is on its way to the recipient that was loaded before")
    if findings:
        warn("a person should look at some of the recipients; they are loaded all the same")
        show_findings(findings)
    show_end(is_dry_run=is_dry_run)
    return Exit.NOT_IN_ORDER if report.too_late else Exit.DONE
