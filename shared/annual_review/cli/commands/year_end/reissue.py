"""`annual-review reissue`: old and new figures side by side, and then the new revision."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.adapters.waiting import patience
from annual_review.cli.acts import act_of
from annual_review.cli.options import By, DryRun, StackName, YearArgument
from annual_review.console import out, progress, show_list, warn
from annual_review.domain.letters import LetterId
from annual_review.services.year_end.propose_reissue import Order, ReissueProposal
from annual_review.views.reissue import consequences_of, figures_of
from annual_review.wiring.advice import typed

if TYPE_CHECKING:
    from annual_review.wiring.system import System


def _day(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 (a day, not a moment)
    except ValueError as error:
        raise typer.BadParameter("a day is written 2020-09-01") from error


def reissue(
    year: YearArgument,
    authority: Annotated[
        str,
        typer.Argument(
            metavar="AUTHORITY",
            help="Whose letter: E07000075, or a part of its name. Only this one changes.",
        ),
    ],
    reason: Annotated[
        str, typer.Option(help="Why, in a sentence: the letter prints it as it stands.")
    ] = "",
    by: By = "",
    dated: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="YYYY-MM-DD",
            help="The day of the new letter; today, or the issue date if that is to come.",
        ),
    ] = None,
    same_figures: Annotated[
        bool,
        typer.Option("--same-figures", help="Re-issue it though no figure of it has changed."),
    ] = False,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Re-issue the letter of one authority: freeze its figures of today as a new revision.

    Shows old and new figures first. Everything that was frozen or sent before stays as it is; the
    comparisons stay those that all other letters print. Of the authority's letters, one that was
    not sent yet is held. The new letter is then read, approved and released as any other.

    Exit status: 0, or 2 when it can't be re-issued.
    """
    from annual_review.wiring.system import deployed

    system, act = deployed(stack), act_of(by)
    code = system.authority(year, authority)
    order = Order(year, code, reason, dated, same_figures=same_figures)
    service = system.reissue_letter()
    letter = _finished(system, order, act.at, is_dry_run=dry_run)
    if letter is None:
        proposal = system.propose_reissue().propose(
            order, act.at.date(), patience(lambda: math.inf)
        )
        _show(proposal)
        if dry_run:
            out.print("\nNothing was changed: this was a dry run.")
            return
        with progress("Freezing the revision") as step:
            service.reissue(proposal, act.by, act.at, step)
        letter = proposal.letter
    _say_what_next(system, letter, act.at.date())


def _finished(system: System, order: Order, now: datetime, *, is_dry_run: bool) -> LetterId | None:
    """Finish the re-issue before, if it isn't; return its letter if it is this authority's."""
    service = system.reissue_letter()
    unfinished = service.unfinished(order.year)
    if unfinished is None:
        return None
    name = system.spoken(unfinished.authority)
    warn(
        f"revision {unfinished.revision}, for {name}, is frozen and its letter not"
        " prepared yet: it is asked for again"
    )
    if not is_dry_run:
        service.finish(unfinished, now)
    return unfinished if unfinished.authority == order.authority else None


def _show(proposal: ReissueProposal) -> None:
    show_list(figures_of(proposal))
    out.print()
    for line in consequences_of(proposal):
        out.print(line, markup=False)


def _say_what_next(system: System, letter: LetterId, today: date) -> None:
    from annual_review.wiring.dates import issue_date

    year, code, stack = letter.year, letter.authority, system.name
    steps = [
        f"\nLetter {letter.tag} is being prepared. What comes next:",
        f"  read it      {typed(f'preview {year} {code} --open', stack)}",
    ]
    if system.stack.approval_required:
        steps.append(f"  approve it   {typed(f'approve {year} --only {code}', stack)}")
    release = f"  release it   {typed(f'release {year} --only {code}', stack)}"
    day = issue_date(year)
    steps.append(release if day <= today else f"{release}, once {day} has come")
    for each in steps:
        out.print(each, markup=False)
