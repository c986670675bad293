"""The register and its recipients in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.authorities import (
    Authority,
    AuthorityCode,
    AuthorityType,
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
from annual_review.services.letters.letter import LetterMove
from annual_review.services.recording.record_decisions import AuthorityLookup

_NO_RECIPIENTS: Mapping[AuthorityCode, Recipient] = {}


class InMemoryDirectory(Directory, DirectoryLookup, DirectoryStore, AuthorityLookup):
    """The register and its recipients."""

    def __init__(
        self,
        register: Register,
        recipients: Mapping[AuthorityCode, Recipient] = _NO_RECIPIENTS,
        letters: InMemoryLetterStore | None = None,
    ) -> None:
        """Take what it holds to begin with, and the letters that change together with it."""
        self.authorities = register
        self.receiving = recipients
        self._versions: dict[tuple[type, AuthorityCode], int] = {
            **{(Authority, code): 1 for code in register},
            **{(Recipient, code): 1 for code in recipients},
        }
        self._letters = InMemoryLetterStore() if letters is None else letters

    def register(self) -> Register:
        return self.authorities

    def recipients(self) -> Mapping[AuthorityCode, Recipient]:
        return self.receiving

    def authority(self, code: AuthorityCode) -> Authority | None:
        return self.authorities.find(code)

    def recipient(self, code: AuthorityCode) -> Recipient | None:
        return self.receiving.get(code)

    def find(self, code: AuthorityCode) -> Authority | None:
        return self.authorities.find(code)

    def read(self) -> DirectoryRead:
        return DirectoryRead(
            {
                code: SeenEntry(each, self._versions[Authority, code])
                for code, each in self.authorities.items()
            },
            {
                code: SeenEntry(each, self._versions[Recipient, code])
                for code, each in self.receiving.items()
            },
        )

    def put(self, entries: Sequence[SeenEntry], letters: Sequence[LetterMove]) -> None:
        for seen in entries:
            there = [(_name(seen), seen.version), *_superseded(seen)]
            if any(self._versions.get(name, 0) != version for name, version in there):
                raise DirectoryChangedError("entries were changed by somebody else")
        self._letters.move_all(letters)
        self._versions |= {_name(seen): seen.version + 1 for seen in entries}
        for name, _ in (each for seen in entries for each in _superseded(seen)):
            self._versions.pop(name, None)
        changed = [seen.entry for seen in entries]
        authorities = {each.code: each for each in changed if isinstance(each, Authority)}
        self.authorities = register_of_entries({**self.authorities, **authorities}.values())
        received = {each.authority: each for each in changed if isinstance(each, Recipient)}
        self.receiving = {**self.receiving, **received}


class AnyAuthorities(AuthorityLookup):
    """Where no register is at hand: every code is an authority's."""

    def find(self, code: AuthorityCode) -> Authority:
        return Authority(code, code, AuthorityType.OTHER)


def _name(seen: SeenEntry) -> tuple[type, AuthorityCode]:
    entry = seen.entry
    return (Authority, entry.code) if isinstance(entry, Authority) else (Recipient, entry.authority)


def _superseded(seen: SeenEntry) -> list[tuple[tuple[type, AuthorityCode], int]]:
    """Return the names of the entries that give way to one, with their versions."""
    codes = seen.entry.former_codes if isinstance(seen.entry, Authority) else ()
    names = [(Authority, code) for code in codes]
    return list(zip(names, seen.superseded, strict=True))
