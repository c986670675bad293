"""What became of every letter of a year, as a CSV file that a spreadsheet may open."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from annual_review.services.spreadsheets import harmless
from annual_review.services.wording import LONDON
from annual_review.services.year_end.letter_report import LetterReport, ReportedLetter

_COLUMNS: Final = (
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

_Value = str | int | datetime | None


def csv_of(report: LetterReport) -> bytes:
    """Return every letter as CSV; times in ISO 8601 with their offset, of London."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("counts", *(column.replace(" ", "_") for column in _COLUMNS)))
    for each in (*report.letters, *report.replaced):
        cells = (_plain(value) for value in _values(each))
        writer.writerow(("yes" if each.counts else "no", *cells))
    return text.getvalue().encode()


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
    return harmless(value) if isinstance(value, str) else "" if value is None else str(value)
