"""What happens while a function starts: Lambda lends a whole core for that, and none after it."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable
from functools import _lru_cache_wrapper, cache
from typing import Final, TypeVar

_T = TypeVar("_T")

_ON_LAMBDA: Final = "AWS_LAMBDA_FUNCTION_NAME"


def begin_start() -> None:
    """Let nothing look for garbage until the function is wired.

    Modules, classes and clients all stay, and to search them again and again would take a
    twentieth of the start.
    """
    if os.environ.get(_ON_LAMBDA):
        gc.disable()


def at_start(wire: Callable[[], _T]) -> _lru_cache_wrapper[_T]:
    """Wire once per process: on Lambda while its module is imported, elsewhere when first asked.

    What fails then is tried again, and told, by the first invocation: nobody would read it here.
    """
    once = cache(wire)
    if os.environ.get(_ON_LAMBDA):
        with contextlib.suppress(Exception):
            once()
        # What there is now stays as long as the process; only what comes after can be garbage.
        gc.freeze()
        gc.enable()
    return once
