"""The text of an edition: Markdown with named placeholders and conditional parts, read strictly.

Markdown is read once, before any name is filled in, so that nothing in a name is ever taken for
Markdown. A part that only some letters have stands between two lines of its own:

    ::: when successor
    This letter is about {{ authority }}, which you succeed.
    :::

`::: unless successor` is the opposite. Parts don't nest. A line `::: insert own_performance` is the
place of what comes from elsewhere; it needs no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from annual_review.domain.invisible import first_invisible, named
from annual_review.rendering.errors import EditionError, Fault
from annual_review.rendering.text.blocks import Block, BulletList, Heading, Paragraph, Run
from annual_review.rendering.text.letter_template import Insertion, LetterTemplate, Part
from annual_review.rendering.text.placeholders import placeholder_faults

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE_MEANT: Final = re.compile(r"\s*::")
_FENCE: Final = re.compile(r":::\s*(?:(when|unless|insert)\s+(\S+))?\s*")
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)(?!.*%7B)\S+")
_HEADING_LEVELS: Final = {"h2": 2, "h3": 3}
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_FOUND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bullet_list_open": "a bullet list inside another",
        "code_block": "a line that begins with four spaces",
        "code_inline": "`code`",
        "fence": "code between fences",
        "hardbreak": "a line that ends with two spaces or a backslash",
        "hr": "a rule",
        "inline": "a second paragraph under one bullet",
        "ordered_list_open": "a numbered list",
    }
)
"""What editors call that which they may not write."""


@dataclass(frozen=True, slots=True)
class TextTerms:
    """The names that a text may use: placeholders, conditions of parts, and insertions.

    Each insertion has to be used once, or something would be left out of letters unseen.
    """

    placeholders: frozenset[str]
    conditions: frozenset[str]
    insertions: frozenset[str] = frozenset()


def read_letter_template(path: Path, terms: TextTerms) -> LetterTemplate:
    """Read the Markdown file of an edition.

    Raises:
        EditionError: The file is missing, or has a placeholder, a condition or a Markdown
            construction that a letter can't have; names file and line of every fault.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = "the text of the letter is missing; write it, or copy that of another edition"
        raise EditionError(path, message) from None
    except UnicodeDecodeError:
        message = "the text of the letter is not UTF-8; save it in that encoding"
        raise EditionError(path, message) from None
    reader = _Reader(path, terms)
    template = reader.read(source)
    if reader.faults:
        raise EditionError.of(reader.faults)
    return template


