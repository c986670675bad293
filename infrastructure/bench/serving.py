"""A way to render letters, in a process of its own: it renders those that it is told to.

Each way has its own process, kept warm, so that none fills a cache for another and the memory is
its own. This module knows the standard library only: the ways live in different environments.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

_STATUS: Final = Path("/proc/self/status")
_KIB: Final = 1024

Letter = TypeVar("Letter")


def serve(letters: Sequence[Letter], render: Callable[[Letter], object]) -> None:
    """Render the first letter and say so; then, for each line that comes in, those it names.

    A line holds the number of the first letter and of the one after the last, counted from 0.

    Every answer is a line of JSON: the seconds of each letter, and the most memory held so far.
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
    answer = {"seconds": seconds, "peak": peak_memory()}
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def peak_memory() -> int:
    """Return the most bytes that this program has held at once.

    Linux keeps them for the program that runs now; what it tells a parent about its children
    begins with the parent's own.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name == "VmHWM":
                return int(value.split()[0]) * _KIB
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * _KIB
