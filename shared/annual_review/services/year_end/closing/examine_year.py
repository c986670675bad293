"""Examine a year before it is closed: its figures, and every reason not to trust them yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import YearFigures, YearVolume, figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.collect_counts import CollectCounts
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.frozen_figures import EarlierYears
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.figures.today.unfitting_cases import unfitting_cases
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter_recipients import by_present_codes
from annual_review.services.patience import Patience
from annual_review.services.progress import Progress, no_progress
from annual_review.services.recording.arrivals import Arrivals, on_their_way
from annual_review.services.year_end.closing.year_volume import VolumeStore, questions, volume_of

READINGS_OF_A_YEAR: Final = 50
"""How often what moved is read again, before a closing gives up for now."""

_NAMED: Final = 5

NO_EDITION: Final = "the deployment has no edition"
"""How the reason begins that the letters of a year have no text and no issue date."""


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
class ExamineYear:
    """Examines years; changes nothing. `issue_date` says on which day the letters of one go out."""

    cases: YearCases
    directory: Directory
    arrivals: Arrivals
    documents: Documents
    closes: CloseStore
    issue_date: Callable[[ReportingYear], date]
    volumes: VolumeStore

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
                *(_still_open(year, at) or questions(volume, self.volumes.get(year))),
                *on_its_way,
                *_without_authorities(figures),
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
                yield f"no recipient for the letter of {code}: add one for {named} to the register"
            elif not answering:
                yield f"{code} was abolished and has no successor: name one in the register"


def _without_authorities(figures: YearFigures) -> Iterable[str]:
    if not figures.authorities:
        yield f"the register holds no authority that was in being in {figures.year}: load it"


def _still_open(year: ReportingYear, at: datetime) -> Sequence[str]:
    if at.date() > year.last_day:
        return ()
    return (f"the year {year} ends on {year.last_day}: close it after that day",)


def _without_decisions(figures: YearFigures) -> Iterable[str]:
    if figures.authorities and not figures.national.decisions:
        yield (
            f"no decision of {figures.year} is recorded: check the year, and whether events arrive"
        )


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
