"""How a year stands, as the people who run it look at it: facts, dates, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.letters import LetterState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.year_end.closing.year_volume import VolumeAcceptance
from annual_review.services.year_end.next_steps import next_steps, not_looked_at, since_the_freeze
from annual_review.services.year_end.watch_letters import StuckLetter, stuck_letters
from annual_review.services.year_end.year_phases import PhaseRecord
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot


@dataclass(frozen=True, slots=True)
class YearStatus:
    """How a year stands at one moment.

    `accepted` are the volumes that somebody accepted, `sending` the stops of sending and who ended
    each, earliest first.
    """

    snapshot: YearSnapshot
    record: PhaseRecord
    accepted: Sequence[VolumeAcceptance] = ()
    sending: Sequence[SendingStep] = ()

    @property
    def phase(self) -> YearPhase:
        """The furthest phase that the year is known to have come to."""
        proven, kept = self.proven, self.record.phase
        return proven if proven.reaches(kept) else kept

    @property
    def proven(self) -> YearPhase:
        """The phase that its present letters prove."""
        return self.snapshot.read.proven_phase.phase

    @property
    def since(self) -> datetime | None:
        """When it came to its phase; `None` if that is not written down (yet)."""
        return self.record.since if self.record.phase is self.phase else None

    @property
    def is_noted(self) -> bool:
        """Whether its phase is written down; the next watch does it."""
        return self.record.phase is self.phase

    @property
    def is_under_way_again(self) -> bool:
        """Whether a letter was re-issued, sent again or unheld since the year came to its phase."""
        # No letter proves a publication: a published year is proven to be complete, at most.
        last_proven = YearPhase.COMPLETE if self.phase is YearPhase.PUBLISHED else self.phase
        return not self.proven.reaches(last_proven)

    @property
    def reasons(self) -> Sequence[str]:
        """Why the present letters prove no later phase."""
        return self.snapshot.read.proven_phase.reasons

    @property
    def counts(self) -> Mapping[LetterState, int]:
        """How many letters are in each state, in the order of their way; states without any too."""
        found = Counter(letter.state for letter in self.snapshot.read.letters)
        return {state: found[state] for state in LetterState}

    @property
    def authorities(self) -> int:
        """How many authorities the frozen figures hold: as many letters there have to be."""
        return len(self.snapshot.read.facts.authorities)

    @property
    def stuck(self) -> Sequence[StuckLetter]:
        """The letters that should have come to an end by now."""
        if self.snapshot.issue_date is None:
            return ()
        return stuck_letters(self.snapshot.letters, self.snapshot.issue_date, self.snapshot.at)

    @property
    def since_the_freeze(self) -> NextStep | None:
        """Whose figures have changed since they were frozen, and the commands that show it."""
        return since_the_freeze(self.snapshot)

    @property
    def not_looked_at(self) -> NextStep | None:
        """What this status does not tell of an open year, and the command that does."""
        return not_looked_at(self.snapshot)

    @property
    def steps(self) -> Sequence[NextStep]:
        """What to do, most urgent first."""
        return next_steps(self.snapshot)