class _Reader:
    """Reads one file; knows where it is, so that every fault can say so, and reads on after it."""

    def __init__(self, path: Path, terms: TextTerms) -> None:
        from markdown_it import MarkdownIt

        self.faults: list[Fault] = []
        self._path = path
        self._terms = terms
        self._has_section = False
        self._markdown = MarkdownIt("commonmark", {"html": False})

    def read(self, source: str) -> LetterTemplate:
        parts = tuple(part for part in self._parts(source) if part.blocks)
        if not parts and not self.faults:
            self._fault("the text of the letter is empty; write it")
        inserted = [
            block.name for part in parts for block in part.blocks if isinstance(block, Insertion)
        ]
        for name in sorted(self._terms.insertions):
            if inserted.count(name) != 1:
                times = "twice or more" if name in inserted else "nowhere"
                self._fault(f"a line `::: insert {name}` has to stand here once; it is {times}")
        return LetterTemplate(parts)

    def _fault(self, what: str, line: int | None = None) -> None:
        self.faults.append(Fault(self._path, what, line))

    def _parts(self, source: str) -> Iterator[Part]:
        """Cut the source at its fences and read what lies between them."""
        lines: list[str] = []
        start = 0
        condition: str | None = None
        wanted = True
        opened_at = 0
        for number, line in enumerate(source.splitlines(), start=1):
            if not _FENCE_MEANT.match(line):
                lines.append(line)
                continue
            yield Part(tuple(self._blocks(lines, start)), condition, wanted)
            lines, start = [], number
            word, name = self._fence(line, number)
            if word == "insert":
                yield Part((Insertion(name),), condition, wanted)
            elif word == "end":
                if condition is None:
                    self._fault("this part has no beginning; close each with `:::` once", number)
                condition = None
            elif word:
                if condition is not None:
                    self._fault(
                        f"parts don't nest; close the one that begins in line {opened_at} with a "
                        "line `:::` before this one",
                        number,
                    )
                condition, wanted, opened_at = name, word == "when", number
        yield Part(tuple(self._blocks(lines, start)), condition, wanted)
        if condition is not None:
            self._fault("this part has no end; close it with `:::`", opened_at)

    def _fence(self, line: str, number: int) -> tuple[str, str]:
        """Return what a fence does, `""` if nobody knows, and the name in it."""
        fence = _FENCE.fullmatch(line.strip())
        if fence is None:
            self._fault(
                "a conditional part begins `::: when …` or `::: unless …` and ends `:::`; "
                "an insertion is `::: insert …`; each has three colons and a line of its own",
                number,
            )
            return "", ""
        word, name = fence.groups()
        if word is None:
            return "end", ""
        kind, known = "condition", self._terms.conditions
        if word == "insert":
            kind, known = "insertion", self._terms.insertions
        if name not in known:
            there_are = ", ".join(sorted(known))
            self._fault(f"unknown {kind} {name!r}; there are: {there_are}", number)
        return word, name

    def _blocks(self, lines: list[str], start: int) -> Iterator[Block]:
        tokens = iter(self._markdown.parse("\n".join(lines)))
        for token in tokens:
            line = start + (token.map[0] if token.map else 0) + 1
            match token.type:
                case "heading_open" if token.tag in _HEADING_LEVELS:
                    yield self._heading(token, next(tokens), line)
                case "paragraph_open":
                    yield Paragraph(self._runs(next(tokens), line))
                case "bullet_list_open":
                    yield self._list(tokens, start)
                case "heading_close" | "paragraph_close":
                    continue
                case "heading_open":
                    self._fault(
                        "headings of a letter have two or three `#`; one is its title", line
                    )
                    _skip(token, tokens)
                case _:
                    self._fault(_only_simple_markdown(token), line)
                    _skip(token, tokens)

    def _heading(self, token: Token, inline: Token, line: int) -> Heading:
        level = _HEADING_LEVELS[token.tag]
        self._has_section = self._has_section or level == min(_HEADING_LEVELS.values())
        if not self._has_section:
            self._fault(
                "a heading with three `#` stands under one with two; write that first", line
            )
        return Heading("".join(run.text for run in self._runs(inline, line)), level)

    def _list(self, tokens: Iterator[Token], start: int) -> BulletList:
        items: list[tuple[Run, ...]] = []
        begun = 0
        line = start
        for token in tokens:
            line = start + token.map[0] + 1 if token.map else line
            match token.type:
                case "bullet_list_close":
                    break
                case "list_item_open":
                    begun += 1
                case "inline" if len(items) < begun:
                    items.append(self._runs(token, line))
                case "list_item_close" | "paragraph_open" | "paragraph_close":
                    continue
                case _:
                    self._fault(_only_simple_markdown(token), line)
                    _skip(token, tokens)
        return BulletList(tuple(items))

    def _runs(self, inline: Token, line: int) -> tuple[Run, ...]:
        runs: list[Run] = []
        strong = emphasis = False
        link: str | None = None
        for token in inline.children or ():
            match token.type:
                case "text":
                    self._check_text(token.content, line)
                    runs.append(Run(token.content, strong, emphasis, link))
                case "softbreak":
                    runs.append(Run(" ", strong, emphasis, link))
                    line += 1
                case "strong_open" | "strong_close":
                    strong = token.nesting == 1
                case "em_open" | "em_close":
                    emphasis = token.nesting == 1
                case "link_open":
                    link = self._address(token, line)
                case "link_close":
                    link = None
                case _:
                    self._fault(_only_simple_markdown(token), line)
        return _joined(run for run in runs if run.text)

    def _check_text(self, text: str, line: int) -> None:
        for what in placeholder_faults(text, self._terms.placeholders):
            self._fault(what, line)
        if tag := _TAG.search(text):
            self._fault(f"HTML is printed as it stands; take {tag.group()} out", line)
        if character := first_invisible(text):
            self._fault(f"an invisible character, {named(character)}; type this again", line)
        if text.startswith("|"):
            self._fault("a letter has no tables of its own; write a list", line)
        if "](" in text:
            self._fault("a link here is not one: [words](https://…)", line)

    def _address(self, token: Token, line: int) -> str:
        address = str(token.attrGet("href") or "")
        if _ADDRESS.fullmatch(address) is None:
            self._fault(
                f"a link goes to https://… or mailto:… without placeholders, not to {address}", line
            )
        return address


def _skip(token: Token, tokens: Iterator[Token]) -> None:
    """Pass over all that a token opens: one fault is enough for it."""
    depth: int = token.nesting
    while depth > 0:
        depth += next(tokens).nesting


def _joined(runs: Iterator[Run]) -> tuple[Run, ...]:
    """Join neighbours of one style, so that a line break in the source leaves no trace."""
    joined: list[Run] = []
    for run in runs:
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    return tuple(joined)


def _only_simple_markdown(token: Token) -> str:
    found = _FOUND.get(token.type) or token.type.removesuffix("_open").replace("_", " ")
    return (
        f"a letter has paragraphs, headings, one level of bullets, **strong**, *emphasised* text "
        f"and links, but here stands: {found}"
    )
