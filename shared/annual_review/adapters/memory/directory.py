"""The register and its recipients in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.domain.recipients import Recipient


@dataclass(frozen=True, slots=True)
class InMemoryDirectory:
    """Implements `Directory` and `AuthorityLookup`."""

    authorities: Register
    receiving: Mapping[AuthorityCode, Recipient] = field(default_factory=dict)

    def register(self) -> Register:
        """Return the register."""
        return self.authorities

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        """Return who receives the letters."""
        return self.receiving

    def find(self, code: AuthorityCode) -> Authority | None:
        """Return the authority of a code, or `None`."""
        return self.authorities.get(code)
