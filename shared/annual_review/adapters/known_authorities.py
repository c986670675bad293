"""The authorities that a process knows: a copy of the register, read again now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Final

from typing_extensions import override

from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.services.directory import Directory
from annual_review.services.errors import PortError
from annual_review.services.recording.record_decisions import AuthorityLookup

UNKNOWN_AGAIN: Final = 5.0
"""Seconds after which the register is read again for an authority that its copy doesn't hold."""


@dataclass(slots=True)
class KnownAuthorities(AuthorityLookup):
    """A copy of the register, kept as long as the process.

    `clock` returns seconds that only ever increase. The register is read again after `lasts`
    seconds, and after `unknown_again` for an authority that the copy doesn't hold: one that was
    just added is found soon, and neither a flood of unknown codes nor a table that doesn't answer
    is asked message by message. A copy that can't be renewed serves on for those it holds.
    """

    directory: Directory
    clock: Callable[[], float]
    lasts: float = 300.0
    unknown_again: float = UNKNOWN_AGAIN
    _copy: Register = field(default_factory=lambda: Register(()), init=False)
    _read_at: float = field(default=-inf, init=False)
    _failure: PortError | None = field(default=None, init=False)

    @override
    def find(self, code: AuthorityCode) -> Authority | None:
        now = self.clock()
        known = self._copy.find(code)
        if now - self._read_at >= (self.unknown_again if known is None else self.lasts):
            self._read_at = now
            try:
                self._copy, self._failure = self.directory.register(), None
            except PortError as error:
                self._failure = error
        if self._failure is not None and self._copy.find(code) is None:
            raise self._failure
        return self._copy.find(code)
