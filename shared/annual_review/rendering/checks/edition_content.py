"""What an edition still holds of its making: leftovers, empty parts, days and names to settle."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from annual_review.rendering.editions.edition import Edition, is_weekend

if TYPE_CHECKING:
    from markdown_it.token import Token

SETTINGS: Final = "edition.toml"
TEXT: Final = "letter.md"

_LEFTOVER: Final = re.compile(
    r"\[[^\]]*\]|«[^»]*»?|\b(?:TODO|TBC|TBD|FIXME|XX+)\b|\blorem ipsum\b|_{3,}|\?{2,}",
    re.IGNORECASE,
)
_NOBODY: Final = frozenset(
    {"a", "an", "and", "chair", "for", "full", "name", "of", "ombudsman", "signatory", "signed"}
    | {"somebody", "someone", "surname", "the", "to", "first", "last", "nobody", "your", "who"}
    | {"example", "john", "jane", "doe", "nn", "n", "other", "placeholder", "tba", "be", "signs"}
)
"""Words that name no person, or the person of every example."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_FENCE: Final = re.compile(r"\s*::")


@dataclass(frozen=True, slots=True)
class ContentFault:
    """Something that an edition may not go out with, in which file, and at which line."""

    file: str
    line: int | None
    what: str


def content_faults(edition: Edition, settings: str, text: str) -> Iterator[ContentFault]:
    """Say all that is unfinished in the source of an edition that can be used."""
    yield from _days(edition, settings)
    name = edition.signatory.name
    if {each.lower() for each in _WORD.findall(name)} <= _NOBODY:
        what = f"“{name}” is nobody's name: write that of the ombudsman who signs"
        yield ContentFault(SETTINGS, _line_with(settings, name, "[signatory]"), what)
    for value in _texts(tomllib.loads(settings)):
        for leftover in _leftovers(value):
            yield ContentFault(SETTINGS, _line_with(settings, leftover), _unfinished(leftover))
    yield from _unfinished_text(text)


def _days(edition: Edition, settings: str) -> Iterator[ContentFault]:
    for name, day in (
        ("letter_date", edition.letter_date),
        ("publication_date", edition.publication_date),
    ):
        line = _line_with(settings, name)
        if day.year != edition.year:
            what = f"`{name}` is {day}: the letters of {edition.year} go out in {edition.year}"
            yield ContentFault(SETTINGS, line, what)
        if is_weekend(day):
            what = f"`{name}` is {_said(day)}, and nobody answers on a weekend: take a weekday"
            yield ContentFault(SETTINGS, line, what)


def _said(day: date) -> str:
    return f"{day:%A} {day}"


def _texts(content: object) -> Iterator[str]:
    match content:
        case str():
            yield content
        case dict():
            for value in content.values():
                yield from _texts(value)
        case list():
            for value in content:
                yield from _texts(value)
        case _:
            return


def _leftovers(text: str) -> list[str]:
    return [found.group() for found in _LEFTOVER.finditer(text)]


def _unfinished(leftover: str) -> str:
    return f"“{leftover}” was left to be filled in: write what belongs there, or take it out"


def _line_with(source: str, sought: str, after: str = "") -> int | None:
    """Return the first line that holds a text, comments aside."""
    begun = not after
    for number, line in enumerate(source.splitlines(), 1):
        begun = begun or line.strip() == after
        if begun and sought in line and not line.lstrip().startswith("#"):
            return number
    return None


def _unfinished_text(text: str) -> Iterator[ContentFault]:
    from markdown_it import MarkdownIt

    # Fences become blank lines, so that the number of each line stays.
    lines = ["" if _FENCE.match(line) else line for line in text.splitlines()]
    tokens = MarkdownIt("commonmark", {"html": False}).parse("\n".join(lines))
    line = 1
    for number, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "list_item_open" and not _says(_within(tokens, number)):
            yield ContentFault(TEXT, line, "an empty bullet: write it, or take it out")
        elif token.type == "heading_open" and not _says(_within(tokens, number)):
            yield ContentFault(TEXT, line, "an empty heading: write it, or take it out")
        elif token.type == "inline":
            yield from _unfinished_line(token, line)


def _unfinished_line(inline: Token, line: int) -> Iterator[ContentFault]:
    children = inline.children or []
    at = line
    for number, token in enumerate(children):
        if token.type == "softbreak":
            at += 1
        elif token.type == "link_open" and not _says(_within(children, number)):
            what = f"the link to {token.attrGet('href')} has no text: write [words](https://…)"
            yield ContentFault(TEXT, at, what)
        elif token.type == "text":
            for leftover in _leftovers(token.content):
                yield ContentFault(TEXT, at, _unfinished(leftover))


def _within(tokens: list[Token], number: int) -> list[Token]:
    depth, end = 0, number
    for end in range(number, len(tokens)):
        depth += tokens[end].nesting
        if not depth:
            break
    return tokens[number + 1 : end]


def _says(tokens: list[Token]) -> bool:
    printed = (each for token in tokens for each in (token.children or [token]))
    return any(each.isalnum() for token in printed for each in _printed(token))


def _printed(token: Any) -> str:  # noqa: ANN401 (markdown-it doesn't type its tokens)
    return str(token.content) if token.type in {"text", "code_inline"} else ""
