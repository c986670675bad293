"""Reading a moment of a year from a deployed system."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId
from annual_review.domain.publication.challenges import open_challenges
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition, nearest_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from annual_review.services.dispatch.release_letters import misaddressed
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.own_performance import unreviewed_letters
from annual_review.services.wording import LONDON
from annual_review.services.year_end.year_snapshot import YearSnapshot
from annual_review.services.year_end.year_status import YearStatus
from annual_review.wiring.system import System


@dataclass(frozen=True, slots=True)
class YearReader:
    """Reads how a year stands, as often as it is asked."""

    system: System
    year: ReportingYear

    def status(self, at: datetime, only: AuthorityCode | None = None) -> YearStatus:
        """Return how the year stands.

        Raises:
            AlteredRecordError: The frozen figures are not those that were frozen.
        """
        # The record first: what the letters prove afterwards can only be more.
        record = self.system.phases.get(self.year)
        read = self.system.year_phases().read(self.year)
        issue_date, publication_day = _dates(self.year)
        sending = self.system.sending_stops().record(self.year)
        snapshot = YearSnapshot(
            read,
            at.astimezone(LONDON),
            issue_date,
            publication_day,
            approval_required=self.system.stack.approval_required,
            mail_mode=self.system.stack.mail_mode,
            dead_letters=self.system.stack.dead_letter_counts(),
            stopped=self.system.stack.event_sources.stopped(),
            unreviewed=unreviewed_letters(self.system.paragraphs.of_year(self.year)),
            misaddressed=self._misaddressed(read.letters, issue_date),
            challenged=sorted(open_challenges(self.system.challenges.of_year(self.year))),
            publication=self.system.history.get().latest(self.year),
            only=only,
            today=self.system.live_figures(self.year),
            nearest_edition=nearest_edition(SHIPPED_EDITIONS, self.year),
            stop=sending.stop,
        )
        accepted = self.system.volumes.get(self.year).history
        return YearStatus(snapshot, record, accepted, sending.history)

    def _misaddressed(self, letters: Iterable[Letter], day: date | None) -> Collection[LetterId]:
        return misaddressed(letters, day, self.system.directory) if day else ()


def _dates(year: ReportingYear) -> tuple[date | None, date | None]:
    """Return the issue date and the publication day of a year, as far as it has an edition."""
    try:
        edition = load_edition(SHIPPED_EDITIONS, year)
    except EditionError:
        return None, None
    return edition.letter_date, edition.publication_date
