"""`annual-review reset-case`: what is recorded of a case, and its reset to what casework says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from annual_review.adapters.waiting import patience
from annual_review.cli.acts import act_of, confirm, show_end
from annual_review.cli.options import By, DryRun, StackName, Yes
from annual_review.console import CommandError, Exit, out, show_list
from annual_review.domain.authorities import Register
from annual_review.domain.cases import (
    CaseReference,
    CaseState,
    canonical_reference,
)
from annual_review.services.recording.reset_case import ResetPlan
from annual_review.views.cases import acts_on, recorded_of, reset_of, tallies_moved_by


def reset_case(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The reference of the case.")],
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            dir_okay=False,
            help="The case's current events, as casework has them: one JSON object a line.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the case.")] = "",
    by: By = "",
    yes: Yes = False,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Show what is recorded of a case; with --from, reset it to what casework says.

    For a case that stands at a version which casework never reached, so that its corrections count
    nowhere. The case takes the state in the file, also under a lower version, and its tallies move
    with it. Who reset it, when and why is kept with the case. What casework had recorded before
    counts no more, however late it comes; what it records from now on does.

    Exit status: 0, 1 when nothing was done, 2 for wrong usage or input, 4 for a failure.
    """
    from annual_review.wiring.system import deployed

    reference = canonical_reference(case)
    if from_ is not None and not reason.strip():
        raise CommandError("say why the case is reset: give --reason")
    system = deployed(stack)
    service, register = system.reset_case(), system.directory.register()
    recorded = service.recorded(reference)
    _show_recorded(reference, recorded, register)
    if from_ is None:
        raise typer.Exit(Exit.DONE if recorded else Exit.NOT_IN_ORDER)
    plan = service.plan(reference, _events(from_, reference))
    if not plan.writes:
        out.print("\nThe case already matches casework. There is nothing to do.")
        raise typer.Exit(Exit.DONE)
    _show_plan(plan, register)
    if not dry_run:
        confirm(f"Reset case {reference}?", is_confirmed=yes)
        act = act_of(by, reason)
        service.reset(plan, act, patience(lambda: math.inf))
        out.print(f"\nCase {reference} is reset.", markup=False)
    show_end(
        "if casework has recorded more of the case since it wrote the file, import a newer one.",
        is_dry_run=dry_run,
    )


def _events(path: Path, reference: CaseReference) -> Iterator[CaseState]:
    """Go through the events of one case in a file.

    Raises:
        CommandError: A line is no event that can be taken.
    """
    from annual_review.adapters.events import parse_event
    from annual_review.adapters.files.event_files import read_events
    from annual_review.adapters.files.import_words import in_words
    from annual_review.services.recording.messages import RejectedEventError

    for message in read_events(path):
        try:
            state = parse_event(message.body)
        except RejectedEventError as error:
            words = in_words(error.reason, message.body)
            raise CommandError(f"{path}, line {message.id}: {words}") from None
        if state.reference == reference:
            yield state


def _show_recorded(
    reference: CaseReference, recorded: Sequence[CaseState], register: Register
) -> None:
    if not recorded:
        out.print(f"Nothing is recorded of case {reference}.", markup=False)
        return
    show_list(recorded_of(reference, recorded, register))
    for line in acts_on(recorded):
        out.print(line, markup=False)


def _show_plan(plan: ResetPlan, register: Register) -> None:
    for table in (reset_of(plan, register), tallies_moved_by(plan, register)):
        out.print()
        show_list(table)
