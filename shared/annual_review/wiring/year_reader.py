"""Reading a moment of a year from a deployed system."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

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

_THREADS: Final = 9


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
        system, year = self.system, self.year
        # The record first: what the letters prove afterwards can only be more.
        record = system.phases.get(year)
        with ThreadPoolExecutor(_THREADS) as asked:
            read = asked.submit(system.year_phases().read, year)
            sent = asked.submit(system.sending_stops().record, year)
            dead_letters = asked.submit(system.stack.dead_letter_counts)
            stopped = asked.submit(system.stack.event_sources.stopped)
            paragraphs = asked.submit(system.paragraphs.of_year, year)
            challenges = asked.submit(system.challenges.of_year, year)
            history = asked.submit(system.history.get)
            today = asked.submit(system.live_figures, year)
            volume = asked.submit(system.volumes.get, year)
        issue_date, publication_day = _dates(year)
        sending = sent.result()
        snapshot = YearSnapshot(
            read.result(),
            at.astimezone(LONDON),
            issue_date,
            publication_day,
            approval_required=system.stack.approval_required,
            mail_mode=system.stack.mail_mode,
            dead_letters=dead_letters.result(),
            stopped=stopped.result(),
            unreviewed=unreviewed_letters(paragraphs.result()),
            misaddressed=self._misaddressed(read.result().letters, issue_date),
            challenged=sorted(open_challenges(challenges.result())),
            publication=history.result().latest(year),
            only=only,
            today=today.result(),
            nearest_edition=nearest_edition(SHIPPED_EDITIONS, year),
            stop=sending.stop,
        )
        return YearStatus(snapshot, record, volume.result().history, sending.history)

    def _misaddressed(self, letters: Iterable[Letter], day: date | None) -> Collection[LetterId]:
        return misaddressed(letters, day, self.system.directory) if day else ()


def _dates(year: ReportingYear) -> tuple[date | None, date | None]:
    """Return the issue date and the publication day of a year, as far as it has an edition."""
    try:
        edition = load_edition(SHIPPED_EDITIONS, year)
    except EditionError:
        return None, None
    return edition.letter_date, edition.publication_date
