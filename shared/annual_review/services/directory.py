"""The register and its recipients: the ports they are kept behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.domain.recipients import Recipient


class Directory(Protocol):
    """The register and its recipients, whole."""

    def register(self) -> Register:
        """Return the register."""

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        """Return who receives the letters."""


class DirectoryLookup(Protocol):
    """The register and its recipients, one entry at a time, each as it is at that moment."""

    def authority(self, code: AuthorityCode) -> Authority | None:
        """Return the authority that has a code or had it, read consistently; `None`: nobody."""

    def recipient(self, code: AuthorityCode) -> Recipient | None:
        """Return who receives the letter of an authority, read consistently; `None`: nobody."""
