"""Pages of printed letters as pictures, drawn from the PDF, with a text marked where it stands."""

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

from annual_review.rendering.forms.printed_pages import Mark

if TYPE_CHECKING:
    from typst import Compiler

_NAME: Final = "marked_pages"
_TEMPLATE: Final = Path(__file__).parent / f"{_NAME}.typ"
_PIXELS_PER_INCH: Final = 120


class PagePainter:
    """Draws pages with one typesetter. Keep it: its start is slow. Not for several threads."""

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

    def picture(self, pdf: bytes, page: int, marks: Sequence[Mark]) -> bytes:
        """Return a picture (PNG) of a page, counted from 1, with its marks."""
        here = [asdict(mark) for mark in marks if mark.page == page]
        shown = json.dumps({"page": page, "marks": here})
        (self._desk / f"{_NAME}.json").write_text(shown, encoding="utf-8")
        (self._desk / f"{_NAME}.pdf").write_bytes(pdf)
        template = self._desk / _TEMPLATE.name
        picture = self._compiler.compile(template, format="png", ppi=_PIXELS_PER_INCH)
        # A document of one page is one picture.
        return cast("bytes", picture)
