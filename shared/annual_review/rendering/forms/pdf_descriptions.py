"""What the typesetter can't say in a PDF: where a link leads, in words, and which cells head rows.

Typst 0.15 describes a link by its address and knows header cells above columns alone. Its PDF is
plain (one object after another, a classic table of where each begins), so both are written into
the objects, and the table is made again. Equal files give equal files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_XREF: Final = re.compile(rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [nf]\r\n)+)trailer\n")
_START: Final = re.compile(rb"startxref\n(\d+)\n%%EOF\s*$")
_LINK: Final = re.compile(rb"/URI\((?P<address>[^()\\]*)\)>>(?P<rest>.*?)/Contents\((?:[^()\\]*)\)")
_ROW: Final = re.compile(rb"/Type/StructElem/S/TR\b.*?/K\[((?:\d+ 0 R ?)+)\]")
_DATA_CELL: Final = b"/Type/StructElem/S/TD/"
_COLUMN_ALONE: Final = re.compile(rb"(/A\[<</O/Table)/Headers\[[^\]]*\]")


def described(pdf: bytes, links: Mapping[str, str]) -> bytes:
    """Return a PDF of the typesetter whose links say what `links` has for their address.

    The first cell of each row of data becomes the row's header cell.

    Raises:
        ValueError: The file is not built as those of the typesetter are.
    """
    objects = dict(_objects(pdf))
    for number, content in objects.items():
        if b"/Subtype/Link" in content:
            objects[number] = _LINK.sub(lambda found: _link(found, links), content)
    for row in filter(None, map(_ROW.search, list(objects.values()))):
        first, *others = (int(number) for number in row.group(1).split()[::3])
        if _DATA_CELL in objects[first]:
            head = objects[first].replace(_DATA_CELL, _DATA_CELL.replace(b"TD", b"TH"), 1)
            objects[first] = _COLUMN_ALONE.sub(rb"\1/Scope/Row", head)
            # What names its headers has no others: both the row's and the column's are meant.
            for cell in others:
                objects[cell] = _COLUMN_ALONE.sub(rb"\1", objects[cell])
    return _assembled(pdf, objects)


def _link(found: re.Match[bytes], links: Mapping[str, str]) -> bytes:
    address = found.group("address")
    words = links.get(address.decode("ascii"))
    if words is None:
        return found.group()
    text = ("\ufeff" + words).encode("utf-16-be").hex().upper().encode("ascii")
    return b"/URI(" + address + b")>>" + found.group("rest") + b"/Contents<" + text + b">"


def _table(pdf: bytes) -> re.Match[bytes]:
    start = _START.search(pdf)
    table = _XREF.match(pdf, int(start.group(1))) if start else None
    if table is None:
        message = "the typesetter's PDF has another structure than its version 0.15 writes"
        raise ValueError(message)
    return table


def _entries(table: re.Match[bytes]) -> list[bytes]:
    """Return a line of the table for each number of an object, without its ending."""
    return table.group(2).split(b"\r\n")[:-1]


def _objects(pdf: bytes) -> Iterator[tuple[int, bytes]]:
    """Go through the objects in the order in which they lie, each with its number."""
    table = _table(pdf)
    begins = sorted(
        (int(entry[:10]), number)
        for number, entry in enumerate(_entries(table))
        if entry.endswith(b"n")
    )
    ends = [*(offset for offset, _ in begins[1:]), table.start()]
    for (offset, number), end in zip(begins, ends, strict=True):
        yield number, pdf[offset:end]


def _assembled(pdf: bytes, objects: Mapping[int, bytes]) -> bytes:
    table = _table(pdf)
    before = pdf[: min(int(entry[:10]) for entry in _entries(table) if entry.endswith(b"n"))]
    parts = [before]
    at = len(before)
    offsets = {}
    for number, content in objects.items():
        offsets[number] = at
        parts.append(content)
        at += len(content)
    entries = [
        b"%010d 00000 n" % offsets[number] if number in offsets else entry
        for number, entry in enumerate(_entries(table))
    ]
    trailer = pdf[table.end() : pdf.rindex(b"startxref\n")]
    return b"".join(
        [
            *parts,
            b"xref\n0 " + table.group(1) + b"\n",
            *(entry + b"\r\n" for entry in entries),
            b"trailer\n" + trailer,
            b"startxref\n%d\n%%%%EOF" % at,
        ]
    )
