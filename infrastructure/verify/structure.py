"""What validators don't look at: whether a letter's tags, bookmarks, fonts and links do their work.

A validator accepts a PDF whose chart has lost its tag, whose headings start at level three or whose
table has no header cell. A reader with a screen reader doesn't.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Final, cast

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject

from infrastructure.verify.drawings import discs_in_no_figure
from infrastructure.verify.findings import BrokenRule
from infrastructure.verify.tags import Tag, tags_of

_SOURCE: Final = "letter"
_LINK_SCHEMES: Final = ("https://", "http://", "mailto:", "tel:")
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")


def structural_findings(pdf: bytes) -> tuple[BrokenRule, ...]:
    """Return every way in which a letter's structure lets its readers down."""
    try:
        return tuple(_findings(PdfReader(BytesIO(pdf))))
    except PdfReadError as error:
        return (_found("unreadable", str(error)),)


def _findings(reader: PdfReader) -> Iterator[BrokenRule]:
    tags = tags_of(reader)
    for of_tags in (_headings, _figures, _tables, _lists):
        yield from of_tags(tags)
    for of_file in (_document, _bookmarks, _fonts, _links, _charts):
        yield from of_file(reader, tags)


def _found(rule: str, meaning: str, where: str = "") -> BrokenRule:
    return BrokenRule(_SOURCE, rule, meaning, where)


def _document(reader: PdfReader, tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    root = reader.root_object
    if not str(root.get("/Lang") or ""):
        yield _found("language", "the document does not say in which language it is read out")
    if not (reader.metadata and reader.metadata.title):
        yield _found("title", "the document has no title")
    preferences = _dictionary(root.get("/ViewerPreferences"))
    if str(preferences.get("/DisplayDocTitle")) != "True":
        yield _found("title", "the window shows the name of the file and not the title")
    if not tags or str(_dictionary(root.get("/MarkInfo")).get("/Marked")) != "True":
        yield _found("tags", "the document is not tagged, so nothing can read it in order")


def _bookmarks(reader: PdfReader, tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    headings = sum(_level(tag) is not None for tag in tags)
    bookmarks = _count(reader.outline)
    if not bookmarks or bookmarks != headings:
        yield _found("bookmarks", f"{bookmarks} bookmarks lead to {headings} headings")


def _count(outline: Sequence[object]) -> int:
    return sum(_count(each) if isinstance(each, list) else 1 for each in outline)


def _headings(tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    levels = [level for tag in tags if (level := _level(tag)) is not None]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield _found("headings", f"a letter has one H1 and begins with it; levels are {levels}")
    for above, below in pairwise(levels):
        if below > above + 1:
            yield _found("headings", f"level {above + 1} is left out before an H{below}")


def _level(tag: Tag) -> int | None:
    return int(tag.name[1:]) if tag.name[:1] == "H" and tag.name[1:].isdigit() else None


def _figures(tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    for tag in tags:
        if tag.name == "Figure" and not (tag.alt or "").strip():
            yield _found("figures", "a figure has no words for those who don't see it")
        if tag.name == "Figure" and not tag.pages:
            # Only text counts as content: a drawing is decoration, whatever is around it.
            meaning = "a figure holds no text, so who is read to page by page never hears of it"
            yield _found("figures", meaning)


def _charts(reader: PdfReader, tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    for number, page in enumerate(reader.pages, 1):
        if discs := discs_in_no_figure(page, tags):
            meaning = f"{discs} discs belong to no figure: a chart has lost its tag"
            yield _found("figures", meaning, f"page {number}")


def _tables(tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    for table in (tag for tag in tags if tag.name == "Table"):
        rows = [tag for tag in table.walk() if tag.name == "TR"]
        cells = [tag for row in rows for tag in row.children]
        if not any(cell.name == "TH" for cell in cells):
            yield _found("tables", "a table has no header cell, so its numbers are read out bare")
        if any(cell.name == "TH" and not _scope(cell) for cell in cells):
            yield _found("tables", "a header cell does not say whether it heads a row or a column")
        if len({sum(map(_span, row.children)) for row in rows}) > 1:
            yield _found("tables", "rows of a table differ in their number of cells")


def _scope(cell: Tag) -> bool:
    return any("/Scope" in each for each in cell.attributes)


def _span(cell: Tag) -> int:
    return next((int(each["/ColSpan"]) for each in cell.attributes if "/ColSpan" in each), 1)  # type: ignore[call-overload]


def _lists(tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    for tag in tags:
        if tag.name == "L" and not any(child.name == "LI" for child in tag.children):
            yield _found("lists", "a list has no items")
        if tag.name == "LI" and "LBody" not in {child.name for child in tag.children}:
            yield _found("lists", "an item of a list has no body")


def _fonts(reader: PdfReader, _tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    bare = {
        str(font.get("/BaseFont"))
        for page in reader.pages
        for font in _fonts_of(_dictionary(page.get("/Resources")))
        if not any(file in _dictionary(font.get("/FontDescriptor")) for file in _FONT_FILES)
    }
    for name in sorted(bare):
        yield _found("fonts", f"{name} is not embedded: another machine sets other letters")


def _fonts_of(resources: DictionaryObject) -> Iterator[DictionaryObject]:
    """Go through simple fonts and the descendants of composite ones."""
    for value in _dictionary(resources.get("/Font")).values():
        font = _dictionary(value)
        descendants = font.get("/DescendantFonts")
        if descendants is None:
            yield font
        else:
            yield from (_dictionary(each) for each in cast("ArrayObject", descendants.get_object()))


def _links(reader: PdfReader, tags: Sequence[Tag]) -> Iterator[BrokenRule]:
    tagged = sum(tag.objects for tag in tags if tag.name == "Link")
    annotations = [
        annotation
        for page in reader.pages
        for annotation in map(_dictionary, page.annotations or ())
        if annotation.get("/Subtype") == "/Link"
    ]
    if tagged != len(annotations):
        yield _found("links", f"{len(annotations)} links, of which {tagged} are tagged as links")
    if any(tag.name == "Link" and not tag.objects for tag in tags):
        yield _found("links", "a text is tagged as a link that leads nowhere")
    for annotation in annotations:
        target = str(_dictionary(annotation.get("/A")).get("/URI", ""))
        if not target.startswith(_LINK_SCHEMES) and "/Dest" not in annotation:
            yield _found("links", f"a link has no address that can be followed: {target!r}")
        if not str(annotation.get("/Contents") or ""):
            yield _found("links", f"the link to {target} has no description")


def _dictionary(value: object) -> DictionaryObject:
    resolved = getattr(value, "get_object", lambda: None)()
    return resolved if isinstance(resolved, DictionaryObject) else DictionaryObject()
