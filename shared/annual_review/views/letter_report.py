"""The sums of a year's letters, and whether they add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annual_review.domain.authorities import AuthorityCode, named
from annual_review.domain.letters import NOT_ARRIVED, LetterState
from annual_review.services.year_end.letter_report import LetterReport
from annual_review.views.table import Sum


def sums_of(report: LetterReport) -> Sequence[Sum]:
    """Return the sums: the ends, those that have none yet, and what they have to come to."""
    missing = [Sum("no letter", len(report.without))] if report.without else []
    too_many = [Sum("of these, not in the figures", len(report.too_many))] * bool(report.too_many)
    return (
        *(Sum(state.value, count) for state, count in report.ended.items()),
        *(Sum(f"{state.value} (no end yet)", count) for state, count in report.not_ended.items()),
        *missing,
        Sum("All", len(report.letters) + len(report.without), is_total=True),
        *too_many,
        Sum("Authorities in the figures", report.authorities, is_total=True),
    )


def verdict_of(report: LetterReport) -> str:
    """Say whether the letters add up, and if not, why."""
    if report.adds_up:
        adds_up = (
            f"The letters add up: {report.authorities:,} authorities, one letter each, and every"
            " one came to an end"
        )
        lost = sum(report.ended.get(state, 0) for state in NOT_ARRIVED | {LetterState.HELD})
        return f"{adds_up}; {lost:,} did not arrive." if lost else f"{adds_up}."
    wrong = []
    if open_ := sum(report.not_ended.values()):
        open_letters = f"{open_:,} {'has' if open_ == 1 else 'have'} not come to an end yet"
        if not (report.without or report.too_many):
            return f"There is one letter for each authority; {open_letters}."
        wrong.append(open_letters)
    if report.without:
        wrong.append(f"there is none for {_named(report.without, report)}")
    if report.too_many:
        wrong.append(f"{_named(report.too_many, report)} have one and are not in the figures")
    return f"The letters do not add up: {'; '.join(wrong)}."


def _named(codes: Iterable[AuthorityCode], report: LetterReport) -> str:
    return ", ".join(named(code, report.names) for code in codes)
