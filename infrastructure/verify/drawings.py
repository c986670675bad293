"""Charts that have lost their tag: discs on a page that stand in no figure.

The typesetter drops the tag of a figure that has no alternative text, and its drawing stays on the
page as decoration. The tags don't show it then, so the drawing itself is looked for: every ring
chart has a disc under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pypdf import PageObject

from infrastructure.verify.tags import Tag

Point = tuple[float, float]

_PAINTING: Final = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"})
_QUARTERS: Final = 4
"""Curves that make up a whole disc."""


def discs_in_no_figure(page: PageObject, tags: Iterable[Tag]) -> int:
    """Count the discs on a page whose centre lies in the area of none of its figures."""
    reference = page.indirect_reference
    areas = [
        area
        for tag in tags
        if tag.name == "Figure" and reference is not None and reference.idnum in tag.pages
        for area in _areas(tag)
    ]
    return sum(
        not any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in areas)
        for x, y in _centres_of_discs(page)
    )


def _areas(tag: Tag) -> Iterable[Sequence[float]]:
    for attributes in tag.attributes:
        if "/BBox" in attributes:
            yield [float(edge) for edge in attributes["/BBox"]]  # type: ignore[attr-defined]


def _centres_of_discs(page: PageObject) -> list[Point]:
    centres: list[Point] = []
    curves: list[Point] = []
    lines = 0

    def follow(operator: bytes, operands: list[Any], at: list[float], _text: object) -> None:
        nonlocal lines
        if operator == b"c":
            curves.append(_moved(float(operands[4]), float(operands[5]), at))
        elif operator in {b"l", b"re"}:
            lines += 1
        elif operator in _PAINTING or operator == b"n":
            if operator != b"n" and len(curves) >= _QUARTERS and not lines:
                centres.append(_centre(curves))
            curves.clear()
            lines = 0

    page.extract_text(visitor_operand_before=follow)
    return centres


def _moved(x: float, y: float, matrix: Sequence[float]) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _centre(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
