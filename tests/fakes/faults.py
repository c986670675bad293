"""Faults: calls of ports that fail when a test says so, before or after they took effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from annual_review.services.errors import (
    ConflictError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)

_P = TypeVar("_P")


class ProcessDiedError(BaseException):
    """The process ends here. Not an `Exception`: nothing in the product may live on after it."""


@dataclass(frozen=True)
class Fault:
    """One failing call. `after`: it took effect all the same, and nobody was told."""

    error: type[BaseException]
    after: bool = False

    def __str__(self) -> str:
        return f"{self.error.__name__} {'after' if self.after else 'before'}"


CRASHES = (Fault(ProcessDiedError), Fault(ProcessDiedError, after=True))

BREAKING_OFF = (*CRASHES, Fault(UnavailableError))
"""All that a service can tell apart which catches no `PortError`: one error stands for each."""

HARMLESS = (
    Fault(ConflictError),
    Fault(ThrottledError),
    Fault(RefusedError),
    Fault(UnavailableError),
    Fault(UnavailableError, after=True),
)
"""Errors as the ports promise them: only an unavailable service may have done the work."""

WORSE = (Fault(ConflictError, after=True), Fault(ThrottledError, after=True))
"""Errors of a service that breaks its promise; even they must not harm the figures."""


class Faults:
    """Watches ports: numbers every call from 0, and lets the chosen ones fail."""

    def __init__(
        self,
        script: Mapping[int, Fault] | None = None,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the faults by the number of the call, and what to do before every call."""
        self.script = dict(script or {})
        self.calls: list[str] = []
        self._before_each = before_each

    def over(self, port: _P) -> _P:
        """Return the same port, watched."""
        return cast("_P", _Watched(port, self))

    def call(self, name: str, method: Callable[..., object], *args: object) -> object:
        """Make one call, or fail it."""
        self._before_each()
        fault = self.script.get(len(self.calls))
        self.calls.append(name)
        if fault is None:
            answer = method(*args)
            return self._one_by_one(answer) if isinstance(answer, Iterator) else answer
        if fault.after:
            method(*args)
        raise fault.error(f"{name}: {fault}")

    def _one_by_one(self, things: Iterator[object]) -> Iterator[object]:
        """Others may step in between any two things of a long reading, too."""
        for thing in things:
            yield thing
            self._before_each()

    @property
    def struck(self) -> bool:
        """Whether any call has failed so far."""
        return any(number < len(self.calls) for number in self.script)


class _Watched:
    def __init__(self, port: object, faults: Faults) -> None:
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the port has)
        method = getattr(self._port, name)
        label = f"{type(self._port).__name__}.{name}"
        return lambda *args: self._faults.call(label, method, *args)
