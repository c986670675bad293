"""What is recorded of a case, its reset, and tallies that differ from their cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import CaseReference, CaseState, Withdrawal, counting_day
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.figures.repair_year import Repair
from annual_review.services.recording.reset_case import ResetPlan
from annual_review.services.wording import moment_of
from annual_review.views.authority_names import named
from annual_review.views.table import Table


def recorded_of(
    reference: CaseReference, recorded: Sequence[CaseState], register: Register
) -> Table:
    """Return the parts of a case as they are recorded."""
    return Table(
        f"Case {reference}",
        ("part", "version", "authority", "what it says"),
        [(each.key.part.value.lower(), *_told(each, register)) for each in recorded],
    )


def acts_on(recorded: Iterable[CaseState]) -> Iterator[str]:
    """Say who reset a case or confirmed it, when and why."""
    for each in recorded:
        for reset in each.resets:
            before = f" from version {reset.replaced}" if reset.replaced else ""
            yield f"Reset{before} by {reset.by} on {moment_of(reset.at)}: {reset.reason}"
        if each.confirmed:
            yield f"Confirmed by a person; on record in {each.confirmed}."


def reset_of(plan: ResetPlan, register: Register) -> Table:
    """Return what is recorded beside what casework says."""
    rows = []
    for write in plan.writes:
        before = _told(write.seen, register) if write.seen else ("–", "–", "nothing is recorded")
        part = write.state.key.part.value.lower()
        rows += [
            (part, "recorded", *before),
            (part, "casework says", *_told(write.state, register)),
        ]
    return Table("What is reset", ("part", "", "version", "authority", "what it says"), rows)


def tallies_moved_by(plan: ResetPlan, register: Register) -> Table:
    """Return what a reset does to the tallies."""
    return Table(
        "What it changes",
        ("authority", "year", "measure", "change"),
        [
            (named(key.authority, register), str(key.year), str(measure), f"{change:+}")
            for key, tally in sorted(plan.tallies.items())
            for measure, change in sorted(tally.items())
            if change
        ],
    )


def differences_of(wrong: Iterable[Count], register: Register) -> Table:
    """Return the measures in which tallies differ from their cases."""
    return Table(
        "Differences",
        ("authority", "name", "measure", "stored", "counted"),
        [
            (*_code_and_name(each.authority, register), each.measure, each.stored, each.counted)
            for count in wrong
            for each in count.differences
        ],
    )


def left_out_of(wrong: Iterable[Count]) -> Iterator[str]:
    """Say of each authority that is not in the register, though cases count for it, what to do."""
    for count in wrong:
        if count.is_left_out:
            yield (
                f"{count.key.authority} is not in the register, and cases of {count.key.year} count"
                f" for it ({len(count.cases)}): no figures would hold them. Load the register with"
                " it."
            )


def repairs_of(repairs: Iterable[Repair], register: Register) -> Table:
    """Return the measures that repairs changed."""
    return Table(
        "Repaired",
        ("authority", "name", "repair", "measure", "before", "after"),
        [
            (
                *_code_and_name(each.key.authority, register),
                each.number,
                measure,
                each.before[measure],
                each.after[measure],
            )
            for each in repairs
            for measure in sorted(each.change)
        ],
    )


def _code_and_name(code: AuthorityCode, register: Register) -> tuple[str, str]:
    authority = register.find(code)
    return code, authority.name if authority else ""


def _told(state: CaseState, register: Register) -> tuple[str, str, str]:
    said = "withdrawn" if isinstance(state, Withdrawal) else state.outcome.value
    day = state.withdrawn_on if isinstance(state, Withdrawal) else counting_day(state)
    return str(state.version), named(state.authority, register), f"{said}, {day}"


UNFITTING: Final = "What does not fit together, and counts all the same"
ABOUT_UNFITTING: Final = (
    "Ask casework, which publishes what is missing, or the case under its right authority. What is"
    " recorded of a case:"
)
"""What to do about what does not fit; the command that shows a case comes after it."""
