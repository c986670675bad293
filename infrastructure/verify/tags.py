"""The structure tree of a PDF: what a screen reader is told that each part is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject


@dataclass(frozen=True)
class Tag:
    """An element of the structure tree.

    `objects` counts the annotations that belong to it, `page` is the number of the object of
    the page that holds its own content, if it has any.
    """

    name: str
    alt: str | None
    children: tuple[Tag, ...]
    objects: int = 0
    attributes: tuple[DictionaryObject, ...] = ()
    page: int | None = None

    def walk(self) -> Iterator[Tag]:
        """Go through this element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def pages(self) -> frozenset[int]:
        """The objects of the pages on which this element has something to show."""
        return frozenset(tag.page for tag in self.walk() if tag.page is not None)


def pdf_tags(pdf: bytes) -> list[Tag]:
    """Return every element of the structure tree in reading order; none if there is no tree."""
    return tags_of(PdfReader(BytesIO(pdf)))


def tags_of(reader: PdfReader) -> list[Tag]:
    """Return every element of an opened PDF's structure tree in reading order."""
    tree = reader.root_object.get("/StructTreeRoot")
    if tree is None:
        return []
    children = _children(cast("DictionaryObject", tree.get_object()))
    return [tag for child in children for tag in _tag(child).walk()]


def _tag(element: DictionaryObject) -> Tag:
    alt = element.get("/Alt")
    page = element.raw_get("/Pg") if "/Pg" in element else None
    return Tag(
        str(element["/S"]).removeprefix("/"),
        None if alt is None else str(alt),
        tuple(_tag(child) for child in _children(element)),
        sum(kid.get("/Type") == "/OBJR" for kid in _kids(element)),
        tuple(_dictionaries(element.get("/A"))),
        page.idnum if isinstance(page, IndirectObject) else None,
    )


def _children(element: DictionaryObject) -> Iterator[DictionaryObject]:
    return (kid for kid in _kids(element) if "/S" in kid)


def _kids(element: DictionaryObject) -> Iterator[DictionaryObject]:
    return _dictionaries(element.get("/K"))


def _dictionaries(value: PdfObject | None) -> Iterator[DictionaryObject]:
    """Go through the dictionaries of what may be one, several or none."""
    resolved = None if value is None else value.get_object()
    for each in resolved if isinstance(resolved, ArrayObject) else [resolved]:
        one = None if each is None else each.get_object()
        if isinstance(one, DictionaryObject):
            yield one
