"""A mail account in which all is well, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from annual_review.domain.recipients import EmailAddress
from annual_review.services.errors import PortError
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.readiness.mail_account import (
    AccountState,
    ConfigurationState,
    IdentityState,
    Reputation,
)

WELL: Final = AccountState(
    has_production_access=True,
    is_sending_enabled=True,
    enforcement="HEALTHY",
    quota=50_000,
    sent=0,
)
REPORTING: Final = ConfigurationState(is_sending_enabled=True, reported=frozenset(MailEvent))
LOW: Final = Reputation(bounces=1_000, complaints=0)


@dataclass
class FakeMailAccount:
    """Implements `MailAccount`. `refused` raises in place of the answer, by its question."""

    state: AccountState = WELL
    identities: dict[str, IdentityState] = field(
        default_factory=lambda: {"ombudsman.example": IdentityState(is_verified=True)}
    )
    configuration_set: ConfigurationState | None = REPORTING
    rates: Reputation = LOW
    listed: dict[EmailAddress, str] = field(default_factory=dict)
    refused: dict[str, PortError] = field(default_factory=dict)

    def account(self) -> AccountState:
        """Return the state of the account."""
        self._answer("account")
        return self.state

    def identity(self, name: str) -> IdentityState | None:
        """Return the state of an address or a domain."""
        self._answer("identity")
        return self.identities.get(name)

    def configuration(self, name: str) -> ConfigurationState | None:
        """Return the state of the one configuration set that there may be."""
        self._answer("configuration")
        return self.configuration_set if name else None

    def reputation(self) -> Reputation:
        """Return the rates."""
        self._answer("reputation")
        return self.rates

    def suppressed(self) -> Mapping[EmailAddress, str]:
        """Return the addresses that get nothing."""
        self._answer("suppressed")
        return self.listed

    def _answer(self, question: str) -> None:
        if question in self.refused:
            raise self.refused[question]
