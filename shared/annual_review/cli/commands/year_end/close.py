"""`annual-review close`: start the closing of a year by hand, and tell what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from annual_review.cli.acts import act_of, reason_of, show_end
from annual_review.cli.options import By, DryRun, Reason, StackName, YearArgument
from annual_review.cli.unfitting import show_unfitting
from annual_review.console import CommandError, Exit, err, out, progress
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import counted
from annual_review.services.year_end.close_year import CloseTrial
from annual_review.services.year_end.closing.examine_year import NO_EDITION
from annual_review.services.year_end.closing.year_volume import in_words, is_about_the_volume
from annual_review.views.authority_names import with_names
from annual_review.wiring.advice import REASON, USUAL_STACK, typed

if TYPE_CHECKING:
    from annual_review.wiring.system import System

_AcceptVolume = Annotated[
    bool,
    typer.Option(
        "--accept-volume",
        help="Say that so many decisions are right, though the year before had over twice or under"
        " half as many; wants --reason.",
    ),
]


def close(
    year: YearArgument,
    accept_volume: _AcceptVolume = False,
    reason: Reason = "",
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Close a year by hand: freeze its figures, and plan a letter for every authority.

    What the schedule of 15 April does. As long as the figures can't be trusted, every reason is
    told and nothing is changed. A year that was closed keeps its figures; letters that are missing
    are planned.

    A year with under half or over twice as many decisions as the year before is not closed until a
    person has accepted that, with --accept-volume. This is kept, so that the schedule finds it too.
    It holds as long as neither year changes by more than a tenth.

    Exit status: 0, or 1 when the year can't be closed yet, 2 for wrong usage, 4 for a failure.
    """
    from annual_review.wiring.system import deployed

    if (reason or by) and not accept_volume:
        raise typer.BadParameter("--reason and --by go with --accept-volume")
    act = act_of(by, reason_of(reason)) if accept_volume else None
    system = deployed(stack)
    function = system.close_function
    with progress("Counting again", 1) as step:
        trial = function.close(year, is_dry_run=True)
        step(1, 1)
    show_unfitting(trial.unfitting, system.directory.register(), stack)
    reasons = list(trial.reasons)
    if act and not trial.was_closed:
        _accept(system, year, trial, act, is_dry_run=dry_run)
        reasons = [each for each in reasons if not is_about_the_volume(each, year, trial.volume)]
    if reasons:
        _refuse(system, year, reasons, trial)
    if not dry_run:
        with progress("Closing the year", 1) as step:
            function.close(year)
            step(1, 1)
    verb = "would be" if dry_run else "is"
    letters = counted(trial.letters, "letter", "letters")
    if trial.was_closed:
        out.print(f"The year {year} was closed before; its figures stay as they are.", markup=False)
        planned = "would be planned" if dry_run else "are planned now"
        out.print(f"Letters that were missing and {planned}: {trial.letters}.", markup=False)
    else:
        out.print(f"The year {year} {verb} closed, with {letters} planned.", markup=False)
    show_end(f"{typed(f'status {year}', stack)} says what to do.", is_dry_run=dry_run)


def _accept(
    system: System, year: ReportingYear, trial: CloseTrial, act: Act, *, is_dry_run: bool
) -> None:
    """Keep that somebody accepts the volume that was seen, if it needs that.

    Raises:
        CommandError: The function that is deployed knows no volume.
        RefusalError: Somebody accepted another volume just now.
    """
    if trial.volume is None:
        raise CommandError("the deployed version can't check volumes: deploy the present one")
    seen = in_words(year, trial.volume)
    if not trial.volume.is_questioned:
        out.print(f"The volume needs nobody to accept it: {seen}.", markup=False)
    elif is_dry_run:
        out.print(f"Would be accepted by {act.by}: {seen}.", markup=False)
    else:
        accepted = system.accept_volume().accept(year, trial.volume, act)
        seen = in_words(year, accepted.volume)
        out.print(f"Accepted by {accepted.by}: {seen}. {accepted.reason}", markup=False)


def _refuse(system: System, year: ReportingYear, reasons: list[str], trial: CloseTrial) -> NoReturn:
    """Tell every reason, with what helps.

    Raises:
        Exit: The year can't be closed yet.
    """
    err.print(f"The year {year} can't be closed yet. Reasons: {len(reasons)}", style="red")
    register = system.directory.register()
    for reason in reasons:
        err.print(f"  - {with_names(reason, register)}", markup=False)
    if any(reason.startswith(NO_EDITION) for reason in reasons):
        err.print(_of_this_checkout(year), markup=False)
    if any(is_about_the_volume(each, year, trial.volume) for each in reasons):
        accept = typed(f"close {year} --accept-volume {REASON}", system.name)
        err.print(f"If so many decisions are right, accept them: {accept}", markup=False)
    again = typed(f"close {year}", system.name)
    err.print(f"The year was left open. Deal with each reason, then run: {again}", markup=False)
    raise typer.Exit(Exit.NOT_IN_ORDER)


def _of_this_checkout(year: ReportingYear) -> str:
    """Say whether the edition that the deployment lacks is here, to be deployed."""
    from annual_review.rendering.editions.edition import load_edition
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.errors import EditionError

    try:
        load_edition(SHIPPED_EDITIONS, year)
    except EditionError as error:
        helping = typed(error.command or f"edition check {year}", USUAL_STACK)
        return f"This checkout has none of {year} either that can be used: {helping}"
    return f"This checkout has one of {year}: deploy it."
