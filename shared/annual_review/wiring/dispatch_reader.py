"""Reading how the letters of a year are on their way, without what else is known of the year."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.authorities import Register
from annual_review.domain.letters import NOT_ARRIVED, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.release_letters import misaddressed
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.own_performance import unreviewed_letters
from annual_review.services.year_end.letter_steps import LETTER_RULES
from annual_review.services.year_end.watch_letters import stuck_letters
from annual_review.services.year_end.year_phases import YearRead
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot
from annual_review.wiring.dates import day_if_any
from annual_review.wiring.system import System

_ON_THEIR_WAY: Final = frozenset({LetterState.CLAIMED, LetterState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The letters of a year at one moment, and the stops of sending, earliest first."""

    snapshot: YearSnapshot
    sending: Sequence[SendingStep]

    @property
    def waiting(self) -> Sequence[Letter]:
        """The letters that wait for a person: what did not arrive, and what nobody knows of."""
        letters, day = self.snapshot.letters, self.snapshot.issue_date
        found = stuck_letters(letters, day, self.snapshot.at) if day else ()
        silent = {each.letter.id for each in found if each.letter.state in _ON_THEIR_WAY}
        return [each for each in letters if each.id in silent or _waits(each)]

    def steps(self, letter: Letter) -> Sequence[NextStep]:
        """Return what to do about one letter."""
        alone = replace(self.snapshot.read, all_letters=(letter,))
        seen = replace(self.snapshot, read=alone, only=letter.id.authority, stop=None)
        return [step for rule in LETTER_RULES for step in rule(seen)]


def _waits(letter: Letter) -> bool:
    if letter.state is LetterState.COMPLAINED:
        return not any(line.is_spoken_to for line in letter.history)
    if letter.state is LetterState.UNKNOWN:
        return True
    return letter.state in NOT_ARRIVED and not letter.is_dealt_with


def read_dispatch(
    system: System, year: ReportingYear, register: Register, at: datetime
) -> Dispatch:
    """Read the letters of a year and what they wait for.

    Raises:
        PortError: It could not be read.
    """
    with ThreadPoolExecutor(4) as asked:
        of_year = asked.submit(system.letters.of_year, year)
        sent = asked.submit(system.sending_stops().record, year)
        paragraphs = asked.submit(system.paragraphs.of_year, year)
        received = asked.submit(system.directory.recipients)
    letters, sending, day = of_year.result(), sent.result(), day_if_any(year)
    read = YearRead(
        year,
        is_closed=bool(letters),
        names={code: each.name for code, each in register.items()},
        all_letters=tuple(letters),
    )
    directory = InMemoryDirectory(register, received.result())
    snapshot = YearSnapshot(
        read,
        at,
        day,
        misaddressed=misaddressed(read.letters, day, directory) if day else (),
        approval_required=system.stack.approval_required,
        mail_mode=system.stack.mail_mode,
        unreviewed=unreviewed_letters(paragraphs.result()),
        stop=sending.stop,
    )
    return Dispatch(snapshot, sending.history)
