"""What the commands that deal with letters share: who acts, when, and what they left."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Final

import typer

from annual_review.console import CommandError, Exit, out, show_list, show_table
from annual_review.domain.authorities import Register
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters.letter import LettersDone
from annual_review.services.wording import LONDON
from annual_review.views.letters import left_letters

_DRY_RUN: Final = "Nothing was changed: this was a dry run."


def act_of(by: str, reason: str = "") -> Act:
    """Return who acts now, and why; without a name it is the login name.

    Raises:
        CommandError: Nobody is named, and nobody is logged in.
    """
    try:
        name = by.strip() or getpass.getuser()
    except (OSError, KeyError):
        raise CommandError("we can't tell who you are: give your name with --by") from None
    return Act(name, datetime.now(LONDON), reason.strip())


def confirm(question: str, *, is_confirmed: bool) -> None:
    """Ask a person before something goes out that can't be taken back.

    Raises:
        CommandError: The answer was no, or there is nobody to ask.
    """
    if is_confirmed:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"there is nobody to ask: {question}", "Confirm with --yes.")
    if not typer.confirm(question):
        raise CommandError("nothing was done", code=Exit.NOT_IN_ORDER)


def reason_of(reason: str) -> str:
    """Return a reason.

    Raises:
        CommandError: There is none.
    """
    if not reason.strip(" .…"):
        raise CommandError("give a reason with --reason: it is kept in the history")
    return reason.strip()


def show_done(
    year: ReportingYear, done: str, report: LettersDone, read_register: Callable[[], Register]
) -> None:
    """Count the letters, then list those that were left, if there are any, each with the reason.

    Of many with the same reason only the number is told. The register is read for the names.
    """
    left = report.left
    show_table(f"Letters of {year}", [(done, len(report.done)), ("Left", len(left))])
    if not left:
        return
    out.print()
    show_list(left_letters(left, read_register()))


def exit_of(report: LettersDone) -> Exit:
    """Return how a command ends that did what it was asked to, but for what it left."""
    return Exit.NOT_IN_ORDER if report.left else Exit.DONE


def show_end(*next_steps: str, is_dry_run: bool) -> None:
    """Say that it was a dry run, or what comes next."""
    if is_dry_run:
        out.print(f"\n{_DRY_RUN}")
        return
    for each in next_steps:
        out.print(f"\nNext: {each}", markup=False)
