"""Computing in several processes: threads alone gain little where Python itself has to work."""

from __future__ import annotations

import copyreg
import gc
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from annual_review.services.at_once import Spread, one_by_one

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

_T = TypeVar("_T")
_R = TypeVar("_R")


FEWEST: Final = 100
"""From how many letters or authorities on processes repay their start, which takes a second."""


_NEW_OBJECTS_UNTIL_SEARCH: Final = 50_000


@contextmanager
def seldom_searching() -> Iterator[None]:
    """Search for garbage seldom in the block: each search goes through the whole year in memory."""
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS_UNTIL_SEARCH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def spawned(
    processes: int, begin: Callable[..., None] | None = None, *brought: object
) -> Iterator[ProcessPoolExecutor]:
    """Start processes, each of which begins with what it is brought; end them after the block.

    Enter it early: they start while other work is done. They are spawned, since a fork hangs once a
    letter has been typeset. Ctrl-C is for the parent, which then ends them.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (begin, brought)) as pool:
        pool.submit(int)  # The first task starts all processes.
        yield pool


@contextmanager
def in_processes(processes: int, things: int) -> Iterator[Spread]:
    """Give what does it in several processes: what is done, to what and the results are sent.

    It begins as soon as it is called. Where there is a single processor, or are few things, it is
    done here one by one.
    """
    if processes == 1 or things < FEWEST:
        yield one_by_one
        return
    with spawned(processes) as pool:

        def spread(work: Callable[[_T], _R], many: Iterable[_T]) -> Iterator[_R]:
            return pool.map(work, many)

        yield spread


def _begin(begin: Callable[..., None] | None, brought: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if begin:
        begin(*brought)


def _view(of: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(of)


# Figures hold views of dictionaries, which can't be sent to a process by themselves.
copyreg.pickle(MappingProxyType, lambda view: (_view, (dict(view),)))
