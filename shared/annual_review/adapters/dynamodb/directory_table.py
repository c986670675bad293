"""The register and its recipients in the table, in partitions of their own.

Recording decisions reads the register at every start and never the recipients, who are people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import ConditionFailedError
from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import (
    RECIPIENTS,
    REGISTER,
    directory_code_of,
    directory_key,
)
from annual_review.adapters.dynamodb.table import (
    Item,
    Table,
    Value,
    if_still,
    key_of,
    key_values,
    number,
    text,
)
from annual_review.domain.authorities import (
    Authority,
    AuthorityCode,
    Register,
    register_of_entries,
)
from annual_review.domain.recipients import Recipient
from annual_review.services.directory import Directory, DirectoryLookup
from annual_review.services.letters.directory_store import (
    DirectoryChangedError,
    DirectoryRead,
    DirectoryStore,
    SeenEntry,
)

if TYPE_CHECKING:
    from annual_review.services.letters.letter import LetterMove


@dataclass(frozen=True, slots=True)
class DynamoDBDirectory(Directory, DirectoryLookup, DirectoryStore):
    """The register and its recipients."""

    table: Table

    @override
    def register(self) -> Register:
        return register_of_entries(authority_of(item) for item in self._entries())

    @override
    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        received = (recipient_of(item) for item in self._of(RECIPIENTS))
        return {each.authority: each for each in received}

    @override
    def authority(self, code: AuthorityCode) -> Authority | None:
        item = self.table.get(directory_key(REGISTER, code))
        if item and _NOW in item:
            item = self.table.get(directory_key(REGISTER, AuthorityCode(item[_NOW]["S"])))
            found = authority_of(item) if item else None
            return found if found and code in found.codes else None
        return authority_of(item) if item else None

    @override
    def recipient(self, code: AuthorityCode) -> Recipient | None:
        item = self.table.get(directory_key(RECIPIENTS, code))
        return recipient_of(item) if item else None

    @override
    def read(self) -> DirectoryRead:
        return DirectoryRead(
            {
                directory_code_of(item): SeenEntry(authority_of(item), _version(item))
                for item in self._entries()
            },
            {
                directory_code_of(item): SeenEntry(recipient_of(item), _version(item))
                for item in self._of(RECIPIENTS)
            },
        )

    @override
    def put(self, entries: Sequence[SeenEntry], letters: Sequence[LetterMove]) -> None:
        # No function changes the register: they all start without what only this needs.
        from annual_review.adapters.dynamodb.letter_table import (
            move_action,
            new_token,
            raise_if_moved,
        )
        from annual_review.services.recording.case_changes import MOST_ACTIONS

        token = new_token()
        items = [entry_item(each, token) for each in entries]
        puts = [self._put(item, each.version) for item, each in zip(items, entries, strict=True)]
        puts += [
            self._put(item, version)
            for each in entries
            for item, version in superseding_items(each)
        ]
        if len(puts) + len(letters) > MOST_ACTIONS:
            raise ValueError(f"one write takes {MOST_ACTIONS} entries and letters")
        moves = [move_action(self.table, *each, token) for each in letters]
        try:
            self.table.write([*puts, *moves])
        except ConditionFailedError:
            # When an answer is lost, botocore repeats the request and finds what it wrote itself.
            if items and all(self.table.get(key_of(item)) == item for item in items):
                return
            raise_if_moved(self.table, letters)
            raise DirectoryChangedError("entries were changed by somebody else") from None

    def _put(self, item: Item, seen: int) -> dict[str, Any]:
        return {"Put": {"TableName": self.table.name, "Item": item, **if_still(seen)}}

    def _entries(self) -> list[Item]:
        return [item for item in self._of(REGISTER) if _NOW not in item]

    def _of(self, partition: str) -> list[Item]:
        return list(self.table.query("pk = :partition", {":partition": text(partition)}))


@item_reader
def _version(item: Item) -> int:
    return int(item["version"]["N"])


def entry_item(seen: SeenEntry, token: str) -> dict[str, Value]:
    """Write the next version of an entry, which `token` tells from that of another writer."""
    entry = seen.entry
    item = authority_item(entry) if isinstance(entry, Authority) else recipient_item(entry)
    return {**item, "version": number(seen.version + 1), "written_by": text(token)}


def authority_item(authority: Authority) -> dict[str, Value]:
    """Write an entry of the register."""
    key = key_values(directory_key(REGISTER, authority.code))
    unused = () if authority.former_codes else ("former_codes",)
    return {**key, **attributes(authority, "code", *unused)}


_NOW: Final = "now"
"""The attribute that stands in place of an entry under a former code: what the code is now."""


def superseding_items(seen: SeenEntry) -> Iterator[tuple[dict[str, Value], int]]:
    """Write what takes the place of entries under former codes, each with the version it had.

    It has no version itself: for whoever sees versions there is no entry.
    """
    if isinstance(seen.entry, Authority):
        for code, version in zip(seen.entry.former_codes, seen.superseded, strict=True):
            key = key_values(directory_key(REGISTER, code))
            yield {**key, _NOW: text(seen.entry.code)}, version


@item_reader
def authority_of(item: Item) -> Authority:
    """Read an entry of the register back."""
    return record_of(Authority, item, code=directory_code_of(item))


def recipient_item(recipient: Recipient) -> dict[str, Value]:
    """Write who receives the letter of an authority."""
    key = key_values(directory_key(RECIPIENTS, recipient.authority))
    return {**key, **attributes(recipient, "authority")}


@item_reader
def recipient_of(item: Item) -> Recipient:
    """Read who receives the letter of an authority back."""
    return record_of(Recipient, item, authority=directory_code_of(item))
