"""What differs between two letters to the same authority: in their words, and in their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.statistics import Statistic, StatisticName, printed_percentage_of

_RULE: Final = re.compile(r"[-=*]+(?: +[-=*]+)*")


class WordChange(StrEnum):
    """What became of a stretch of words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that were kept, added or removed together."""

    change: WordChange
    words: str


Passage = tuple[Piece, ...]
"""A paragraph in which something differs."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs: what it is called, what it was, what it is now."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between a letter and the one before it; nothing where they are the same."""

    figures: tuple[FigureChange, ...] = ()
    passages: tuple[Passage, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.passages)


def differing_passages(before: str, now: str) -> tuple[Passage, ...]:
    """Return the paragraphs of two plain texts that differ, in reading order.

    How lines are broken and underlined makes no difference.
    """
    old, new = _paragraphs(before), _paragraphs(now)
    return tuple(_passages(old, new))


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, each on one line, without rules drawn with characters."""
    lines = ("" if _RULE.fullmatch(line) else line for line in text.splitlines())
    blocks = re.split(r"\n\s*\n", "\n".join(lines))
    return [words for block in blocks if (words := " ".join(block.split()))]


def _passages(old: list[str], new: list[str]) -> Iterator[Passage]:
    for tag, start, end, now_start, now_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield from _replaced(old[start:end], new[now_start:now_end])


def _replaced(old: list[str], new: list[str]) -> Iterator[Passage]:
    """Pair each new paragraph with the first old one that it resembles."""
    waiting = list(old)
    for paragraph in new:
        words = paragraph.split()
        places = (place for place, other in enumerate(waiting) if _alike(other.split(), words))
        like = next(places, None)
        if like is None:
            yield (Piece(WordChange.ADDED, paragraph),)
            continue
        for gone in waiting[:like]:
            yield (Piece(WordChange.REMOVED, gone),)
        yield tuple(_pieces(waiting[like].split(), words))
        waiting = waiting[like + 1 :]
    for gone in waiting:
        yield (Piece(WordChange.REMOVED, gone),)


def _alike(old: list[str], new: list[str]) -> bool:
    """Whether two paragraphs share half of their words: one is then a change of the other."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return 4 * sum(block.size for block in blocks) >= len(old) + len(new)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, start, end, now_start, now_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield Piece(WordChange.KEPT, " ".join(old[start:end]))
            continue
        if start < end:
            yield Piece(WordChange.REMOVED, " ".join(old[start:end]))
        if now_start < now_end:
            yield Piece(WordChange.ADDED, " ".join(new[now_start:now_end]))


def differing_figures(before: AuthorityFigures, now: AuthorityFigures) -> tuple[FigureChange, ...]:
    """Return the statistics and comparisons that differ, in the order of the letter."""
    return tuple(
        FigureChange(name, old, new)
        for (name, old), (_, new) in zip(_written(before), _written(now), strict=True)
        if old != new
    )


def _written(figures: AuthorityFigures) -> Iterator[tuple[str, str]]:
    own, beside = figures.statistics, figures.comparisons.statistics
    for name in StatisticName:
        yield name.words, in_words(own.get(name))
        yield f"comparison of the {name.words}", _percentage(beside.get(name))


def in_words(statistic: Statistic | None) -> str:
    """Return a statistic as tables show it: "45% (9 of 20)"."""
    if statistic is None:
        return "none"
    if (printed := statistic.printed()) is None:
        return "no cases"
    return f"{printed} ({statistic.numerator} of {statistic.denominator})"


def _percentage(comparison: Statistic | None) -> str:
    printed = printed_percentage_of(comparison)
    return "none" if printed is None else str(printed)
