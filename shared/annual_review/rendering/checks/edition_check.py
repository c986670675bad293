"""Checking an edition as its letters will be: what only shows when they are printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from annual_review.domain.recipients import email_address
from annual_review.rendering.checks.edition_content import SETTINGS, TEXT, content_faults
from annual_review.rendering.checks.typed_numbers import typed_numbers
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.forms.printed_pages import pages_of
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import LetterDocument
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import (
    LetterFacts,
    RenderedLetter,
    UnprintableLetterError,
)

MOST_TEXT_PAGES: Final = 2
MOST_STATISTICS_PAGES: Final = 2
LARGEST_MESSAGE: Final = 200 * 1024
"""Bytes: mail systems scan larger messages longer, and some readers pay for them."""

LONGEST_SUBJECT: Final = 100
"""Characters, an authority's name included: lists of mail show no more."""

SHORTEST_PREHEADER: Final = 40
"""Characters: beside a shorter one, mail clients show how the letter begins, or nothing."""

LONGEST_PREHEADER: Final = 150
"""Characters: mail clients cut off what is longer."""

UPHELD_BASE_SINCE: Final = 2024
"""From the edition of this year on, letters call what the remedy rate is based on by its name."""

_WEB_ADDRESS: Final = re.compile(r"https://[^\s/]+\.[^\s]+")
_OFFICE: Final = "office@ombudsman.example"
_MOST_NAMED: Final = 3
_ALIKE: Final = 0.85
"""From this share of common words on, a sentence is taken for a fixed one that went wrong."""


@dataclass(frozen=True, slots=True)
class LetterFault:
    """Something wrong with the letters of an edition: where, and which variants show it.

    `line` is `None` where no one line is to blame, `variants` empty where all letters show it.
    """

    path: Path
    line: int | None
    what: str
    variants: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say where it is, what is wrong, and in which letters."""
        where = str(self.path) if self.line is None else f"{self.path}, line {self.line}"
        if not self.variants:
            return f"{where}: {self.what}"
        shown = ", ".join(self.variants[:_MOST_NAMED])
        more = len(self.variants) - _MOST_NAMED
        return f"{where}: {self.what} (letters: {shown}{f' and {more} more' if more > 0 else ''})"


def check_letters(
    folder: Path,
    edition: Edition,
    letters: Mapping[str, LetterFacts],
    step: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[LetterFault, ...]:
    """Say what an edition was left with, and all that is wrong with a letter of each variant.

    `folder` is that of the edition, `step` is told how many of how many are done.
    """
    renderer = EditionRenderer(edition, _OFFICE)
    files = {name: (folder / name).read_text(encoding="utf-8-sig") for name in (SETTINGS, TEXT)}
    found: dict[_Wrong, dict[str, None]] = {}
    for done, (name, facts) in enumerate(letters.items(), 1):
        for wrong in _wrong(edition, renderer, facts):
            found.setdefault(wrong, {})[name] = None
        step(done, len(letters))
    unfinished = (
        LetterFault(folder / each.file, each.line, each.what)
        for each in content_faults(edition, files[SETTINGS], files[TEXT])
    )
    printed = (
        LetterFault(folder / name, line, wrong.what, tuple(variants))
        for wrong, variants in found.items()
        for name, line in [_place(files, wrong)]
    )
    return (*unfinished, *printed)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong, in which file if known, and a text that stands in the line to blame."""

    what: str
    file: str | None = None
    sought: str | None = None


def _place(files: Mapping[str, str], wrong: _Wrong) -> tuple[str, int | None]:
    """Return the file to blame (none: the folder itself) and the line."""
    for name, text in files.items():
        if wrong.sought is not None and wrong.file in {None, name}:
            for number, line in enumerate(text.splitlines(), 1):
                if wrong.sought in line:
                    return name, number
    return wrong.file or "", None


def _wrong(edition: Edition, renderer: EditionRenderer, facts: LetterFacts) -> Iterator[_Wrong]:
    try:
        document = compose(edition, facts)
        rendered = renderer.render(facts)
    except UnprintableLetterError as error:
        yield from _unprintable(facts, error)
        return
    yield from _wrong_pages(rendered)
    yield from _wrong_lengths(rendered, document)
    yield from _wrong_links(document)
    yield from _wrong_sentences(document)
    yield from _wrong_base(edition)
    yield from _typed_numbers(edition)


