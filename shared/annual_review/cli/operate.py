"""Loading the register into the deployed system."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from annual_review.adapters.directory_table import DynamoDBDirectory
from annual_review.adapters.register_files import read_recipients, read_register
from annual_review.cli.acts import LONDON, show_end
from annual_review.cli.console import Exit, progress, show_table, warn
from annual_review.cli.deployed import deployed
from annual_review.cli.recipients import show_findings
from annual_review.services.check_recipients import check_recipients


def load_register(stack: str, authorities: Path, recipients: Path, *, is_dry_run: bool) -> Exit:
    """Load the register and its recipients into the table of a deployed system.

    Raises:
        InputFileError: A file can't be taken; nothing was loaded.
        CommandError: The stack can't be found.
        PortError: Not all of it was loaded; loading again loads the rest.
    """
    register, receiving = read_register(authorities), read_recipients(recipients)
    directory = DynamoDBDirectory(deployed(stack).table)
    today = datetime.now(LONDON).date()
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
    show_end(is_dry_run=is_dry_run)
    return Exit.DONE
