"""The list of the paragraphs of a year: a table for people, JSON and CSV for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annual_review.cli.forms import Form, Row, write_csv, write_json
from annual_review.console import show_list
from annual_review.domain.authorities import Register
from annual_review.domain.paragraphs import Paragraph
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.review.noted_paragraphs import NotedParagraphs
from annual_review.views.authority_names import named

_COLUMNS: Final = (
    "authority",
    "name",
    "id",
    "family",
    "from",
    "status",
    "once_prepared",
    "text",
)
"""What machines are told of a paragraph: a promise, so that new columns come last."""


def show_paragraphs(
    year: ReportingYear,
    listed: Sequence[tuple[NotedParagraphs, Paragraph]],
    register: Register,
    form: Form,
) -> None:
    """Print paragraphs, each with those of its letter; an empty table is left out."""
    match form:
        case Form.JSON:
            rows = [_row(each, one, register) for each, one in listed]
            write_json({"year": year.ends, "paragraphs": rows})
        case Form.CSV:
            write_csv(_COLUMNS, (_row(each, one, register) for each, one in listed))
        case Form.TABLE:
            columns = ("authority", "id", "family", "from", "status")
            if listed:
                show_list("", columns, (_line(each, one, register) for each, one in listed))


def _row(each: NotedParagraphs, one: Paragraph, register: Register) -> Row:
    code = each.kept.authority
    return {
        "authority": code,
        "name": register[code].name if code in register else "",
        "id": one.id,
        "family": one.family.value,
        "from": one.origin.value,
        "status": one.status.value,
        "once_prepared": each.waits(one),
        "text": one.text,
    }


def _line(each: NotedParagraphs, one: Paragraph, register: Register) -> Sequence[str]:
    return (
        named(each.kept.authority, register),
        one.id,
        one.family.value,
        one.origin.value,
        one.status.value + (", once prepared" if each.waits(one) else ""),
    )
