"""How the letters of a year look as a page, and their sums and verdict in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from annual_review.domain.authorities import AuthorityCode, named
from annual_review.domain.letters import FIRST_DISPATCH, NOT_ARRIVED, LetterState
from annual_review.rendering.pages.report_page import (
    LetterTable,
    ReportCell,
    ReportPage,
    Sum,
    print_report,
)
from annual_review.services.wording import moment_of
from annual_review.services.year_end.letter_report import LetterReport, ReportedLetter

_COLUMNS: Final = (
    "authority",
    "state",
    "to",
    "claimed",
    "accepted",
    "ended",
    "how",
    "attempts",
    "letter",
)
"""The columns of the page, of which some hold several lines."""


def page_of(report: LetterReport, at: datetime, remarks: Sequence[str] = ()) -> str:
    """Return the report as a page; `remarks` are what else is on record of the year."""
    tables = [
        LetterTable("letters", "The letter of every authority", _COLUMNS, _rows(report.letters))
    ]
    if report.replaced:
        title = "Letters that were replaced by a later one"
        tables.append(LetterTable("replaced", title, _COLUMNS, _rows(report.replaced)))
    return print_report(
        ReportPage(
            title=f"Letters of {report.year}",
            made_at=f"As it stood on {moment_of(at)}.",
            verdict=verdict_of(report),
            is_in_order=report.adds_up,
            remarks=remarks,
            sums=sums_of(report),
            tables=tables,
        )
    )


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


def _rows(letters: Iterable[ReportedLetter]) -> Sequence[Sequence[ReportCell]]:
    return [_row(each) for each in letters]


def _row(each: ReportedLetter) -> Sequence[ReportCell]:
    letter, id_ = each.letter, each.letter.id
    diverted = ("diverted to the test mailbox",) if each.is_diverted else ()
    again = f", dispatch {id_.dispatch}" if id_.dispatch != FIRST_DISPATCH else ""
    return (
        ReportCell((each.name or id_.authority, id_.authority), each.name or id_.authority),
        ReportCell((letter.state.value,), letter.state.value, "state"),
        ReportCell(letter.recipients, "".join(letter.recipients[:1])),
        *(_time(at) for at in (each.claimed_at, each.accepted_at, each.ended_at)),
        ReportCell((each.how, *each.bounced_copies, *diverted), each.how),
        ReportCell((str(letter.attempts),), str(letter.attempts), "number"),
        ReportCell((f"revision {id_.revision}{again}",), id_.tag),
    )


def _time(at: datetime | None) -> ReportCell:
    if at is None:
        return ReportCell((), "", "time")
    return ReportCell((moment_of(at),), at.astimezone(UTC).isoformat(), "time")
