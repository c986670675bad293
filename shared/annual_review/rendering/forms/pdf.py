"""The letter as PDF: PDF/A-2a to be kept, PDF/UA-1 for everyone to read, always the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annual_review.rendering.forms.pdf_descriptions import described
from annual_review.rendering.forms.typesetter import Typesetter
from annual_review.rendering.letter.document import LetterDocument
from annual_review.rendering.text.blocks import BulletList, Heading, Paragraph

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FOLDER: Final = Path(__file__).parent
_LETTER: Final = "letter"
_GLYPH: Final = "glyph"


def lacking_glyphs(day: date) -> Callable[[str], Sequence[str]]:
    """Return what finds the characters of a text that the letter's fonts lack, in their order."""
    printer = PdfPrinter()

    @cache
    def is_lacking(character: str) -> bool:
        return bool(printer.without_glyph(character, day))

    return lambda text: [each for each in dict.fromkeys(text) if is_lacking(each)]


class UnprintableTextError(Exception):
    """A text can't be set in the letter's fonts. `characters` are those without a glyph."""

    def __init__(self, reason: str, characters: tuple[str, ...]) -> None:
        """Take what the typesetter said and the characters that were found to be the cause."""
        self.characters = characters
        super().__init__(reason)


class PdfPrinter:
    """Prints letters with a typesetter that is kept between letters: that is ten times as fast.

    Threads may share a printer. Each has a typesetter to itself while it prints, and typesetters
    work side by side where there are processors for them. A process that has printed must not fork:
    the typesetter's own threads don't survive it.
    """

    def __init__(self) -> None:
        """Make a printer; the typesetter itself is loaded with the first letter."""
        self._idle: list[Typesetter] = []

    def print(self, document: LetterDocument) -> bytes:
        """Print one letter.

        Raises:
            UnprintableTextError: A character has no glyph in the fonts, or the typesetter refused.
        """
        from typst import TypstError

        words = _as_json(document)
        try:
            pdf = self._typeset(_LETTER, words, document.dated)
        except TypstError as error:
            reason = error.message
        else:
            return described(pdf, _links(document))
        raise UnprintableTextError(reason, self.without_glyph(words, document.dated))

    def without_glyph(self, text: str, dated: date) -> tuple[str, ...]:
        """Return the characters of a text that the letter's fonts lack, in order."""
        return tuple(each for each in sorted(set(text)) if not self._has_glyph(each, dated))

    def _has_glyph(self, character: str, dated: date) -> bool:
        from typst import TypstError

        if character.isascii():
            return True
        try:
            self._typeset(_GLYPH, json.dumps(character), dated)
        except TypstError:
            return False
        return True

    def _typeset(self, template: str, words: str, dated: date) -> bytes:
        try:
            typesetter = self._idle.pop()
        except IndexError:
            typesetter = Typesetter(*(_FOLDER / f"{name}.typ" for name in (_LETTER, _GLYPH)))
        try:
            return typesetter.typeset(template, words, dated)
        finally:
            self._idle.append(typesetter)


def _links(document: LetterDocument) -> dict[str, str]:
    """Return for each address what its link says and where it leads."""
    said: dict[str, dict[str, None]] = {}
    for run in (*document.letterhead.contact, *document.runs):
        if run.link:
            said.setdefault(run.link, {})[run.text] = None
    return {
        address: _description("; ".join(words), address.removeprefix("mailto:"))
        for address, words in said.items()
    }


def _description(words: str, address: str) -> str:
    return address if words in address else f"{words}: {address}"


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
