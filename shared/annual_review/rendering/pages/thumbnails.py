"""Pictures of printed letters, drawn by the typesetter from the PDF that would be sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final, cast
from weakref import finalize

from annual_review.rendering.forms.printed_pages import Mark, pages_of

if TYPE_CHECKING:
    from typst import Compiler

_NAME: Final = "thumbnails"
_TEMPLATE: Final = Path(__file__).parent / f"{_NAME}.typ"

WIDTH: Final = 180
"""Pixels from side to side."""

HEIGHT: Final = 255
"""Pixels from top to bottom."""

_PIXELS_PER_INCH: Final = 72
"""The template counts in points of a 72nd of an inch: each becomes a pixel."""


class ThumbnailMaker:
    """Draws the pages of letters with one typesetter.

    Keep it: its start is slow. Not for several threads.
    """

    @cached_property
    def _desk(self) -> Path:
        desk = Path(mkdtemp(prefix="annual-review-"))
        finalize(self, rmtree, desk, ignore_errors=True)
        copyfile(_TEMPLATE, desk / _TEMPLATE.name)
        return desk

    @cached_property
    def _compiler(self) -> Compiler:
        from typst import Compiler, Fonts

        # A letter carries its fonts with it.
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False)
        return Compiler(root=self._desk, font_paths=fonts)

    def thumbnails(self, pdf: bytes) -> tuple[bytes, bytes]:
        """Return pictures (PNG) of the first page of a letter, and of that with its statistics.

        Raises:
            ValueError: This is not the PDF of a letter.
        """
        # A document of several pages is a list of pictures.
        shown = (1, pages_of(pdf).statistics_from)
        first, statistics = cast("list[bytes]", self._drawn(pdf, shown, WIDTH))
        return first, statistics

    def page(self, pdf: bytes, number: int, width: int, marks: Sequence[Mark] = ()) -> bytes:
        """Return a picture (PNG) of one page, counted from 1, so many pixels from side to side.

        Those of the marks that are on it are drawn behind its words.

        Raises:
            ValueError: This is not the PDF of a letter, or it has no such page.
        """
        if not 1 <= number <= pages_of(pdf).count:
            raise ValueError(f"the letter has no page {number}")
        return cast("bytes", self._drawn(pdf, (number,), width, marks))

    def _drawn(
        self, pdf: bytes, pages: Sequence[int], width: int, marks: Sequence[Mark] = ()
    ) -> object:
        shown = json.dumps({"pages": pages, "marks": [asdict(mark) for mark in marks]})
        (self._desk / f"{_NAME}.json").write_text(shown, encoding="utf-8")
        (self._desk / f"{_NAME}.pdf").write_bytes(pdf)
        return self._compiler.compile(
            self._desk / _TEMPLATE.name, format="png", ppi=_PIXELS_PER_INCH * width / WIDTH
        )
