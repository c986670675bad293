"""Close a year: freeze the figures that its cases give, and plan the letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from annual_review.domain.figures import YearVolume
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_figures import freeze_figures
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import LetterQueue, LetterStore
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.patience import Patience
from annual_review.services.progress import Progress, no_progress
from annual_review.services.recording.arrivals import Arrivals
from annual_review.services.year_end.closing.examine_year import Examination, ExamineYear
from annual_review.services.year_end.closing.year_volume import VolumeStore
from annual_review.services.year_end.year_phases import YearPhases


class YearNotClosedError(RefusalError):
    """The year can't be closed; `reasons` lists every one, with what to do."""

    def __init__(self, year: ReportingYear, reasons: Sequence[str]) -> None:
        """Take the year and all reasons at once."""
        self.year = year
        self.reasons = tuple(reasons)
        super().__init__(f"the year {year} is not closed: " + "; ".join(reasons))


@dataclass(frozen=True, slots=True)
class CloseReport:
    """What closing did. `was_closed` says that the figures had been frozen before.

    `unfitting` says what did not fit together, and was no reason not to close.
    """

    close: Close
    letters: int
    was_closed: bool
    unfitting: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, object]:
        """What is told of it, in names and values."""
        return {
            "year": self.close.year.ends,
            "revision": self.close.revision,
            "figures_sha256": self.close.figures_sha256,
            "letters": self.letters,
            "was_closed": self.was_closed,
            "unfitting": self.unfitting,
        }


@dataclass(frozen=True, slots=True)
class CloseTrial:
    """What closing would do: plan so many letters, or refuse for these reasons.

    `volume` is what the year holds; `None` of one that was closed. `unfitting` says what does not
    fit together, and is no reason to refuse.
    """

    letters: int
    reasons: tuple[str, ...]
    was_closed: bool
    volume: YearVolume | None = None
    unfitting: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, object]:
        """What is told of it, in names and values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CloseYear:
    """Closes years. Doing it twice plans what was not planned and freezes nothing again.

    `issue_date` says on which day the letters of a year go out: who answers for an authority is
    decided by that day.
    """

    cases: YearCases
    directory: Directory
    arrivals: Arrivals
    documents: Documents
    closes: CloseStore
    letters: LetterStore
    prepare: LetterQueue
    issue_date: Callable[[ReportingYear], date]
    phases: YearPhases
    volumes: VolumeStore

    def close(
        self,
        year: ReportingYear,
        at: datetime,
        patience: Patience,
        progress: Progress = no_progress,
    ) -> CloseReport:
        """Freeze revision 1 of the figures of a year and plan a letter for every authority in them.

        `at` is the time in Europe/London at which it is closed.

        Raises:
            YearNotClosedError: The figures can't be trusted yet.
            PortError: Something could not be read or written; closing again goes on from there.
        """
        if before := self.closes.of_year(year):
            planned = [self._plan(each, at) for each in before]
            self.phases.advance(year, at)
            return CloseReport(before[-1], sum(planned), was_closed=True)
        examination = self.examine(year, at, patience, progress)
        if examination.reasons:
            raise YearNotClosedError(year, examination.reasons)
        return self.freeze(examination, at)

    def try_out(self, year: ReportingYear, at: datetime, patience: Patience) -> CloseTrial:
        """Say what closing a year would do, and change nothing."""
        if self.closes.latest(year) is not None:
            missing = self.phases.read(year).facts.missing
            return CloseTrial(len(missing), (), was_closed=True)
        examination = self.examine(year, at, patience)
        letters = len(examination.figures.authorities)
        return CloseTrial(
            letters,
            examination.reasons,
            was_closed=False,
            volume=examination.volume,
            unfitting=examination.unfitting,
        )

    def examine(
        self,
        year: ReportingYear,
        at: datetime,
        patience: Patience,
        progress: Progress = no_progress,
    ) -> Examination:
        """Compute the figures of a year from its cases, and list every reason not to trust them."""
        service = ExamineYear(
            self.cases,
            self.directory,
            self.arrivals,
            self.documents,
            self.closes,
            self.issue_date,
            self.volumes,
        )
        return service.examine(year, at, patience, progress)

    def freeze(self, examination: Examination, at: datetime) -> CloseReport:
        """Freeze what was examined, whatever the reasons: the caller has dealt with them.

        Raises:
            PortError: Something could not be written; closing again goes on from there.
        """
        frozen = freeze_figures(examination.figures, examination.cases, examination.earlier)
        close = Close(frozen.year, frozen.revision, frozen.sha256, at)
        for name, (content, content_type) in frozen.documents.items():
            self.documents.put(f"{close.folder}/{name}", content, content_type)
        # Only now: the close that is added makes the documents count.
        close = self.closes.add(close)
        planned = self._plan(close, at)
        self.phases.advance(close.year, at)
        return CloseReport(close, planned, was_closed=False, unfitting=examination.unfitting)

    @property
    def _plan(self) -> Callable[[Close, datetime], int]:
        return PlanLetters(self.documents, self.letters, self.prepare).plan
