"""Load the register and its recipients, and take back the letters that would print them otherwise.

Only entries that differ from what is kept are written, each on condition that it is still the one
that was read. An entry that a letter is made from is written together with the step that takes this
letter back: its approval is gone, and until it is prepared with the new entry it can't be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, answering_for
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import SENT_WITHOUT_END
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.letters.directory_store import (
    DirectoryChangedError,
    DirectoryRead,
    DirectoryStore,
    SeenEntry,
)
from annual_review.services.letters.letter import (
    Letter,
    LetterMove,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
    current_letters,
)
from annual_review.services.letters.letter_recipients import mailboxes, recipient_of
from annual_review.services.letters.reopen_letters import may_be_prepared, reopened
from annual_review.services.progress import Progress, no_progress

MOST_WRITES: Final = 100
"""Entries and letters in one write: DynamoDB's limit for a transaction."""

_ROUNDS: Final = 20
"""How often all is read again while others change entries or letters."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries to be loaded."""

    register: Mapping[AuthorityCode, Authority]
    recipients: Mapping[AuthorityCode, Recipient]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading came to.

    `taken_back` are the letters that are prepared again, `too_late` those that are on their way and
    were made from what was kept before.
    """

    changed: int
    taken_back: tuple[LetterId, ...]
    too_late: tuple[LetterId, ...]


@dataclass(slots=True)
class _Done:
    changed: int = 0
    taken_back: dict[LetterId, None] = field(default_factory=dict)
    too_late: dict[LetterId, None] = field(default_factory=dict)


_Addressed = tuple[Recipient, str] | None


@dataclass(frozen=True, slots=True)
class _Group:
    """Entries that are written at once, with the letters that are made from them."""

    entries: tuple[SeenEntry, ...]
    letters: tuple[Letter, ...]

    @property
    def size(self) -> int:
        return len(self.entries) + len(self.letters)


@dataclass(frozen=True, slots=True)
class LoadRegister:
    """Loads a register and recipients. Entries that are not in it any more stay as they are.

    `issue_date` says on which day the letters of a year go out.
    """

    directory: DirectoryStore
    letters: LetterStore
    prepare: LetterQueue
    issue_date: Callable[[ReportingYear], date]

    def load(
        self,
        wanted: Entries,
        years: Collection[ReportingYear],
        act: Act,
        progress: Progress = no_progress,
        *,
        is_dry_run: bool = False,
    ) -> LoadReport:
        """Load entries; the letters of `years` are those that may yet print them.

        Raises:
            ConflictError: Others changed entries or letters all the while; loading again goes on.
        """
        done, addressed = _Done(), dict[LetterId, _Addressed]()
        total = len(wanted.register) + len(wanted.recipients)
        for attempt in range(_ROUNDS):
            letters = self._current(years)
            kept = self.directory.read()
            if not attempt:
                addressed = self._addressed(letters, kept)
            groups = _groups(kept, wanted, letters, self.issue_date)
            progress(total - sum(len(each.entries) for each in groups), total)
            done.too_late |= dict.fromkeys(_too_late(groups))
            if is_dry_run:
                done.changed = sum(len(each.entries) for each in groups)
                done.taken_back |= dict.fromkeys(_open(groups))
                break
            if not groups:
                self._take_back_the_rest(years, addressed, done, act)
                break
            after = _View(kept, wanted)
            for part in _in_parts(groups):
                if not self._put(part, done, act):
                    break
                for letter in (each for group in part for each in group.letters):
                    addressed[letter.id] = after.addressed(letter, self.issue_date(letter.id.year))
        else:
            raise ConflictError(
                "the register or its letters are being changed by others: load again"
            )
        if not is_dry_run:
            # Those that are planned as well: an earlier load may have ended before it asked.
            waiting = [each.id for each in letters if each.state is LetterState.PLANNED]
            self.prepare.put(tuple(dict.fromkeys([*done.taken_back, *waiting])))
        return LoadReport(done.changed, tuple(done.taken_back), tuple(done.too_late))

    def _put(self, part: Sequence[_Group], done: _Done, act: Act) -> bool:
        """Write some groups at once; `False` where somebody else was quicker."""
        entries = tuple(entry for group in part for entry in group.entries)
        open_ = {letter.id: letter for group in part for letter in group.letters}
        moves: list[LetterMove] = [
            (letter, _taken_back(letter, act))
            for letter in open_.values()
            if may_be_prepared(letter)
        ]
        try:
            self.directory.put(entries, moves)
        except (DirectoryChangedError, LetterMovedError):
            return False
        done.changed += len(entries)
        done.taken_back |= dict.fromkeys(letter.id for letter, _ in moves)
        return True

    def _addressed(
        self, letters: Iterable[Letter], kept: DirectoryRead
    ) -> dict[LetterId, _Addressed]:
        view = _View(kept, Entries({}, {}))
        return {each.id: view.addressed(each, self.issue_date(each.id.year)) for each in letters}

    def _take_back_the_rest(
        self,
        years: Collection[ReportingYear],
        addressed: Mapping[LetterId, _Addressed],
        done: _Done,
        act: Act,
    ) -> None:
        """Take back letters that were not made from these entries when they were written.

        One was planned meanwhile, or somebody else has just changed who answers for its authority:
        it may have been prepared with what was there before.
        """
        letters = self._current(years)
        now = self._addressed(letters, self.directory.read())
        for letter in letters:
            to = now[letter.id]
            is_another = bool(done.changed) and addressed.get(letter.id, to) != to
            is_new = bool(done.changed) and letter.id not in addressed
            # An earlier load may have ended before it came here.
            goes_elsewhere = to is not None and letter.recipients not in {(), mailboxes(to[0])}
            if is_another or is_new or goes_elsewhere:
                self._take_back(letter, done, act)

    def _take_back(self, letter: Letter, done: _Done, act: Act) -> None:
        for _ in range(_ROUNDS):
            if letter.state in SENT_WITHOUT_END:
                done.too_late[letter.id] = None
            if not may_be_prepared(letter):
                return
            try:
                self.letters.move(letter, _taken_back(letter, act))
            except LetterMovedError as error:
                letter = error.letter
            else:
                done.taken_back[letter.id] = None
                return
        raise ConflictError(f"letter {letter.id.tag} is being changed by others: prepare it again")

    def _current(self, years: Iterable[ReportingYear]) -> list[Letter]:
        return [
            letter
            for year in years
            for letter in current_letters(self.letters.of_year(year)).values()
        ]


def _taken_back(letter: Letter, act: Act) -> Move:
    return reopened(letter, act.at, f"recipient or register changed by {act.by}")


def _groups(
    kept: DirectoryRead,
    wanted: Entries,
    letters: Iterable[Letter],
    issue_date: Callable[[ReportingYear], date],
) -> list[_Group]:
    """Put every entry that changes together with all letters that are made from it."""
    changed: dict[tuple[type, AuthorityCode], SeenEntry] = {}
    for code, authority in wanted.register.items():
        if entry := _change(kept.authorities.get(code), authority):
            changed[Authority, code] = entry
    for code, recipient in wanted.recipients.items():
        if entry := _change(kept.recipients.get(code), recipient):
            changed[Recipient, code] = entry
    together = {key: _Group((entry,), ()) for key, entry in changed.items()}
    before, after = _View(kept, Entries({}, {})), _View(kept, wanted)
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
        group = _Group(tuple(joined), (*beside, letter))
        together |= {key: group for key, entry in changed.items() if entry in joined}
    return list(dict.fromkeys(together.values()))


@dataclass(frozen=True, slots=True)
class _View:
    """The entries as they are kept, or as they are to be."""

    kept: DirectoryRead
    wanted: Entries

    def authority(self, code: AuthorityCode) -> Authority | None:
        kept = self.kept.authorities.get(code)
        found = self.wanted.register.get(code) or (kept.entry if kept else None)
        return found if isinstance(found, Authority) else None

    def recipient(self, code: AuthorityCode) -> Recipient | None:
        kept = self.kept.recipients.get(code)
        found = self.wanted.recipients.get(code) or (kept.entry if kept else None)
        return found if isinstance(found, Recipient) else None

    def entries(self, letter: Letter, day: date) -> list[tuple[type, AuthorityCode]]:
        code = letter.id.authority
        codes = {code, *answering_for(self.authority, code, day)}
        return [(kind, each) for kind in (Authority, Recipient) for each in sorted(codes)]

    def addressed(self, letter: Letter, day: date) -> _Addressed:
        """Return to whom a letter is addressed, at which authority; `None` for nobody."""
        try:
            found = recipient_of(letter, day, self.authority, self.recipient)
        except MissingError:
            return None
        at = self.authority(found.authority)
        return found, at.name if at else ""


def _change(kept: SeenEntry | None, wanted: Authority | Recipient) -> SeenEntry | None:
    if kept is not None and kept.entry == wanted:
        return None
    return SeenEntry(wanted, kept.version if kept else 0)


def _in_parts(groups: Iterable[_Group]) -> Iterable[list[_Group]]:
    """Pack groups into as few writes as the limit allows.

    A group that is too large by itself is refused by the store.
    """
    part: list[_Group] = []
    for group in groups:
        if part and sum(each.size for each in part) + group.size > MOST_WRITES:
            yield part
            part = []
        part.append(group)
    if part:
        yield part


def _open(groups: Iterable[_Group]) -> list[LetterId]:
    return [each.id for group in groups for each in group.letters if may_be_prepared(each)]


def _too_late(groups: Iterable[_Group]) -> list[LetterId]:
    """Return the letters that just went, or may have: what ended long ago is no news."""
    return [each.id for group in groups for each in group.letters if each.state in SENT_WITHOUT_END]
