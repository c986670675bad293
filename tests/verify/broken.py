"""Letters broken on purpose: each lacks one thing that somebody who reads it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final, cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

Damage = Callable[[PdfWriter], object]


def rewritten(pdf: bytes, *changes: Damage) -> bytes:
    """Write a PDF again with something changed in it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    for change in changes:
        change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def without(*names: str) -> Damage:
    """Take entries of the document's catalogue away."""

    def change(writer: PdfWriter) -> None:
        for name in names:
            del writer.root_object[name]

    return change


def without_title(writer: PdfWriter) -> None:
    writer.metadata = None


def without_bookmarks(writer: PdfWriter) -> None:
    del writer.root_object["/Outlines"]


def without_embedded_fonts(writer: PdfWriter) -> None:
    for each in _dictionaries(writer):
        for name in ("/FontFile", "/FontFile2", "/FontFile3"):
            each.pop(name, None)


def without_alternative_texts(writer: PdfWriter) -> None:
    for figure in _tagged(writer, "/Figure"):
        del figure["/Alt"]


def without_figures(writer: PdfWriter) -> None:
    """Make every chart a decoration, as the typesetter does where it has no words."""
    for figure in _tagged(writer, "/Figure"):
        figure[NameObject("/S")] = NameObject("/Div")


def with_a_level_left_out(writer: PdfWriter) -> None:
    for heading in _tagged(writer, "/H3"):
        heading[NameObject("/S")] = NameObject("/H4")


def with_untagged_links(writer: PdfWriter) -> None:
    for link in _tagged(writer, "/Link"):
        link[NameObject("/S")] = NameObject("/Span")


def with_links_that_lead_nowhere(writer: PdfWriter) -> None:
    for each in _dictionaries(writer):
        if each.get("/S") == "/URI":
            each[NameObject("/URI")] = TextStringObject("www.ombudsman.example")


def with_undescribed_links(writer: PdfWriter) -> None:
    for each in _dictionaries(writer):
        if each.get("/Subtype") == "/Link":
            each.pop("/Contents")


def with_figures_elsewhere(writer: PdfWriter) -> None:
    """Let the figures' areas be where no chart is drawn."""
    for figure in _tagged(writer, "/Figure"):
        attributes = cast("ArrayObject", figure["/A"])[0].get_object()
        cast("DictionaryObject", attributes)[NameObject("/BBox")] = ArrayObject(
            [FloatObject(0)] * 4
        )


def _tagged(writer: PdfWriter, name: str) -> Iterator[DictionaryObject]:
    found = [each for each in _dictionaries(writer) if each.get("/S") == name]
    assert found
    return iter(found)


def _dictionaries(writer: PdfWriter) -> Iterator[DictionaryObject]:
    objects = (writer.get_object(number) for number in range(1, len(writer._objects) + 1))
    for each in objects:
        if isinstance(each, DictionaryObject):
            yield each
            if isinstance(action := each.get("/A"), DictionaryObject):
                yield action


BROKEN: Final[dict[str, tuple[Damage, str]]] = {
    "untagged": (without("/MarkInfo", "/StructTreeRoot"), "tags"),
    "no language": (without("/Lang"), "language"),
    "file name as title": (without("/ViewerPreferences"), "title"),
    "no title": (without_title, "title"),
    "no bookmarks": (without_bookmarks, "bookmarks"),
    "fonts not embedded": (without_embedded_fonts, "fonts"),
    "no alternative texts": (without_alternative_texts, "figures"),
    "charts as decoration": (without_figures, "figures"),
    "figures elsewhere": (with_figures_elsewhere, "figures"),
    "a level of headings left out": (with_a_level_left_out, "headings"),
    "links not tagged": (with_untagged_links, "links"),
    "links without an address": (with_links_that_lead_nowhere, "links"),
    "links not described": (with_undescribed_links, "links"),
}
"""How a letter is broken, and the rule of ours that sees it."""
