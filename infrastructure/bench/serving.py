"""A way to render letters, in a process of its own: it renders those that it is told to.

Each way has its own process, kept warm, so that none fills a cache for another. This module knows
the standard library only: the ways live in different environments.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Letter = TypeVar("Letter")


def serve(letters: Sequence[Letter], render: Callable[[Letter], object]) -> None:
    """Render the first letter and say so; then, for each line that comes in, those it names.

    A line holds the number of the first letter and of the one after the last, counted from 0.

    Every answer is a line of JSON: the seconds of each letter.
    """
    render(letters[0])
    _answer([])
    for line in sys.stdin:
        first, end = map(int, line.split())
        seconds = []
        for letter in letters[first:end]:
            begun = time.perf_counter()
            render(letter)
            seconds.append(time.perf_counter() - begun)
        _answer(seconds)


def _answer(seconds: Sequence[float]) -> None:
    sys.stdout.write(f"{json.dumps(seconds)}\n")
    sys.stdout.flush()
