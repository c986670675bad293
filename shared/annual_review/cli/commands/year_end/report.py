"""`annual-review report`: what became of every letter of a year, as CSV and as a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.invocation.schedules import LONDON
from annual_review.cli.advice import typed
from annual_review.cli.commands.year_end.status_view import moment_of
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError, Exit, out, show_table
from annual_review.domain.letters import FIRST_DISPATCH
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.pages.report_page import (
    LetterTable,
    ReportCell,
    ReportPage,
    Sum,
    print_report,
)
from annual_review.services.year_end.letter_report import (
    LetterReport,
    ReportedLetter,
    report_letters,
)

COLUMNS: Final = (
    "authority",
    "name",
    "state",
    "to",
    "copies",
    "claimed",
    "accepted",
    "ended",
    "how",
    "attempts",
    "bounced copies",
    "diverted",
    "revision",
    "dispatch",
)
"""The columns of the CSV, after the first: whether the letter counts."""

PAGE_COLUMNS: Final = (
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

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""

_Value = str | int | datetime | None


def write_report(stack: str, year: ReportingYear, into: Path) -> Exit:
    """Write the report on the letters of a year.

    Raises:
        CommandError: The stack can't be found, or the year has no letters.
        PortError: Something could not be read.
        OSError: A file can't be written.
    """
    system = deployed(stack)
    read = year_phases(system.table, system.documents).read(year)
    if not read.is_closed:
        raise CommandError(
            f"the year {year} is not closed, and has no letters.",
            f"{typed(f'status {year}', stack)} says what to do.",
        )
    report = report_letters(read)
    folder = into / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dispatch.csv").write_bytes(csv_of(report))
    (folder / "dispatch.html").write_text(page_of(report, datetime.now(UTC)), encoding="utf-8")
    show_table(f"Letters of {year}", [(each.name, each.count) for each in sums_of(report)])
    out.print(f"\n{verdict_of(report)}", markup=False)
    out.print(f"\nThe table: {folder / 'dispatch.csv'}", markup=False)
    out.print(f"The page:  {folder / 'dispatch.html'}", markup=False)
    return Exit.DONE


def csv_of(report: LetterReport) -> bytes:
    """Return every letter as CSV; times in ISO 8601 with their offset, of London."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("counts", *(column.replace(" ", "_") for column in COLUMNS)))
    for each in (*report.letters, *report.replaced):
        cells = (_plain(value) for value in _values(each))
        writer.writerow(("yes" if each.counts else "no", *cells))
    return text.getvalue().encode()


def page_of(report: LetterReport, at: datetime) -> str:
    """Return the report as a page."""
    tables = [
        LetterTable("letters", "The letter of every authority", PAGE_COLUMNS, _rows(report.letters))
    ]
    if report.replaced:
        title = "Letters that were replaced by a later one"
        tables.append(LetterTable("replaced", title, PAGE_COLUMNS, _rows(report.replaced)))
    return print_report(
        ReportPage(
            title=f"Letters of {report.year}",
            made_at=f"As it stood on {moment_of(at)}.",
            verdict=verdict_of(report),
            is_in_order=report.adds_up,
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
        return (
            f"The letters add up: {report.authorities:,} authorities, one letter each, and every"
            " one came to an end."
        )
    wrong = []
    if open_ := sum(report.not_ended.values()):
        open_letters = f"{open_:,} {'has' if open_ == 1 else 'have'} not come to an end yet"
        if not (report.without or report.too_many):
            return f"There is one letter for each authority; {open_letters}."
        wrong.append(open_letters)
    if report.without:
        wrong.append(f"there is none for {', '.join(report.without)}")
    if report.too_many:
        wrong.append(f"{', '.join(report.too_many)} have one and are not in the figures")
    return f"The letters do not add up: {'; '.join(wrong)}."


def _values(each: ReportedLetter) -> Sequence[_Value]:
    letter = each.letter
    to, *copies = letter.recipients or ("",)
    return (
        letter.id.authority,
        each.name,
        letter.state.value,
        to,
        "; ".join(copies),
        each.claimed_at,
        each.accepted_at,
        each.ended_at,
        each.how,
        letter.attempts,
        "; ".join(each.bounced_copies),
        "yes" if each.is_diverted else "no",
        letter.id.revision,
        letter.id.dispatch,
    )


def _plain(value: _Value) -> str:
    """Return a value for a file that a spreadsheet may open: no text is taken for a formula."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


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
