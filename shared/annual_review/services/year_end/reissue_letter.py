"""Re-issue a letter: freeze a new revision for one authority, and plan the letter that replaces.

A revision holds the figures of the whole year. All records but one are taken over as they are, byte
for byte; the one that is re-issued is that of the proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.figures import YearFigures
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import Documents, digest
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import (
    authority_record,
    canonical,
    read_authority_record,
)
from annual_review.services.figures.frozen_figures import FrozenYear, freeze_records
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    Letter,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
)
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.plan_letters import PlanLetters, planned_letter
from annual_review.services.progress import Progress, no_progress
from annual_review.services.year_end.propose_reissue import (
    STOPPABLE,
    NotReissuedError,
    ReissueProposal,
    on_its_way,
)


@dataclass(frozen=True, slots=True)
class ReissueLetter:
    """Re-issues letters, one at a time. Nothing that was frozen before is written again."""

    documents: Documents
    closes: CloseStore
    letters: LetterStore
    prepare: LetterQueue

    def reissue(
        self, proposal: ReissueProposal, by: str, at: datetime, progress: Progress = no_progress
    ) -> Close:
        """Freeze the new revision and plan its letter, and replace what was there before.

        That is one write: the letters before it were not changed since they were read, those that
        were not sent are held for good, and nothing is made of them any more.

        Raises:
            NotReissuedError: Somebody else was quicker; the message says with what.
            AlteredRecordError: A frozen record is not the one that was frozen.
            PortError: Something could not be read or written; proposing and re-issuing again, or
                finishing, goes on from there.
        """
        for letter in proposal.replaced:
            if letter.state is LetterState.CLAIMED:
                raise NotReissuedError(on_its_way(letter))
        frozen = self._frozen(proposal, progress)
        close = Close(frozen.year, frozen.revision, frozen.sha256, at, proposal.letter.authority)
        for name, (content, content_type) in frozen.documents.items():
            self.documents.put(f"{close.folder}/{name}", content, content_type)
        planned = planned_letter(
            proposal.letter,
            digest(canonical(authority_record(proposal.record))),
            at,
            f"re-issued by {by}: {proposal.reissue.reason}",
            by,
        )
        replaced = [(each, _replaced(each, proposal, by, at)) for each in proposal.replaced]
        try:
            kept = self.closes.reissue(close, planned, replaced)
        except LetterMovedError as moved:
            raise NotReissuedError(
                f"letter {moved.letter.id.tag} was changed at the same time, and is"
                f" {moved.letter.state.value} now: run this again"
            ) from moved
        if kept != close:
            raise NotReissuedError(
                f"somebody else made revision {kept.revision} of {kept.year} at the same time, for"
                f" {kept.reissues}: look at it, and run this again if it is still needed"
            )
        self.prepare.put([planned.id])
        return close

    def unfinished(self, year: ReportingYear) -> LetterId | None:
        """Return the letter of the latest re-issue if it is not planned, or not prepared yet."""
        close = self.closes.latest(year)
        if close is None or close.reissues is None:
            return None
        letter = LetterId(year, close.revision, close.reissues)
        states = {each.id: each.state for each in self.letters.of_year(year)}
        return letter if states.get(letter) in {None, LetterState.PLANNED} else None

    def finish(self, letter: LetterId, at: datetime) -> None:
        """Plan the letter of a re-issue that was frozen, if it is not, and ask for it again."""
        for close in self.closes.of_year(letter.year):
            if close.revision == letter.revision:
                self._planning.plan(close, at, "re-issued")

    @property
    def _planning(self) -> PlanLetters:
        return PlanLetters(self.documents, self.letters, self.prepare)

    def _frozen(self, proposal: ReissueProposal, progress: Progress) -> FrozenYear:
        """Return the whole new revision: one new record, the others as they were."""
        records = FrozenRecords(self.documents, proposal.latest)
        before = records.contents(progress)
        renewed = canonical(authority_record(proposal.record))
        contents = {**before, proposal.letter.authority: renewed}
        figures = YearFigures(
            year=proposal.record.year,
            revision=proposal.record.revision,
            authorities=tuple(read_authority_record(each).figures for each in contents.values()),
            pools=records.pools(),
        )
        return freeze_records(figures, contents)


def _replaced(letter: Letter, proposal: ReissueProposal, by: str, at: datetime) -> Move:
    """Hold a letter that was not sent, and note in any other that it is replaced."""
    to = LetterState.HELD if letter.state in STOPPABLE else letter.state
    why = f"replaced by revision {proposal.record.revision}, by {by}"
    return Move(to, at, why, kind=EventKind.REPLACED, by=by)