def _unprintable(facts: LetterFacts, error: UnprintableLetterError) -> Iterator[_Wrong]:
    characters = getattr(error.__cause__, "characters", ())
    for each in characters:
        named = f"U+{ord(each):04X} ({unicodedata.name(each, 'unnamed')})"
        yield _Wrong(f"the letter's font lacks {named}; write it in other characters", None, each)
    if not characters:
        yield _Wrong(str(error).removeprefix(f"letter {facts.letter.tag} "))


def _wrong_pages(rendered: RenderedLetter) -> Iterator[_Wrong]:
    pages = pages_of(rendered.pdf)
    text, statistics = pages.statistics_from - 1, pages.count - pages.statistics_from + 1
    if text > MOST_TEXT_PAGES:
        yield _Wrong(f"the text fills {text} pages, {MOST_TEXT_PAGES} at most; shorten it", TEXT)
    if statistics > MOST_STATISTICS_PAGES:
        message = (
            f"the statistics fill {statistics} pages, {MOST_STATISTICS_PAGES} at most;"
            " print fewer of them"
        )
        yield _Wrong(message, SETTINGS, "statistics =")


def _wrong_lengths(rendered: RenderedLetter, document: LetterDocument) -> Iterator[_Wrong]:
    if len(rendered.message) > LARGEST_MESSAGE:
        message = f"the message has more than {LARGEST_MESSAGE // 1024} KB; shorten the text"
        yield _Wrong(message, TEXT)
    if (length := len(document.subject)) > LONGEST_SUBJECT:
        message = f"the subject has {length} characters, {LONGEST_SUBJECT} at most"
        yield _Wrong(f"{message}; shorten it", SETTINGS, "subject =")
    length = len(document.preheader)
    if not SHORTEST_PREHEADER <= length <= LONGEST_PREHEADER:
        message = (
            f"the preheader has {length} characters; mail clients show"
            f" {SHORTEST_PREHEADER} to {LONGEST_PREHEADER} well"
        )
        yield _Wrong(message, SETTINGS, "preheader =")


def _wrong_links(document: LetterDocument) -> Iterator[_Wrong]:
    website, *_ = document.letterhead.contact
    if not _leads_somewhere(website.link):
        yield _Wrong(f"`website` is {website.link}; it must be https://…", SETTINGS, "website =")
    for run in document.runs:
        if not _leads_somewhere(run.link):
            message = f"the link “{run.text}” goes to {run.link}; write https://… or mailto:…"
            yield _Wrong(message, TEXT, run.link)


def _leads_somewhere(link: str | None) -> bool:
    if link is None or _WEB_ADDRESS.fullmatch(link):
        return True
    try:
        email_address(link.removeprefix("mailto:").partition("?")[0])
    except ValueError:
        return False
    return True


def _wrong_sentences(document: LetterDocument) -> Iterator[_Wrong]:
    """Find sentences of the text that are almost those that every edition prints the same."""
    fixed = {
        sentence
        for block in document.statistics
        for line in block.lines
        for sentence in _sentences(line.text)
    }
    text = " ".join(run.text for run in document.runs)
    for sentence in _sentences(text):
        for other in fixed:
            if sentence != other and _alike(sentence, other):
                # One finding for all letters, whatever their percentages.
                fixed_one = re.sub(r"\d+%", "…%", other)
                message = (
                    f"“{sentence}” is almost the fixed sentence “{fixed_one}”: write it like that"
                )
                yield _Wrong(message, TEXT, sentence)


def _wrong_base(edition: Edition) -> Iterator[_Wrong]:
    """Find the label of the letters of 2019 to 2023 in a later edition: it misled their readers."""
    label = edition.wording.remedies_base.many
    if edition.year >= UPHELD_BASE_SINCE and "upheld" not in label:
        message = f"`remedies_base` says “{label}”, but the number counts upheld decisions"
        yield _Wrong(f"{message}: say so", SETTINGS, "remedies_base =")


def _typed_numbers(edition: Edition) -> Iterator[_Wrong]:
    for number in typed_numbers(edition):
        message = (
            f"{number} is typed into the text; name it under [facts.this_year] and write"
            " {{ its_name }}, so that next year's number is not forgotten"
        )
        yield _Wrong(message, TEXT, number)


def _sentences(text: str) -> list[str]:
    return [part for each in re.split(r"(?<=[.!?])\s+", text) if (part := each.strip(" ."))]


def _alike(one: str, other: str) -> bool:
    """Whether two sentences have nearly the same words; numbers may differ."""
    words, others = (re.sub(r"\d+", "0", each).split() for each in (one, other))
    return words != others and SequenceMatcher(None, words, others).ratio() >= _ALIKE
