"""What was read of figures and can't become wrong, so that nobody reads it twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

_T = TypeVar("_T")
_MOST: Final = 2_000


class Kept:
    """Keeps what is named by a hash, or by the versions of what it was counted from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def of(self, name: Hashable, read: Callable[[], _T]) -> _T:
        """Return what is kept under a name, reading it where there is nothing."""
        found: _T | None = self.get(name)
        if found is None:
            found = read()
            self.keep(name, found)
        return found

    def get(self, name: Hashable) -> Any:  # noqa: ANN401 (whatever was kept)
        """Return what is kept under a name; `None` if there is nothing."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def keep(self, name: Hashable, what: object) -> None:
        """Keep it; what was asked for least lately makes room."""
        with self._lock:
            self._kept[name] = what
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
