"""Doing the same thing to many: one after the other, or several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


class Spread(Protocol):
    """Does something to each of many, and returns the results in their order.

    The first failure is raised; what was begun by then is finished.
    """

    def __call__(self, work: Callable[[_T], _R], many: Iterable[_T]) -> Iterator[_R]:
        """Do it."""


def one_by_one(work: Callable[[_T], _R], many: Iterable[_T]) -> Iterator[_R]:
    """Do it one after the other, as the results are asked for."""
    return map(work, many)


def in_threads(threads: int) -> Spread:
    """Return what does it in several threads: for waiting on AWS, not for reckoning."""

    def spread(work: Callable[[_T], _R], many: Iterable[_T]) -> Iterator[_R]:
        with ThreadPoolExecutor(threads) as pool:
            tasks = [pool.submit(work, each) for each in many]
            try:
                yield from [task.result() for task in tasks]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    return spread
