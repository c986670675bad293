"""The register and its recipients in the table, in partitions of their own.

Recording decisions reads the register at every start and never the recipients, who are people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import inf
from typing import Final

from annual_review.adapters.table import (
    Item,
    Table,
    Value,
    key_values,
    number,
    optional_text,
    read_texts,
    text,
    texts,
)
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.services.close_year import Directory
from annual_review.services.errors import PortError

_REGISTER: Final = "REGISTER"
_RECIPIENTS: Final = "RECIPIENTS"
_AUTHORITY: Final = "AUTHORITY#"


@dataclass(frozen=True, slots=True)
class DynamoDBDirectory:
    """Implements `Directory`."""

    table: Table

    def register(self) -> Register:
        """Return the register.

        Raises:
            PortError: It could not be read.
        """
        return Register(_authority(item) for item in self._of(_REGISTER))

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        """Return who receives the letters.

        Raises:
            PortError: They could not be read.
        """
        received = (_recipient(item) for item in self._of(_RECIPIENTS))
        return {each.authority: each for each in received}

    def _of(self, partition: str) -> list[Item]:
        return list(self.table.query("pk = :partition", {":partition": text(partition)}))

    def load(self, register: Register, recipients: Mapping[AuthorityCode, Recipient]) -> None:
        """Write a register and its recipients over what is there; for operators, not functions.

        Entries that are not in it any more stay: cases of former authorities still arrive.

        Raises:
            PortError: Not all of it was written; loading again writes the rest.
        """
        self.table.put_all(_authority_item(authority) for authority in register.values())
        self.table.put_all(_recipient_item(recipient) for recipient in recipients.values())


@dataclass(frozen=True)
class DirectoryReadOnce:
    """Implements `Directory` for one batch: what is read first holds until the batch is done."""

    source: Directory

    @cached_property
    def _register(self) -> Register:
        return self.source.register()

    @cached_property
    def _recipients(self) -> Mapping[AuthorityCode, Recipient]:
        return self.source.recipients()

    def register(self) -> Register:
        """Return the register.

        Raises:
            PortError: It could not be read.
        """
        return self._register

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        """Return who receives the letters.

        Raises:
            PortError: They could not be read.
        """
        return self._recipients


@dataclass(slots=True)
class KnownAuthorities:
    """Implements `AuthorityLookup` from a copy of the register, kept as long as the process.

    `clock` returns seconds that only ever increase. The register is read again after `lasts`
    seconds, and after `unknown_again` for an authority that the copy doesn't hold: one that was
    just added is found soon, and neither a flood of unknown codes nor a table that doesn't answer
    is asked message by message. A copy that can't be renewed serves on for those it holds.
    """

    directory: Directory
    clock: Callable[[], float]
    lasts: float = 300.0
    unknown_again: float = 5.0
    _copy: Register = field(default_factory=lambda: Register(()), init=False)
    _read_at: float = field(default=-inf, init=False)
    _failure: PortError | None = field(default=None, init=False)

    def find(self, code: AuthorityCode) -> Authority | None:
        """Return the authority of a code, or `None` if the register holds none.

        Raises:
            PortError: The register could not be read.
        """
        now = self.clock()
        if now - self._read_at >= (self.lasts if code in self._copy else self.unknown_again):
            self._read_at = now
            try:
                self._copy, self._failure = self.directory.register(), None
            except PortError as error:
                self._failure = error
        if self._failure is not None and code not in self._copy:
            raise self._failure
        return self._copy.get(code)


def _authority_item(authority: Authority) -> dict[str, Value]:
    item = {
        **key_values((_REGISTER, f"{_AUTHORITY}{authority.code}")),
        "name": text(authority.name),
        "type": text(authority.type.value),
        "successors": texts(authority.successors),
    }
    if authority.in_being_from is not None:
        item["in_being_from"] = text(authority.in_being_from.isoformat())
    if authority.in_being_to is not None:
        item["in_being_to"] = text(authority.in_being_to.isoformat())
    if authority.population is not None:
        item["population"] = number(authority.population)
    return item


def _authority(item: Item) -> Authority:
    began, ended = optional_text(item, "in_being_from"), optional_text(item, "in_being_to")
    return Authority(
        code=_code(item),
        name=item["name"]["S"],
        type=AuthorityType(item["type"]["S"]),
        in_being_from=None if began is None else date.fromisoformat(began),
        in_being_to=None if ended is None else date.fromisoformat(ended),
        successors=tuple(AuthorityCode(each) for each in read_texts(item["successors"])),
        population=int(item["population"]["N"]) if "population" in item else None,
    )


def _recipient_item(recipient: Recipient) -> dict[str, Value]:
    return {
        **key_values((_RECIPIENTS, f"{_AUTHORITY}{recipient.authority}")),
        "addressee": text(recipient.addressee),
        "job_title": text(recipient.job_title),
        "salutation": text(recipient.salutation),
        "email": text(recipient.email),
        "copies": texts(recipient.copies),
    }


def _recipient(item: Item) -> Recipient:
    return Recipient(
        authority=_code(item),
        addressee=item["addressee"]["S"],
        job_title=item["job_title"]["S"],
        salutation=item["salutation"]["S"],
        email=EmailAddress(item["email"]["S"]),
        copies=tuple(EmailAddress(each) for each in read_texts(item["copies"])),
    )


def _code(item: Item) -> AuthorityCode:
    return AuthorityCode(item["sk"]["S"].removeprefix(_AUTHORITY))
