"""The mail account, as far as letters depend on it: the port, and what it tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from annual_review.domain.recipients import EmailAddress
from annual_review.services.letters.letter_history import MailEvent

PER_MILLION = 1_000_000
"""Rates are integers of this: nothing is rounded before it is compared."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the mail service says of the account. `quota` is in recipients in 24 hours.

    `quota` is `None` where there is no limit. `enforcement` is `HEALTHY`, `PROBATION` or
    `SHUTDOWN`.
    """

    has_production_access: bool
    is_sending_enabled: bool
    enforcement: str
    quota: int | None
    sent: int


@dataclass(frozen=True, slots=True)
class IdentityState:
    """What it says of an address or a domain. `mail_from` is that of its MAIL FROM domain.

    `mail_from` is empty where none is set; `rejects_without` says whether letters are rejected as
    long as that domain is not verified.
    """

    is_verified: bool
    mail_from: str = ""
    rejects_without: bool = False


@dataclass(frozen=True, slots=True)
class ConfigurationState:
    """What it says of the configuration set. `reported` are the kinds of events that reach us."""

    is_sending_enabled: bool
    reported: Collection[MailEvent] = frozenset()


@dataclass(frozen=True, slots=True)
class Reputation:
    """The rates of the account per million, `None` where there is no measurement."""

    bounces: int | None
    complaints: int | None


class SendingAccount(Protocol):
    """What decides whether letters are taken. A question that is not answered is a `PortError`."""

    def account(self) -> AccountState:
        """Return the state of the account."""

    def identity(self, name: str) -> IdentityState | None:
        """Return the state of an address or a domain; `None` if it is not one of the account's."""

    def configuration(self, name: str) -> ConfigurationState | None:
        """Return the state of a configuration set; `None` if there is none of this name."""


class MailAccount(SendingAccount, Protocol):
    """What decides, besides, whether they are delivered, and how long an account may send."""

    def reputation(self) -> Reputation:
        """Return the latest rates of bounces and complaints."""

    def suppressed(self) -> Mapping[EmailAddress, str]:
        """Return the addresses that get nothing, in lower case, and why."""
