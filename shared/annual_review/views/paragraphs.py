"""The paragraphs of letters about own performance, and the notes that propose them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.domain.paragraphs import Paragraph
from annual_review.services.letters.own_performance import LoadedNote
from annual_review.services.review.noted_paragraphs import NotedParagraphs
from annual_review.services.wording import counted
from annual_review.views.authority_names import named
from annual_review.views.table import Row, Table

COLUMNS: Final = (
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

_Listed = Sequence[tuple[NotedParagraphs, Paragraph]]


def listed(letters: Iterable[NotedParagraphs]) -> _Listed:
    """Return every paragraph of some letters, each with those of its letter."""
    return [(each, one) for each in letters for one in each.once_prepared.in_order]


def rows_of(listed: _Listed, register: Register) -> Sequence[Row]:
    """Return paragraphs for machines."""
    return [
        {
            "authority": each.kept.authority,
            "name": register[each.kept.authority].name if each.kept.authority in register else "",
            "id": one.id,
            "family": one.family.value,
            "from": one.origin.value,
            "status": one.status.value,
            "once_prepared": each.waits(one),
            "text": one.text,
        }
        for each, one in listed
    ]


def list_of(listed: _Listed, register: Register) -> Table:
    """Return paragraphs for people."""
    return Table(
        "",
        ("authority", "id", "family", "from", "status"),
        [
            (
                named(each.kept.authority, register),
                one.id,
                one.family.value,
                one.origin.value,
                one.status.value + (", once prepared" if each.waits(one) else ""),
            )
            for each, one in listed
        ],
    )


def sum_of(letters: Sequence[NotedParagraphs]) -> str:
    """Count the paragraphs of some letters, and those that wait for somebody to review them."""
    paragraphs = sum(len(each.once_prepared.in_order) for each in letters)
    unreviewed = [len(each.once_prepared.unreviewed) for each in letters]
    waiting = [count for count in unreviewed if count]
    where = f", in {counted(len(waiting), 'letter')}" if waiting else ""
    return (
        f"{counted(paragraphs, 'paragraph')} in {counted(len(letters), 'letter')};"
        f" {sum(waiting)} to review{where}."
    )


def notes_of(letters: Iterable[NotedParagraphs], register: Register) -> Table:
    """Return the notes about some letters: by whom they were loaded, and what they led to."""
    return Table(
        "",
        ("authority", "family", "text", "loaded by", "led to"),
        [
            (
                named(each.kept.authority, register),
                loaded.note.family.value,
                loaded.note.text,
                f"{loaded.by}, {loaded.at:%Y-%m-%d}",
                _led_to(each, loaded),
            )
            for each in letters
            for loaded in each.notes
        ],
    )


def _led_to(noted: NotedParagraphs, loaded: LoadedNote) -> str:
    paragraph = noted.of_note(loaded)
    if back := loaded.taken_back:
        stays = paragraph is not None and not paragraph.is_withdrawn and paragraph.printed
        left = f"; {paragraph.id} stays, {paragraph.status.value}" if stays and paragraph else ""
        return f"taken back by {back.by}: {back.reason}{left}"
    if paragraph is None:
        return ""
    then = ", once prepared" if noted.waits(paragraph) else ""
    return f"{paragraph.id}, {paragraph.status.value}{then}"
