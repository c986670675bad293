"""Renders the letters of a rehearsal by several processes, as many as there are processors.

Threads alone gain little: most of a letter is made in Python, which computes for one thread at a
time. A process takes a second to start, so a rehearsal of a few letters has none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterFacts, LetterRenderer, RenderedLetter
from annual_review.services.processes import FEWEST, spawned


@dataclass(frozen=True, slots=True)
class RenderingProcesses(LetterRenderer):
    """Threads may share it, and each waits for its own letter."""

    pool: ProcessPoolExecutor

    @override
    def render(self, facts: LetterFacts) -> RenderedLetter:
        return self.pool.submit(_render, facts).result()


@contextmanager
def letter_renderer(
    edition: Edition, mailbox: str, letters: int, processes: int
) -> Iterator[LetterRenderer]:
    """Make what renders so many letters of an edition, and end its processes after the block."""
    if processes == 1 or letters < FEWEST:
        yield EditionRenderer(edition, mailbox)
        return
    with spawned(processes, _begin, edition, mailbox) as pool:
        yield RenderingProcesses(pool)


_renderers: Final[list[EditionRenderer]] = []
"""The one renderer of a process of the pool; empty anywhere else."""


def _begin(edition: Edition, mailbox: str) -> None:
    """Make the renderer of a process."""
    _renderers.append(EditionRenderer(edition, mailbox))


def _render(facts: LetterFacts) -> RenderedLetter:
    [renderer] = _renderers
    return renderer.render(facts)
