"""`annual-review load-register`: load the register and its recipients into the deployed system."""

from __future__ import annotations

from datetime import datetime

import typer

from annual_review.cli.acts import act_of, show_end
from annual_review.cli.commands.recording.recipients import show_findings
from annual_review.cli.file_options import Authorities, Recipients, tell_how_read
from annual_review.cli.options import DryRun, StackName
from annual_review.console import CommandError, Exit, progress, show_table, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.letters.register.check_recipients import (
    STOPS_A_LETTER,
    check_recipients,
)
from annual_review.services.wording import LONDON
from annual_review.services.year_end.watch_letters import years_watched
from annual_review.views.authority_names import spoken
from annual_review.wiring.advice import REASON, typed


def load_register(
    authorities: Authorities,
    recipients: Recipients,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Load the register and its recipients into a deployed system.

    Both files are checked as a whole first. With a name that can't be printed, or a letter to more
    mailboxes than one message may have, nothing is loaded. What else is odd about the recipients,
    beside those loaded before, is told and loaded all the same. Entries that are not in them any
    more stay.

    A code that changes in a year that is closed already changes no letter of it: letters keep the
    code under which they were planned, and every command takes either.

    Exit status: 0, or 1 when a letter is on its way to a recipient that changed or an authority has
    two unsent letters, 2 for wrong input.
    """
    from annual_review.adapters.files.register_files import read_recipients, read_register
    from annual_review.rendering.forms.pdf import lacking_glyphs
    from annual_review.wiring.system import deployed

    register, receiving = (
        read_register(authorities, tell_how_read),
        read_recipients(recipients, tell_how_read),
    )
    system, now = deployed(stack), datetime.now(LONDON)
    before, lacking = system.directory.recipients(), lacking_glyphs(now.date())
    findings = check_recipients(register, receiving, now.date(), before, lacking)
    if stopping := [each for each in findings if each.concern in STOPS_A_LETTER]:
        show_findings(stopping, register, every=True)
        raise CommandError("letters could not be sent with these: nothing was loaded")
    with progress("Loading the register") as step:
        report = system.load_register().load(
            Entries(register, receiving),
            years_watched(ReportingYear.of(now.date())),
            act_of(""),
            step,
            is_dry_run=dry_run,
        )
    rows = [
        ("Authorities", len(register)),
        ("Recipients", len(receiving)),
        ("Entries that changed", report.changed),
        ("Letters to be prepared again", len(report.taken_back)),
    ]
    show_table(f"Register of {stack}", rows)
    for letter in report.too_late:
        name = spoken(letter.authority, register)
        warn(f"{name}: letter {letter.tag} is on its way to the recipient that was loaded before")
    for letter in report.doubled:
        name, year = system.spoken(letter.authority), letter.year
        hold = typed(f"hold {year} {letter.authority} {REASON}", stack)
        warn(
            f"{name}: letter {letter.tag} is one of two to the same authority, because {year} was"
            f" closed while its codes stood for two. One of them should stay: {hold}"
        )
    if findings:
        warn("a person should look at some of the recipients; they are loaded all the same")
        show_findings(findings, register)
    show_end(is_dry_run=dry_run)
    raise typer.Exit(Exit.NOT_IN_ORDER if report.too_late or report.doubled else Exit.DONE)
