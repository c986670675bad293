"""Load the register and its recipients, and take back the letters that would print them otherwise.

Only entries that differ from what is kept are written, each on condition that it is still the one
that was read. An entry that a letter is made from is written together with the step that takes this
letter back: its approval is gone, and until it is prepared with the new entry it can't be sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from annual_review.domain.authorities import (
    AuthorityCode,
    Register,
)
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import SENT_WITHOUT_END
from annual_review.services.advised_commands import Command
from annual_review.services.errors import ConflictError
from annual_review.services.letters.directory_store import (
    DirectoryChangedError,
    DirectoryRead,
    DirectoryStore,
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
from annual_review.services.letters.letter_recipients import mailboxes
from annual_review.services.letters.own_performance import ParagraphStore
from annual_review.services.letters.register.changed_entries import (
    Addressed,
    CodesInUseError,
    Entries,
    Group,
    View,
    check_codes,
    groups_of,
    in_parts,
)
from annual_review.services.letters.reopen_letters import may_be_prepared, reopened
from annual_review.services.progress import Progress, no_progress

_ROUNDS: Final = 20
"""How often all is read again while others change entries or letters."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading came to.

    `taken_back` are the letters that are prepared again, `too_late` those that are on their way and
    were made from what was kept before. `doubled` are unsent letters to hold: their authority has
    another of that year, which was closed while two codes stood for two authorities.
    """

    changed: int
    taken_back: tuple[LetterId, ...]
    too_late: tuple[LetterId, ...]
    doubled: tuple[LetterId, ...] = ()


@dataclass(slots=True)
class _Done:
    changed: int = 0
    taken_back: dict[LetterId, None] = field(default_factory=dict)
    too_late: dict[LetterId, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadRegister:
    """Loads a register and recipients. Entries that are not in it any more stay as they are.

    `issue_date` says on which day the letters of a year go out.
    """

    directory: DirectoryStore
    letters: LetterStore
    paragraphs: ParagraphStore
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
            CodesInUseError: A code is one of another authority, which is not among the entries, or
                notes are kept under what would be a former code.
            ConflictError: Others changed entries or letters all the while; loading again goes on.
        """
        done, addressed = _Done(), dict[LetterId, Addressed]()
        total = len(wanted.register) + len(wanted.recipients)
        for attempt in range(_ROUNDS):
            letters = self._current(years)
            kept = self.directory.read()
            check_codes(kept, wanted)
            after = View.of(kept, wanted)
            self._check_notes(years, letters, after.register)
            if not attempt:
                addressed = self._addressed(letters, kept)
            groups = groups_of(kept, wanted, letters, self.issue_date)
            progress(total - sum(len(each.entries) for each in groups), total)
            done.too_late |= dict.fromkeys(_too_late(groups))
            if is_dry_run:
                done.changed = sum(len(each.entries) for each in groups)
                done.taken_back |= dict.fromkeys(_open(groups))
                break
            if not groups:
                self._take_back_the_rest(years, addressed, done, act)
                break
            for part in in_parts(groups):
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
        return LoadReport(
            done.changed,
            tuple(done.taken_back),
            tuple(done.too_late),
            tuple(_doubled(letters, after.register)),
        )

    def _check_notes(
        self, years: Iterable[ReportingYear], letters: Iterable[Letter], register: Register
    ) -> None:
        """Refuse to make a code a former one while a note waits under it for a letter to come.

        That letter will bear the present code. One that is there already keeps its code and notes.

        Raises:
            CodesInUseError: There is such a note.
        """
        if len(register.every_code) == len(register):
            return
        there = {(each.id.year, each.id.authority) for each in letters}
        for year in years:
            for loaded in self.paragraphs.notes_of_year(year):
                code = loaded.note.authority
                present = register.present_code(code)
                if code != present and not loaded.taken_back and (year, code) not in there:
                    raise CodesInUseError(
                        f"{code} has notes for its letter of {year}, and would be {present}: take"
                        f" them back, load the register, and load them again for {present}",
                        Command.of("notes list", year, code),
                    )

    def _put(self, part: Sequence[Group], done: _Done, act: Act) -> bool:
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
    ) -> dict[LetterId, Addressed]:
        view = View.of(kept, Entries({}, {}))
        return {each.id: view.addressed(each, self.issue_date(each.id.year)) for each in letters}

    def _take_back_the_rest(
        self,
        years: Collection[ReportingYear],
        addressed: Mapping[LetterId, Addressed],
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
    return reopened(letter, act.at, f"recipient or register changed by {act.by}", act.by)


def _doubled(letters: Iterable[Letter], register: Register) -> Iterable[LetterId]:
    """Find the letters to hold where an authority would have more than one of a year.

    The one under its present code may go, unless another went already.
    """
    of_one: defaultdict[tuple[ReportingYear, AuthorityCode], list[Letter]] = defaultdict(list)
    for letter in letters:
        if letter.state is not LetterState.HELD:
            of_one[letter.id.year, register.present_code(letter.id.authority)].append(letter)
    for (_, present), found in of_one.items():
        unsent = [each.id for each in found if may_be_prepared(each)]
        unsent.sort(key=lambda each: each.authority == present)
        yield from unsent if len(unsent) < len(found) else unsent[:-1]


def _open(groups: Iterable[Group]) -> list[LetterId]:
    return [each.id for group in groups for each in group.letters if may_be_prepared(each)]


def _too_late(groups: Iterable[Group]) -> list[LetterId]:
    """Return the letters that just went, or may have: what ended long ago is no news."""
    return [each.id for group in groups for each in group.letters if each.state in SENT_WITHOUT_END]
