"""Re-issue a letter: freeze a new revision for one authority, and plan the letter that replaces.

A revision holds the figures of the whole year. All records but one are taken over as they are, byte
for byte; the one that is re-issued is that of the proposal.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.figures import YearFigures
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import Documents
from annual_review.services.frozen_authority import (
    authority_record,
    canonical,
    read_authority_record,
)
from annual_review.services.frozen_figures import FrozenYear, freeze_records
from annual_review.services.frozen_records import FrozenRecords
from annual_review.services.letters import (
    Close,
    CloseStore,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
)
from annual_review.services.plan_letters import PlanLetters
from annual_review.services.propose_reissue import (
    STOPPABLE,
    NotReissuedError,
    Proposal,
    on_its_way,
)
from annual_review.services.reconcile_year import Progress, no_progress


@dataclass(frozen=True, slots=True)
class ReissueLetter:
    """Re-issues letters, one at a time. Nothing that was frozen before is written again."""

    documents: Documents
    closes: CloseStore
    letters: LetterStore
    prepare: LetterQueue

    def reissue(
        self, proposal: Proposal, by: str, at: datetime, progress: Progress = no_progress
    ) -> Close:
        """Hold what must not go out, freeze the new revision and plan its letter, in this order.

        Raises:
            NotReissuedError: Somebody else was quicker; the message says with what.
            AlteredRecordError: A frozen record is not the one that was frozen.
            PortError: Something could not be read or written; proposing and re-issuing again, or
                finishing, goes on from there.
        """
        self._hold(proposal, by, at)
        frozen = self._frozen(proposal, progress)
        close = Close(frozen.year, frozen.revision, frozen.sha256, at, proposal.letter.authority)
        for name, (content, content_type) in frozen.documents.items():
            self.documents.put(f"{close.folder}/{name}", content, content_type)
        # Only now: the close that is added makes the documents count, and has one winner.
        kept = self.closes.add(close)
        if kept != close:
            raise NotReissuedError(
                f"somebody else made revision {kept.revision} of {kept.year} at the same time, for"
                f" {kept.reissues}: look at it, and run this again if it is still needed"
            )
        # A dispatch that was made since the proposal. What is made later, the sender holds.
        for letter in self.letters.of_year(close.year):
            is_older = letter.id.revision < close.revision
            if letter.id.authority == close.reissues and is_older and letter.state in STOPPABLE:
                with suppress(LetterMovedError):
                    self.letters.move(letter.id, _held(proposal, by, at), STOPPABLE)
        named = f" by {by}" if by else ""
        self._planning.plan(close, at, f"re-issued{named}: {proposal.reissue.reason}")
        return close

    def unfinished(self, year: ReportingYear) -> LetterId | None:
        """Return the letter of the latest re-issue if it is not planned, or not prepared yet.

        Raises:
            PortError: Something could not be read.
        """
        close = self.closes.latest(year)
        if close is None or close.reissues is None:
            return None
        letter = LetterId(year, close.revision, close.reissues)
        states = {each.id: each.state for each in self.letters.of_year(year)}
        return letter if states.get(letter) in {None, LetterState.PLANNED} else None

    def finish(self, letter: LetterId, at: datetime) -> None:
        """Plan the letter of a re-issue that was frozen, if it is not, and ask for it again.

        Raises:
            PortError: Something could not be read or written; finishing again goes on from there.
        """
        for close in self.closes.of_year(letter.year):
            if close.revision == letter.revision:
                self._planning.plan(close, at, "re-issued")

    @property
    def _planning(self) -> PlanLetters:
        return PlanLetters(self.documents, self.letters, self.prepare)

    def _hold(self, proposal: Proposal, by: str, at: datetime) -> None:
        for letter in proposal.to_hold:
            try:
                self.letters.move(letter, _held(proposal, by, at), STOPPABLE)
            except LetterMovedError as moved:
                if moved.letter.state is not LetterState.HELD:
                    raise NotReissuedError(on_its_way(moved.letter)) from moved

    def _frozen(self, proposal: Proposal, progress: Progress) -> FrozenYear:
        """Return the whole new revision: one record made afresh, the others as they were."""
        records = FrozenRecords(self.documents, proposal.latest)
        before = records.contents(progress)
        afresh = canonical(authority_record(proposal.record))
        contents = {**before, proposal.letter.authority: afresh}
        figures = YearFigures(
            year=proposal.record.year,
            revision=proposal.record.revision,
            authorities=tuple(read_authority_record(each).figures for each in contents.values()),
            pools=records.pools(),
        )
        return freeze_records(figures, contents)


def _held(proposal: Proposal, by: str, at: datetime) -> Move:
    named = f", by {by}" if by else ""
    return Move(LetterState.HELD, at, f"replaced by revision {proposal.record.revision}{named}")
