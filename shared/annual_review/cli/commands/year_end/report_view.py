"""How the letters of a year look as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from annual_review.domain.letters import FIRST_DISPATCH
from annual_review.rendering.pages.report_page import (
    LetterTable,
    ReportCell,
    ReportPage,
    print_report,
)
from annual_review.services.wording import moment_of
from annual_review.services.year_end.letter_report import LetterReport, ReportedLetter
from annual_review.views.letter_report import sums_of, verdict_of

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
