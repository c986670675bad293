"""The letter as PDF: PDF/A-2a to be kept, PDF/UA-1 for everyone to read, always the same bytes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import finalize

from annual_review.rendering.document import BulletList, Heading, LetterDocument, Paragraph

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from typst import Compiler, PDFStandard

_FOLDER: Final = Path(__file__).parent
_LETTER: Final = "letter"
_GLYPH: Final = "glyph"
_TEMPLATES: Final = (_LETTER, _GLYPH, "charts", "colours")
_FONTS: Final = _FOLDER / "fonts"
_STANDARDS: Final[tuple[PDFStandard, ...]] = ("a-2a", "ua-1")


class UnprintableTextError(Exception):
    """A text can't be set in the letter's fonts. `characters` are those without a glyph."""

    def __init__(self, reason: str, characters: tuple[str, ...]) -> None:
        """Take what the typesetter said and the characters that were found to be the cause."""
        self.characters = characters
        super().__init__(reason)


class PdfPrinter:
    """Prints letters with one typesetter, kept between letters: that is ten times as fast.

    A process that has printed must not fork: the typesetter's threads don't survive it.
    """

    def __init__(self) -> None:
        """Make a printer; the typesetter itself is loaded with the first letter."""
        self._one_at_a_time = Lock()

    @cached_property
    def _desk(self) -> Path:
        """A folder for the templates and the words of one letter, removed with the printer."""
        desk = Path(mkdtemp(prefix="annual-review-"))
        finalize(self, rmtree, desk, ignore_errors=True)
        for name in _TEMPLATES:
            copyfile(_FOLDER / f"{name}.typ", desk / f"{name}.typ")
        return desk

    @cached_property
    def _compiler(self) -> Compiler:
        from typst import Compiler, Fonts

        # No font of the machine may slip in: the same letter has the same bytes everywhere.
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
        return Compiler(root=self._desk, font_paths=fonts)

    def print(self, document: LetterDocument) -> bytes:
        """Print one letter.

        Raises:
            UnprintableTextError: A character has no glyph in the fonts, or the typesetter refused.
        """
        from typst import TypstError

        words = _as_json(document)
        with self._one_at_a_time:
            try:
                return self._compile(_LETTER, words, document.dated)
            except TypstError as error:
                reason = error.message
        raise UnprintableTextError(reason, self.without_glyph(words, document.dated))

    def without_glyph(self, text: str, dated: date) -> tuple[str, ...]:
        """Return the characters of a text that the letter's fonts lack, in order."""
        with self._one_at_a_time:
            return tuple(each for each in sorted(set(text)) if not self._has_glyph(each, dated))

    def _has_glyph(self, character: str, dated: date) -> bool:
        from typst import TypstError

        if character.isascii():
            return True
        try:
            self._compile(_GLYPH, json.dumps(character), dated)
        except TypstError:
            return False
        return True

    def _compile(self, template: str, words: str, dated: date) -> bytes:
        """Typeset a template with its words, which go in as a file.

        Typst could take them as an input too, but then lays out everything afresh.
        """
        path = self._desk / f"{template}.json"
        # A file that is overwritten goes to the disk at once on ext4, which takes 2 ms.
        path.unlink(missing_ok=True)
        path.write_text(words, encoding="utf-8")
        pdf = self._compiler.compile(
            self._desk / f"{template}.typ",
            format="pdf",
            pdf_standards=list(_STANDARDS),
            timestamp=datetime.combine(dated, time(), tzinfo=UTC),
        )
        # A list would be the pages of pictures.
        return cast("bytes", pdf)


def _as_json(document: LetterDocument) -> str:
    words = _parts(document)
    del words["dated"]
    return json.dumps(words, ensure_ascii=False, default=_parts)


def _parts(whole: DataclassInstance) -> dict[str, Any]:
    """Return the fields of a dataclass by name; a block of the body says of which kind it is."""
    parts = {each.name: getattr(whole, each.name) for each in fields(whole)}
    match whole:
        case Heading():
            return {"kind": "heading", **parts}
        case Paragraph():
            return {"kind": "paragraph", **parts}
        case BulletList():
            return {"kind": "list", **parts}
        case _:
            return parts
