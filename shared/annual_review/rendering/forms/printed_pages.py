"""How a printed letter lies on its pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages a letter has, and the one, counted from 1, on which its statistics begin."""

    count: int
    statistics_from: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Where lines of a text stand on a page, counted from 1: in points from its upper left."""

    page: int
    left: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line: its words without spaces, and where it stands, from the lower left."""

    words: str
    page: int
    height_of_page: float
    x: float
    y: float
    size: float


_ASCENT: Final = 0.95
_DESCENT: Final = 0.35
"""How far letters reach above and below their line, in sizes of the font."""

_MOST_BETWEEN: Final = 6
"""Pieces that may stand between two lines of a text: the foot of a page, the head of the next."""


def marks_of(pdf: bytes, text: str) -> Sequence[Mark]:
    """Find a paragraph in a printed letter; on two pages where it goes on overleaf.

    Raises:
        ValueError: This is not the PDF of a letter.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pieces = [*_pieces(PdfReader(BytesIO(pdf)))]
    except (PyPdfError, KeyError) as error:
        raise ValueError(f"not the PDF of a letter: {error}") from error
    words = _squeezed(text)
    for begin in range(len(pieces)):
        if found := _from(pieces[begin:], words):
            return [_mark(found, page) for page in sorted({each.page for each in found})]
    return ()


def _pieces(reader: PdfReader) -> Iterator[_Piece]:
    for number, page in enumerate(reader.pages, 1):
        yield from _pieces_of(page, number)


def _pieces_of(page: PageObject, number: int) -> Sequence[_Piece]:
    found: list[_Piece] = []
    height = float(page.mediabox.height)

    def note(text: str, *told: Any) -> None:  # noqa: ANN401 (pypdf's own)
        here, line, _font, size = told
        if words := _squeezed(text):
            x = line[4] * here[0] + line[5] * here[2] + here[4]
            y = line[4] * here[1] + line[5] * here[3] + here[5]
            found.append(_Piece(words, number, height, x, y, size))

    page.extract_text(visitor_text=note)
    return found


def _from(pieces: Sequence[_Piece], words: str) -> Sequence[_Piece]:
    """Return the pieces that make up some words, the first of them at the front; or none."""
    found: list[_Piece] = []
    skipped = 0
    for piece in pieces:
        if words.startswith(piece.words):
            found.append(piece)
            words = words.removeprefix(piece.words)
        else:
            skipped += 1
        if not words:
            return found
        if not found or skipped > _MOST_BETWEEN:
            break
    return ()


def _mark(pieces: Sequence[_Piece], page: int) -> Mark:
    here = [each for each in pieces if each.page == page]
    height = here[0].height_of_page
    return Mark(
        page,
        round(min(each.x for each in here)),
        round(height - max(each.y + _ASCENT * each.size for each in here)),
        round(height - min(each.y - _DESCENT * each.size for each in here)),
    )


def _squeezed(text: str) -> str:
    """Return a text without spaces, and with plain apostrophes: a letter may print others."""
    return "".join(unicodedata.normalize("NFKC", text).replace("\u2019", "'").split())


def pages_of(pdf: bytes) -> Pages:
    """Look at the pages of a letter as it was printed.

    Its bookmarks tell where the statistics begin: they are the last of those below the title.

    Raises:
        ValueError: This is not the PDF of a letter.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(pdf))
        *_, statistics = _below_the_title(reader)
        return Pages(len(reader.pages), statistics)
    except (PyPdfError, KeyError) as error:
        raise ValueError(f"not the PDF of a letter: {error}") from error


def _below_the_title(reader: PdfReader) -> Iterator[int]:
    yield len(reader.pages)
    title: list[Any] = reader.outline
    for section in title[-1] if title and isinstance(title[-1], list) else ():
        if not isinstance(section, list):
            page = reader.get_destination_page_number(section)
            if page is not None:
                yield page + 1
