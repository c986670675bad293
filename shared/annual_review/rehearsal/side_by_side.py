"""Work on many things by several threads, as many as there are processors.

That is quicker only where the work waits, for a process of `rendering_processes` among others, or
leaves Python: typesetting a letter does, for half of its time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")

_TURN: Final = 0.0005
"""After how many seconds a thread that computes lets another go on. The default is 5 ms, half of
what it takes to typeset a letter, and would be waited for whenever a file is written."""


def processors() -> int:
    """Count the processors that this process may use."""
    # macOS doesn't bind processes to processors.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def side_by_side(
    work: Callable[[_Thing], _Result], things: Iterable[_Thing], threads: int
) -> Iterator[_Result]:
    """Go through the results of a work on things, in the order of the things.

    Whatever the work raises is raised where its result would come. What has begun is then finished;
    nothing more is begun.
    """
    if threads == 1:
        yield from map(work, things)
        return
    with _short_turns(), ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, things)


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
