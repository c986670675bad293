"""How a printed letter lies on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages a letter has, and the one, counted from 1, on which its statistics begin."""

    count: int
    statistics_from: int


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
