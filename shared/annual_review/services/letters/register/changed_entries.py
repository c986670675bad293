"""What a change of entries touches: each entry that differs, with the letters made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from annual_review.domain.authorities import (
    Authority,
    AuthorityCode,
    Register,
    register_of_entries,
)
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.letters.directory_store import DirectoryRead, SeenEntry
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_recipients import recipient_of

MOST_WRITES: Final = 100
"""Entries and letters in one write: DynamoDB's limit for a transaction."""


class CodesInUseError(RefusalError):
    """A code of an entry belongs to another authority; nothing was loaded."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries to be loaded."""

    register: Mapping[AuthorityCode, Authority]
    recipients: Mapping[AuthorityCode, Recipient]


Addressed = tuple[Recipient, str] | None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are written at once, with the letters that are made from them."""

    entries: tuple[SeenEntry, ...]
    letters: tuple[Letter, ...]

    @property
    def size(self) -> int:
        """How many items are written."""
        entries = sum(1 + len(each.superseded) for each in self.entries)
        return entries + len(self.letters)


def groups_of(
    kept: DirectoryRead,
    wanted: Entries,
    letters: Iterable[Letter],
    issue_date: Callable[[ReportingYear], date],
) -> list[Group]:
    """Put every entry that changes together with all letters that are made from it."""
    changed: dict[tuple[type, AuthorityCode], SeenEntry] = {}
    for code, authority in wanted.register.items():
        if entry := _change(kept.authorities.get(code), authority):
            versions = tuple(
                _version(kept.authorities.get(each)) for each in authority.former_codes
            )
            changed[Authority, code] = replace(entry, superseded=versions)
    for code, recipient in wanted.recipients.items():
        if entry := _change(kept.recipients.get(code), recipient):
            changed[Recipient, code] = entry
    together = {key: Group((entry,), ()) for key, entry in changed.items()}
    before, after = View.of(kept, Entries({}, {})), View.of(kept, wanted)
    for letter in letters:
        day = issue_date(letter.id.year)
        if before.addressed(letter, day) == after.addressed(letter, day):
            continue
        made_from = (*before.entries(letter, day), *after.entries(letter, day))
        joined = dict.fromkeys(
            entry for key in made_from if key in together for entry in together[key].entries
        )
        beside = dict.fromkeys(
            other for key in made_from if key in together for other in together[key].letters
        )
        group = Group(tuple(joined), (*beside, letter))
        together |= {key: group for key, entry in changed.items() if entry in joined}
    return list(dict.fromkeys(together.values()))


@dataclass(frozen=True, slots=True)
class View:
    """The entries as they are kept, or as they are to be."""

    register: Register
    recipients: Mapping[AuthorityCode, Recipient]

    @classmethod
    def of(cls, kept: DirectoryRead, wanted: Entries) -> View:
        """Return what is kept, with what is wanted in its place."""
        recipients = {
            code: seen.entry
            for code, seen in kept.recipients.items()
            if isinstance(seen.entry, Recipient)
        }
        return cls(
            register_of_entries(_authorities(kept, wanted).values()),
            {**recipients, **wanted.recipients},
        )

    def entries(self, letter: Letter, day: date) -> list[tuple[type, AuthorityCode]]:
        """Return the keys of all entries that a letter may be made from on a day."""
        code = letter.id.authority
        answering = (code, *self.register.answering_for(code, day))
        codes = {each for other in answering for each in (other, *self.register.codes_of(other))}
        return [(kind, each) for kind in (Authority, Recipient) for each in sorted(codes)]

    def addressed(self, letter: Letter, day: date) -> Addressed:
        """Return to whom a letter is addressed, at which authority; `None` for nobody."""
        try:
            found = recipient_of(letter, day, self.register.find, self.recipients.get)
        except MissingError:
            return None
        at = self.register.find(found.authority)
        # No letter prints the code, which may have changed alone.
        return replace(found, authority=letter.id.authority), at.name if at else ""


def _authorities(kept: DirectoryRead, wanted: Entries) -> Mapping[AuthorityCode, Authority]:
    """Return all entries of the register as they are to be."""
    entries = (seen.entry for seen in kept.authorities.values())
    there = {each.code: each for each in entries if isinstance(each, Authority)}
    return {**there, **wanted.register}


def check_codes(kept: DirectoryRead, wanted: Entries) -> None:
    """Refuse a code that another authority has or had, which is not among the wanted entries.

    An entry that is kept under what is a former code now is no other authority.

    Raises:
        CodesInUseError: There is one.
    """
    whose = {
        former: each.code
        for each in _authorities(kept, wanted).values()
        for former in each.former_codes
        if each.code not in wanted.register
    }
    for authority in wanted.register.values():
        for code in authority.codes:
            other = whose.get(code, authority.code)
            if other not in authority.codes:
                raise CodesInUseError(
                    f"{code} is a former code of {other} in the register that is loaded: load"
                    f" {other} too, with the codes that it has and had"
                )


def _change(kept: SeenEntry | None, wanted: Authority | Recipient) -> SeenEntry | None:
    if kept is not None and kept.entry == wanted:
        return None
    return SeenEntry(wanted, _version(kept))


def _version(kept: SeenEntry | None) -> int:
    return kept.version if kept else 0


def in_parts(groups: Iterable[Group]) -> Iterable[list[Group]]:
    """Pack groups into as few writes as the limit allows.

    A group that is too large by itself is refused by the store.
    """
    part: list[Group] = []
    for group in groups:
        if part and sum(each.size for each in part) + group.size > MOST_WRITES:
            yield part
            part = []
        part.append(group)
    if part:
        yield part
