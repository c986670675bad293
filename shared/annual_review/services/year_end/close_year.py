"""Close a year: reconcile every tally with its cases, freeze the figures, plan the letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import YearFigures, YearVolume, figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.collect_counts import CollectCounts
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.frozen_figures import EarlierYears, freeze_figures
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.figures.today.unfitting_cases import unfitting_cases
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import LetterQueue, LetterStore
from annual_review.services.letters.letter_recipients import by_present_codes
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.patience import Patience
from annual_review.services.progress import Progress, no_progress
from annual_review.services.year_end.year_phases import YearPhases
from annual_review.services.year_end.year_volume import VolumeStore, questions, volume_of

READINGS_OF_A_YEAR: Final = 50
"""How often what moved is read again, before a closing gives up for now."""

_NAMED: Final = 5


class Arrivals(Protocol):
    """What is still on its way into the figures."""

    def waiting(self) -> int:
        """Return how many messages wait or are being recorded."""

    def dead(self) -> int:
        """Return how many messages lie among the dead letters."""


class YearNotClosedError(RefusalError):
    """The year can't be closed; `reasons` lists every one, with what to do."""

    def __init__(self, year: ReportingYear, reasons: Sequence[str]) -> None:
        """Take the year and all reasons at once."""
        self.year = year
        self.reasons = tuple(reasons)
        super().__init__(f"the year {year} is not closed: " + "; ".join(reasons))


NO_EDITION: Final = "the deployment has no edition"
"""How the reason begins that the letters of a year have no text and no issue date."""


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
class Examination:
    """The figures of a year as its cases give them, and all reasons not to freeze them yet.

    `unfitting` says what does not fit together, and is no reason: only casework can tell.
    """

    figures: YearFigures
    cases: Mapping[AuthorityCode, Sequence[CountedCase]]
    earlier: EarlierYears
    volume: YearVolume
    reasons: tuple[str, ...]
    unfitting: tuple[str, ...] = ()


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
        collected, register, on_its_way = self._of_one_moment(year, patience, progress)
        counts = [collected[code] for code in sorted(collected)]
        figures = figures_of_year(year, register, {each.key: each.counted for each in counts})
        earlier = earlier_years(self.documents, self.closes, year, register)
        volume = volume_of(figures, register, earlier, self.cases)
        return Examination(
            figures=figures,
            cases=_by_authority(counts, register),
            earlier=earlier,
            volume=volume,
            reasons=(
                # A year that runs holds a part of its decisions yet.
                *(self._still_open(year, at) or questions(volume, self.volumes.get(year))),
                *on_its_way,
                *self._without_authorities(figures),
                *_without_decisions(figures),
                *_not_reconciled(counts),
                *self._without_recipient(figures, register, at.date()),
            ),
            unfitting=unfitting_cases(self.cases, register.find, counts),
        )

    def _of_one_moment(
        self, year: ReportingYear, patience: Patience, progress: Progress
    ) -> tuple[Mapping[AuthorityCode, Count], Register, Sequence[str]]:
        """Return all counts as they were at one moment, with the register of that moment.

        The queue is asked before the last reading: what had arrived by then is in the counts, or
        is told. Decisions that keep arriving are a reason not to close.
        """
        collecting = CollectCounts(self.cases)
        unknown = set(self.cases.counted_in(year))
        on_its_way: tuple[str, ...] | None = None
        attempt = 0
        while True:
            register = self.directory.register()
            codes = sorted({*register.every_code, *unknown})
            keys = [TallyKey(code, year) for code in codes]
            moved = collecting.refresh(keys, patience, progress)
            is_last = attempt == READINGS_OF_A_YEAR or not patience.lasts()
            if on_its_way is not None and (is_last or not moved):
                break
            if moved and attempt:
                patience.pause(attempt)
            on_its_way = tuple(on_their_way(self.arrivals))
            attempt += 1
        found = {
            key.authority: replace(
                collecting.counts[key], is_registered=register.find(key.authority) is not None
            )
            for key in keys
        }
        return found, register, (*on_its_way, *_kept_moving(moved))

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

    @staticmethod
    def _without_authorities(figures: YearFigures) -> Iterable[str]:
        if not figures.authorities:
            yield f"the register holds no authority that was in being in {figures.year}: load it"

    @staticmethod
    def _still_open(year: ReportingYear, at: datetime) -> Sequence[str]:
        if at.date() > year.last_day:
            return ()
        return (f"the year {year} ends on {year.last_day}: close it after that day",)

    def _without_recipient(
        self, figures: YearFigures, register: Register, today: date
    ) -> Iterable[str]:
        recipients = by_present_codes(self.directory.recipients(), register)
        try:
            day = self.issue_date(figures.year)
        except RefusalError:
            yield f"{NO_EDITION} of {figures.year} that can be used: complete it, then deploy"
            # Who answers by then may be another; at least those are told who lack a recipient now.
            day = today
        for each in figures.authorities:
            code = each.authority.code
            answering = register.answering_for(code, day)
            if missing := [other for other in answering if other not in recipients]:
                named = ", ".join(missing)
                yield f"no recipient for the letter of {code}: give {named} one in the register"
            elif not answering:
                yield f"{code} was abolished and has no successor: name one in the register"

    @property
    def _plan(self) -> Callable[[Close, datetime], int]:
        return PlanLetters(self.documents, self.letters, self.prepare).plan


def _without_decisions(figures: YearFigures) -> Iterable[str]:
    if figures.authorities and not figures.national.decisions:
        yield (
            f"no decision of {figures.year} is recorded: check the year, and whether events arrive"
        )


def on_their_way(arrivals: Arrivals) -> Iterable[str]:
    """List what is still on its way into the figures, and what to do about it."""
    if dead := arrivals.dead():
        yield f"messages in the dead-letter queue ({dead}): replay or discard each of them"
    if waiting := arrivals.waiting():
        yield f"messages that wait to be recorded ({waiting}): wait until the queue is empty"


def _by_authority(
    counts: Iterable[Count], register: Register
) -> Mapping[AuthorityCode, Sequence[CountedCase]]:
    """Put the cases of an authority together, under whichever of its codes they came."""
    cases: defaultdict[AuthorityCode, list[CountedCase]] = defaultdict(list)
    for count in counts:
        cases[register.present_code(count.key.authority)] += count.cases
    return cases


def _kept_moving(moved: Sequence[TallyKey]) -> Iterable[str]:
    if moved:
        names = ", ".join(key.authority for key in moved[:_NAMED])
        yield (
            f"decisions kept arriving while the figures were read (last about {names}): close the"
            " year in a quieter hour"
        )


def _not_reconciled(counts: Iterable[Count]) -> Iterable[str]:
    for count in counts:
        code, gap = count.key.authority, count.stored - count.counted
        if gap:
            yield f"the tally of {code} differs from its cases by {dict(gap)}: reconcile it"
        if count.is_left_out:
            yield f"{code} has decisions and is not in the register: add it to the register"
