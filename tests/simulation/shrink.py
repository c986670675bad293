"""Shrink a schedule that fails: fewer and duller choices that fail in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

MOST_TRIES: Final = 400


def shrunk(
    choices: Sequence[int],
    fails: Callable[[Sequence[int]], bool],
    most_tries: int = MOST_TRIES,
) -> list[int]:
    """Return a shorter list of choices that fails as well.

    Blocks of choices are left out, then single choices are made dull, as long as it still fails.
    """
    best, tries = list(choices), 0
    size = max(1, len(best) // 2)
    while size and tries < most_tries:
        begin = 0
        while begin < len(best) and tries < most_tries:
            tries += 1
            shorter = best[:begin] + best[begin + size :]
            if fails(shorter):
                best = shorter
            else:
                begin += size
        size //= 2
    for place, chosen in enumerate(best):
        if tries >= most_tries:
            break
        if chosen:
            tries += 1
            duller = [*best[:place], 0, *best[place + 1 :]]
            if fails(duller):
                best = duller
    while best and not best[-1]:
        best.pop()
    return best
