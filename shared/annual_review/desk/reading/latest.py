"""Keeping what was used last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Latest(Generic[_K, _V]):
    """Keeps so many values that can't go out of date, those used last.

    A value is made when it is wanted, and once, however many want it at the same time.
    """

    def __init__(self, most: int) -> None:
        """Take how many are kept."""
        self._most = most
        self._kept: OrderedDict[_K, _V] = OrderedDict()
        self._making: dict[_K, Lock] = {}
        self._lock = Lock()

    def get(self, key: _K, make: Callable[[], _V]) -> _V:
        """Return the value of a key, made now if it is not there."""
        with self._lock:
            if key in self._kept:
                return self._used(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._used(key)
            try:
                return self._keep(key, make())
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _used(self, key: _K) -> _V:
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: _K, value: _V) -> _V:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value
