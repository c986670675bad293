"""Renders the letters of a rehearsal by several processes, as many as there are processors.

Threads alone gain little: most of a letter is made in Python, which computes for one thread at a
time. A process takes a second to start, so a rehearsal of a few letters has none of its own.
"""

from __future__ import annotations

import copyreg
import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from typing_extensions import override

from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterFacts, LetterRenderer, RenderedLetter

FEWEST_LETTERS: Final = 100
"""From how many letters on the processes repay their start."""


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
    """Make what renders so many letters of an edition, and end its processes after the block.

    Enter it early: the processes start while other work is done. They are spawned, since a fork
    hangs once a letter has been typeset.
    """
    if processes == 1 or letters < FEWEST_LETTERS:
        yield EditionRenderer(edition, mailbox)
        return
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _begin, (edition, mailbox)
    ) as pool:
        pool.submit(int)  # The first task starts all processes.
        yield RenderingProcesses(pool)


def _view(of: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(of)


# Figures hold views of dictionaries, which can't be sent to a process by themselves.
copyreg.pickle(MappingProxyType, lambda view: (_view, (dict(view),)))

_renderers: Final[list[EditionRenderer]] = []
"""The one renderer of a process of the pool; empty anywhere else."""


def _begin(edition: Edition, mailbox: str) -> None:
    """Make the renderer of a process. Ctrl-C is for the parent, which then ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _renderers.append(EditionRenderer(edition, mailbox))


def _render(facts: LetterFacts) -> RenderedLetter:
    [renderer] = _renderers
    return renderer.render(facts)
