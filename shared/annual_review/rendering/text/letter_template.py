"""The running text of an edition as it was read: blocks with placeholders, on their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annual_review.rendering.text.blocks import Block, BulletList, Heading, Paragraph, Run
from annual_review.rendering.text.placeholders import fill


@dataclass(frozen=True, slots=True)
class Insertion:
    """The place of blocks that come from elsewhere and are printed as they stand."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that are printed together, always or on a condition."""

    blocks: tuple[Block | Insertion, ...]
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
        self,
        values: Mapping[str, str],
        conditions: Mapping[str, bool],
        insertions: Mapping[str, Sequence[Block]],
    ) -> tuple[Block, ...]:
        """Fill in placeholders, set in insertions, and drop parts whose condition does not hold.

        What is filled or set in is never read again: neither as Markdown nor as a placeholder.
        """
        return tuple(
            block
            for part in self.parts
            if part.is_printed(conditions)
            for template in part.blocks
            for block in _blocks(template, values, insertions)
        )


def _blocks(
    template: Block | Insertion,
    values: Mapping[str, str],
    insertions: Mapping[str, Sequence[Block]],
) -> Iterator[Block]:
    def runs(template: tuple[Run, ...]) -> tuple[Run, ...]:
        return tuple(replace(run, text=fill(run.text, values)) for run in template)

    match template:
        case Insertion(name=name):
            yield from insertions[name]
        case Heading(text=text):
            yield replace(template, text=fill(text, values))
        case Paragraph():
            yield Paragraph(runs(template.runs))
        case BulletList():
            yield BulletList(tuple(runs(item) for item in template.items))
