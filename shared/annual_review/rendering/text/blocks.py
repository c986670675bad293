"""Blocks of running text: what an edition's text is made of, and a letter's body."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. `link` is an absolute address."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the letter; level 1 is the letter's own title."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list; each item is one stretch of running text."""

    items: tuple[tuple[Run, ...], ...]


Block = Heading | Paragraph | BulletList
