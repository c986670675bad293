"""A letter as a line of the list, and which lines somebody wants to see in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from annual_review.desk.reading.shelf import Reading, Shelf
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import LetterState
from annual_review.domain.statistics import StatisticName
from annual_review.rendering.pages.review_page import KINDS, ReviewLine
from annual_review.services.letters.letter import Letter
from annual_review.services.review.review_letters import Flag, ReviewedLetter, review_letter
from annual_review.services.review.review_sources import ReviewSource

if TYPE_CHECKING:
    from starlette.datastructures import ImmutableMultiDict


@dataclass(frozen=True, slots=True)
class Line:
    """One letter. `reviewed` is `None` until its record was read; `why_not`, if it can't be."""

    letter: Letter
    name: str
    type: str
    reading: Reading
    reviewed: ReviewedLetter | None
    why_not: str = ""

    @property
    def code(self) -> AuthorityCode:
        """Whose letter it is."""
        return self.letter.id.authority

    @property
    def is_to_be_read(self) -> bool:
        """Whether it waits to be approved, and the person has not read this version."""
        return self.is_prepared and self.reading is not Reading.READ

    @property
    def is_prepared(self) -> bool:
        """Whether it waits to be approved."""
        return self.letter.state is LetterState.PREPARED

    @property
    def flags(self) -> frozenset[str]:
        """The names of what a reader should look at."""
        found = self.reviewed.flags if self.reviewed else ()
        return frozenset(each.flag.name for each in found)

    @property
    def of_review(self) -> ReviewLine | None:
        """The line as the folder of a review has it."""
        if self.reviewed is None:
            return None
        is_prepared = self.letter.message_sha256 is not None
        kinds = tuple(KINDS) if is_prepared else ()
        return ReviewLine(self.reviewed, kinds, has_thumbnails=is_prepared)


def lines_of(
    letters: Sequence[Letter], source: ReviewSource, shelf: Shelf, register: Register
) -> Sequence[Line]:
    """Return the letters with what is known of them by now."""
    records = shelf.records.of(letters)

    def line(letter: Letter) -> Line:
        authority = register.find(letter.id.authority)
        name, type_ = str(letter.id.authority), ""
        reviewed = None
        if record := records.get(letter.figures_sha256):
            reviewed = review_letter(source.without_text(letter, record))
            authority = record.figures.authority
        if authority:
            name, type_ = authority.name, authority.type.value
        why_not = shelf.records.why_not(letter)
        return Line(letter, name, type_, shelf.reading_of(letter), reviewed, why_not)

    return [line(letter) for letter in letters]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are shown, and in which order, as the address of the list says it."""

    words: str = ""
    state: str = ""
    type: str = ""
    reading: str = ""
    flags: tuple[str, ...] = ()
    sort: str = ""

    @classmethod
    def of(cls, query: ImmutableMultiDict[str, str]) -> Self:
        """Read it out of an address, or a form; what does not belong there is left out."""
        flags = {each.name for each in Flag} | {NO_FLAG}
        sort = query.get("sort", "")
        return cls(
            words=query.get("words", "").strip(),
            state=query.get("state", ""),
            type=query.get("type", ""),
            reading=query.get("reading", ""),
            flags=tuple(dict.fromkeys(each for each in query.getlist("flag") if each in flags)),
            sort=sort if sort.removeprefix("-") in SORTED_BY else "",
        )

    @property
    def query(self) -> str:
        """The part of an address that says the same, with its question mark; empty for all."""
        given = [
            (name, value)
            for name, value in (
                ("words", self.words),
                ("state", self.state),
                ("type", self.type),
                ("reading", self.reading),
                *(("flag", flag) for flag in self.flags),
                ("sort", self.sort),
            )
            if value
        ]
        return f"?{urlencode(given)}" if given else ""

    def sorted_by(self, column: str) -> Self:
        """Return the same sorted by a column; the other way round where it is so already."""
        return replace(self, sort=f"-{column}" if self.sort == column else column)

    def takes(self, line: Line) -> bool:
        """Whether a letter is shown."""
        words = self.words.casefold()
        return (
            (not words or words in line.name.casefold() or words in line.code.casefold())
            and self.state in {"", line.letter.state.value}
            and self.type in {"", line.type}
            and self.reading in {"", line.reading.name.lower()}
            and all(_has(line, flag) for flag in self.flags)
        )

    def in_order(self, lines: Iterable[Line]) -> Sequence[Line]:
        """Return letters in the order asked for; by name where nothing else is."""
        by_name = sorted(lines, key=lambda each: (each.name.casefold(), each.code))
        column = self.sort.removeprefix("-")
        if column not in SORTED_BY:
            return by_name
        # What has no value comes last, up or down.
        keys = {each.code: key for each in by_name if (key := _key(each, column)) is not None}
        there = [each for each in by_name if each.code in keys]
        there.sort(key=lambda each: keys[each.code], reverse=self.sort.startswith("-"))
        return [*there, *(each for each in by_name if each.code not in keys)]


NO_FLAG: Final = "none"
SORTED_BY: Final = ("name", "type", "state", *(name.value for name in StatisticName), "flags")


def _has(line: Line, flag: str) -> bool:
    if flag == NO_FLAG:
        return line.reviewed is not None and not line.flags
    return flag in line.flags


def _key(line: Line, column: str) -> tuple[int, str] | None:
    if column == "flags":
        return len(line.flags), ""
    texts = {"name": line.name.casefold(), "type": line.type, "state": line.letter.state.value}
    if column in texts:
        return 0, texts[column]
    if line.reviewed is None:
        return None
    statistics = line.reviewed.figures.statistics
    own = next((each for name, each in statistics.items() if name.value == column), None)
    percentage = own.percentage if own else None
    return None if percentage is None else (percentage, "")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many letters are of which kind: what a filter would show."""

    states: Mapping[str, int]
    types: Mapping[str, int]
    flags: Sequence[tuple[str, str, int]]
    readings: Mapping[str, int]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Self:
        """Count them."""
        flags = Counter(flag for line in lines for flag in line.flags)
        flags[NO_FLAG] = sum(_has(line, NO_FLAG) for line in lines)
        named = [(each.name, each.value) for each in Flag] + [(NO_FLAG, "no flag")]
        return cls(
            dict(sorted(Counter(line.letter.state.value for line in lines).items())),
            dict(sorted(Counter(line.type for line in lines if line.type).items())),
            [(name, words, flags[name]) for name, words in named if flags[name]],
            Counter(line.reading.name.lower() for line in lines),
        )
