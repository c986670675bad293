"""The text of an edition: Markdown with named placeholders and conditional parts, read strictly.

Markdown is read once, before any name is filled in, so that nothing in a name is ever taken for
Markdown. A part that only some letters have stands between two lines of its own:

    ::: when successor
    This letter is about {{ authority }}, which you succeed.
    :::

`::: unless successor` is the opposite. Parts don't nest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annual_review.rendering.document import Block, BulletList, Heading, Paragraph, Run
from annual_review.rendering.errors import EditionError
from annual_review.rendering.placeholders import check_placeholders, fill

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE: Final = re.compile(r":::\s*(?:(when|unless)\s+(\S+))?\s*")
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)(?!.*%7B)\S+")
_HEADING_LEVELS: Final = {"h2": 2, "h3": 3}


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that are printed together, always or on a condition."""

    blocks: tuple[Block, ...]
    condition: str | None = None
    wanted: bool = True

    def is_printed(self, conditions: Mapping[str, bool]) -> bool:
        """Whether a letter of these conditions has this part."""
        return self.condition is None or conditions[self.condition] is self.wanted


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """The running text of an edition, between the title and the closing words."""

    parts: tuple[Part, ...]

    def filled(
        self, values: Mapping[str, str], conditions: Mapping[str, bool]
    ) -> tuple[Block, ...]:
        """Fill in the placeholders and drop the parts whose condition does not hold."""
        return tuple(
            _filled(block, values)
            for part in self.parts
            if part.is_printed(conditions)
            for block in part.blocks
        )


def _filled(block: Block, values: Mapping[str, str]) -> Block:
    def runs(template: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(replace(run, text=fill(run.text, values)) for run in template)

    match block:
        case Heading(text=text):
            return replace(block, text=fill(text, values))
        case Paragraph():
            return Paragraph(runs(block.runs))
        case BulletList():
            return BulletList(tuple(runs(item) for item in block.items))


def read_letter_template(
    path: Path, placeholders: Collection[str], conditions: Collection[str]
) -> LetterTemplate:
    """Read the Markdown file of an edition.

    Raises:
        EditionError: The file is missing, or has a placeholder, a condition or a Markdown
            construction that a letter can't have; names file and line.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = "the text of the letter is missing; write it, or copy that of another edition"
        raise EditionError(path, message) from None
    except UnicodeDecodeError:
        message = "the text of the letter is not UTF-8; save it in that encoding"
        raise EditionError(path, message) from None
    reader = _Reader(path, placeholders, conditions)
    template = LetterTemplate(tuple(reader.parts(source)))
    if not any(part.blocks for part in template.parts):
        raise EditionError(path, "the text of the letter is empty; write it")
    return template


class _Reader:
    """Reads one file; knows where it is, so that every error can say so."""

    def __init__(
        self, path: Path, placeholders: Collection[str], conditions: Collection[str]
    ) -> None:
        from markdown_it import MarkdownIt

        self._path = path
        self._placeholders = placeholders
        self._conditions = conditions
        self._markdown = MarkdownIt("commonmark", {"html": False})

    def parts(self, source: str) -> Iterator[Part]:
        """Cut the source at its fences and read what lies between them."""
        lines: list[str] = []
        start = 0
        condition: str | None = None
        wanted = True
        opened_at = 0
        for number, line in enumerate(source.splitlines(), start=1):
            if not line.startswith(":::"):
                lines.append(line)
                continue
            fence = _FENCE.fullmatch(line)
            if fence is None:
                message = "a conditional part begins `::: when …` or `::: unless …` and ends `:::`"
                raise EditionError(self._path, message, number)
            yield Part(tuple(self._blocks(lines, start)), condition, wanted)
            word, name = fence.groups()
            if (word is None) is (condition is None):
                message = "this part has no beginning" if word is None else "parts don't nest"
                raise EditionError(self._path, f"{message}; close each with `:::`", number)
            if name is not None and name not in self._conditions:
                known = ", ".join(sorted(self._conditions))
                message = f"unknown condition {name!r}; there are: {known}"
                raise EditionError(self._path, message, number)
            lines, start, condition, wanted, opened_at = [], number, name, word != "unless", number
        if condition is not None:
            raise EditionError(self._path, "this part has no end; close it with `:::`", opened_at)
        yield Part(tuple(self._blocks(lines, start)))

    def _blocks(self, lines: list[str], start: int) -> Iterator[Block]:
        """Read Markdown that begins after line `start` of the file."""
        tokens = iter(self._markdown.parse("\n".join(lines)))
        for token in tokens:
            line = start + (token.map[0] if token.map else 0) + 1
            match token.type:
                case "heading_open" if token.tag in _HEADING_LEVELS:
                    text = "".join(run.text for run in self._runs(next(tokens), line))
                    yield Heading(text, _HEADING_LEVELS[token.tag])
                case "paragraph_open":
                    yield Paragraph(self._runs(next(tokens), line))
                case "bullet_list_open":
                    yield self._list(tokens, start)
                case "heading_close" | "paragraph_close":
                    continue
                case "heading_open":
                    message = "headings of a letter have two or three `#`; one is its title"
                    raise EditionError(self._path, message, line)
                case _:
                    raise EditionError(self._path, _only_simple_markdown(token), line)

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
                    raise EditionError(self._path, _only_simple_markdown(token), line)
        return BulletList(tuple(items))

    def _runs(self, inline: Token, line: int) -> tuple[Run, ...]:
        runs: list[Run] = []
        strong = emphasis = False
        link: str | None = None
        for token in inline.children or ():
            match token.type:
                case "text":
                    check_placeholders(token.content, self._placeholders, self._path, line)
                    self._check_no_link_is_left_over(token.content, line)
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
                    raise EditionError(self._path, _only_simple_markdown(token), line)
        return _joined(run for run in runs if run.text)

    def _check_no_link_is_left_over(self, text: str, line: int) -> None:
        if "](" in text:
            raise EditionError(self._path, "a link here is not one: [words](https://…)", line)

    def _address(self, token: Token, line: int) -> str:
        address = str(token.attrGet("href") or "")
        if _ADDRESS.fullmatch(address) is None:
            message = f"a link goes to https://… or mailto:… without placeholders, not to {address}"
            raise EditionError(self._path, message, line)
        return address


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
    found = token.type.removesuffix("_open").replace("_", " ")
    return (
        f"a letter has paragraphs, headings, one level of bullets, **strong**, *emphasised* text "
        f"and links, but here stands: {found}"
    )
