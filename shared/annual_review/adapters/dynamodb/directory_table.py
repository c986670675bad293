"""The register and its recipients in the table, in partitions of their own.

Recording decisions reads the register at every start and never the recipients, who are people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf

from annual_review.adapters.aws.aws_errors import ConditionFailedError
from annual_review.adapters.dynamodb.keys import (
    RECIPIENTS,
    REGISTER,
    directory_code_of,
    directory_key,
)
from annual_review.adapters.dynamodb.letter_table import move_action, new_token, raise_if_moved
from annual_review.adapters.dynamodb.table import (
    Item,
    Table,
    Value,
    if_still,
    key_of,
    key_values,
    number,
    optional_text,
    read_texts,
    text,
    texts,
)
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.services.directory import Directory
from annual_review.services.errors import PortError
from annual_review.services.letters.directory_store import (
    DirectoryChangedError,
    DirectoryRead,
    SeenEntry,
)
from annual_review.services.letters.letter import LetterMove
from annual_review.services.recording.case_changes import MOST_ACTIONS


@dataclass(frozen=True, slots=True)
class DynamoDBDirectory:
    """Implements `Directory`, `DirectoryLookup` and `DirectoryStore`."""

    table: Table

    def register(self) -> Register:
        """Return the register.

        Raises:
            PortError: It could not be read.
        """
        return Register(_authority(item) for item in self._of(REGISTER))

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        """Return who receives the letters.

        Raises:
            PortError: They could not be read.
        """
        received = (_recipient(item) for item in self._of(RECIPIENTS))
        return {each.authority: each for each in received}

    def authority(self, code: AuthorityCode) -> Authority | None:
        """Return an authority, read consistently; `None` if the register does not hold it.

        Raises:
            PortError: It could not be read.
        """
        item = self.table.get(directory_key(REGISTER, code))
        return _authority(item) if item else None

    def recipient(self, code: AuthorityCode) -> Recipient | None:
        """Return who receives the letter of an authority, read consistently; `None` if nobody does.

        Raises:
            PortError: It could not be read.
        """
        item = self.table.get(directory_key(RECIPIENTS, code))
        return _recipient(item) if item else None

    def read(self) -> DirectoryRead:
        """Return every entry with its version, read consistently.

        Raises:
            PortError: They could not be read.
        """
        return DirectoryRead(
            {
                directory_code_of(item): SeenEntry(_authority(item), _version(item))
                for item in self._of(REGISTER)
            },
            {
                directory_code_of(item): SeenEntry(_recipient(item), _version(item))
                for item in self._of(RECIPIENTS)
            },
        )

    def put(self, entries: Sequence[SeenEntry], letters: Sequence[LetterMove]) -> None:
        """Keep entries in place of the versions that were seen, and move letters: in one write.

        Raises:
            DirectoryChangedError: One of the entries has another version by now.
            LetterMovedError: One of the letters was changed since it was read.
            ValueError: They are more than one write takes.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        token = new_token()
        items = [{**_item(each), "written_by": text(token)} for each in entries]
        if len(items) + len(letters) > MOST_ACTIONS:
            raise ValueError(f"one write takes {MOST_ACTIONS} entries and letters")
        puts = [
            {"Put": {"TableName": self.table.name, "Item": item, **if_still(each.version)}}
            for item, each in zip(items, entries, strict=True)
        ]
        moves = [move_action(self.table, *each, token) for each in letters]
        try:
            self.table.write([*puts, *moves])
        except ConditionFailedError:
            # When an answer is lost, botocore repeats the request and finds what it wrote itself.
            if items and all(self.table.get(key_of(item)) == item for item in items):
                return
            raise_if_moved(self.table, letters)
            raise DirectoryChangedError("entries were changed by somebody else") from None

    def _of(self, partition: str) -> list[Item]:
        return list(self.table.query("pk = :partition", {":partition": text(partition)}))


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


def _version(item: Item) -> int:
    return int(item["version"]["N"])


def _item(seen: SeenEntry) -> dict[str, Value]:
    item = (
        _authority_item(seen.entry)
        if isinstance(seen.entry, Authority)
        else _recipient_item(seen.entry)
    )
    return {**item, "version": number(seen.version + 1)}


def _authority_item(authority: Authority) -> dict[str, Value]:
    item = {
        **key_values(directory_key(REGISTER, authority.code)),
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
        code=directory_code_of(item),
        name=item["name"]["S"],
        type=AuthorityType(item["type"]["S"]),
        in_being_from=None if began is None else date.fromisoformat(began),
        in_being_to=None if ended is None else date.fromisoformat(ended),
        successors=tuple(AuthorityCode(each) for each in read_texts(item["successors"])),
        population=int(item["population"]["N"]) if "population" in item else None,
    )


def _recipient_item(recipient: Recipient) -> dict[str, Value]:
    return {
        **key_values(directory_key(RECIPIENTS, recipient.authority)),
        "addressee": text(recipient.addressee),
        "job_title": text(recipient.job_title),
        "salutation": text(recipient.salutation),
        "email": text(recipient.email),
        "copies": texts(recipient.copies),
    }


def _recipient(item: Item) -> Recipient:
    return Recipient(
        authority=directory_code_of(item),
        addressee=item["addressee"]["S"],
        job_title=item["job_title"]["S"],
        salutation=item["salutation"]["S"],
        email=EmailAddress(item["email"]["S"]),
        copies=tuple(EmailAddress(each) for each in read_texts(item["copies"])),
    )
