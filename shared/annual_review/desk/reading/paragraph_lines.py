"""The paragraphs of a year as lines of a list, and which of them somebody wants to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.paragraphs import Paragraph, ParagraphChange, Status
from annual_review.services.review.noted_paragraphs import NotedParagraphs


@dataclass(frozen=True, slots=True)
class ParagraphLine:
    """One paragraph with those of its letter, and the name of its authority."""

    noted: NotedParagraphs
    one: Paragraph
    name: str

    @property
    def code(self) -> AuthorityCode:
        """Whose letter it is in."""
        return self.noted.kept.authority

    @property
    def path(self) -> str:
        """What names it in addresses."""
        return f"{self.code}/{self.one.id}"

    @property
    def version(self) -> int:
        """The version of the paragraphs of its letter."""
        return self.noted.kept.version

    @property
    def waits(self) -> bool:
        """Whether it is there only once its letter is prepared."""
        return self.noted.waits(self.one)

    @property
    def to_review(self) -> bool:
        """Whether it waits for a person who decides about it."""
        return not self.one.is_reviewed and not self.waits

    @property
    def last(self) -> ParagraphChange:
        """What was done to it last."""
        return self.one.history[-1]


def lines_of(letters: Iterable[NotedParagraphs], register: Register) -> Sequence[ParagraphLine]:
    """Return every paragraph, by the name of its authority and in the order of its letter."""
    found = []
    for noted in letters:
        authority = register.find(noted.kept.authority)
        name = authority.name if authority else noted.kept.authority
        found += [ParagraphLine(noted, one, name) for one in noted.once_prepared.in_order]
    return sorted(found, key=lambda line: (line.name, line.code))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which paragraphs are wanted; what is empty leaves none out."""

    status: str = ""
    family: str = ""
    origin: str = ""
    authority: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Choice:
        """Read it from an address."""
        return cls(*(query.get(name, "").strip() for name in cls.__slots__))

    @property
    def query(self) -> str:
        """The choice as it stands in an address: empty, or from its question mark on."""
        given = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        return f"?{urlencode(given)}" if given else ""

    def of_lines(self, lines: Iterable[ParagraphLine]) -> Sequence[ParagraphLine]:
        """Return those that are wanted."""
        return [line for line in lines if self._wants(line)]

    def _wants(self, line: ParagraphLine) -> bool:
        wanted = self.authority.casefold()
        return (
            self.status in {"", line.one.status.value}
            and self.family in {"", line.one.family.value}
            and self.origin in {"", line.one.origin.value}
            and (wanted in line.name.casefold() or wanted == line.code.casefold())
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many paragraphs stand how, and how many of all are reviewed."""

    counts: Mapping[Status, int]
    reviewed: int
    all: int

    @classmethod
    def of(cls, lines: Sequence[ParagraphLine]) -> Progress:
        """Count some paragraphs."""
        counts = Counter(line.one.status for line in lines)
        reviewed = sum(line.one.is_reviewed for line in lines)
        return cls({status: counts[status] for status in Status}, reviewed, len(lines))


@dataclass(frozen=True, slots=True)
class Around:
    """A paragraph where it stands in a list: counted from 1, with those beside it.

    `onward` is the next that waits for a review, from the beginning again after the last.
    """

    line: ParagraphLine
    number: int
    of: int
    previous: ParagraphLine | None
    next: ParagraphLine | None
    onward: ParagraphLine | None

    @classmethod
    def find(cls, lines: Sequence[ParagraphLine], path: str) -> Around | None:
        """Return a paragraph in its list; `None` where that does not hold it."""
        for place, line in enumerate(lines):
            if line.path == path:
                after, before = lines[place + 1 :], lines[:place]
                onward = next((each for each in [*after, *before] if each.to_review), None)
                return cls(
                    line,
                    place + 1,
                    len(lines),
                    before[-1] if before else None,
                    after[0] if after else None,
                    onward,
                )
        return None


def known_of(line: ParagraphLine) -> str:
    """Say how long the histories of a letter's paragraphs are, for `news_since`."""
    return " ".join(f"{one.id}:{len(one.history)}" for one in line.noted.kept.paragraphs)


def news_since(known: str, line: ParagraphLine) -> Sequence[tuple[Paragraph, ParagraphChange]]:
    """Return what was done since to the paragraphs of a letter, in their order."""
    lengths = dict(each.rpartition(":")[::2] for each in known.split())

    def seen(one: Paragraph) -> int:
        length = lengths.get(one.id, "")
        return int(length) if length.isdecimal() else 0

    return [
        (one, change) for one in line.noted.kept.in_order for change in one.history[seen(one) :]
    ]
