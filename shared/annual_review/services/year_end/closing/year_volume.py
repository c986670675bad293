"""The volume of a year: how many decisions it holds beside the year before, and who accepted that.

A volume that is questioned keeps its year from being closed until a person says, by name and with a
reason, that it is right. What was accepted is the volume that was seen: while the year holds about
as much, closing passes, today or at its next try; if it changes by more than a tenth, it is
questioned again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import Register
from annual_review.domain.figures import YearFigures, YearVolume
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.advised_commands import Command
from annual_review.services.errors import RefusalError
from annual_review.services.figures.frozen_figures import EarlierYears
from annual_review.services.figures.year_cases import YearCases


@dataclass(frozen=True, slots=True)
class VolumeAcceptance:
    """That a person said that a volume is right: which, who, when and why."""

    volume: YearVolume
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class VolumeRecord:
    """What was accepted of a year, earliest first.

    An acceptance is added and none taken out, so that their number tells one record from the next.
    """

    year: ReportingYear
    history: tuple[VolumeAcceptance, ...] = ()

    def covering(self, volume: YearVolume) -> VolumeAcceptance | None:
        """Return the latest acceptance that holds for a volume, if any does."""
        found = (each for each in reversed(self.history) if volume.is_about(each.volume))
        return next(found, None)


class VolumeStore(Protocol):
    """Where acceptances are kept. Every one is one conditional write."""

    def get(self, year: ReportingYear) -> VolumeRecord:
        """Return the record of a year, read consistently; an empty one if there is none."""

    def add(self, record: VolumeRecord, acceptance: VolumeAcceptance) -> bool:
        """Keep one more acceptance; `False` if another was kept since this record was read.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


@dataclass(frozen=True, slots=True)
class AcceptVolume:
    """Keeps that a person said that the volume of a year is right. Saying it again does no harm."""

    volumes: VolumeStore

    def accept(self, year: ReportingYear, volume: YearVolume, act: Act) -> VolumeAcceptance:
        """Accept the volume of a year as it was seen; return what holds for it then.

        Raises:
            RefusalError: Somebody accepted another volume of this year just now.
            PortError: It could not be read or written; accepting again is safe.
        """
        record = self.volumes.get(year)
        if accepted := record.covering(volume):
            return accepted
        acceptance = VolumeAcceptance(volume, act.at, act.by, act.reason)
        if self.volumes.add(record, acceptance):
            return acceptance
        # The answer to our own write may have been lost, and the write repeated.
        if accepted := self.volumes.get(year).covering(volume):
            return accepted
        raise RefusalError(
            f"another volume of {year} was accepted just now: see which", Command.of("status", year)
        )


def volume_of(
    figures: YearFigures, register: Register, earlier: EarlierYears, cases: YearCases
) -> YearVolume:
    """Return the volume of a year beside all that is known of the year before.

    That is what was frozen of it; of a year that is not closed, the tallies of the authorities in
    the register.
    """
    before = ReportingYear(figures.year.ends - 1)
    decisions = figures.national.decisions
    if frozen := [each for years in earlier.values() for each in years if each.year == before]:
        return YearVolume(decisions, sum(each.tally.decisions for each in frozen))
    stored = cases.tallies([TallyKey(code, before) for code in register.every_code])
    return YearVolume.after_open_year(decisions, sum(each.decisions for each in stored.values()))


def questions(volume: YearVolume, record: VolumeRecord) -> Iterable[str]:
    """Say what is questioned of a volume, unless that was accepted, with what to do."""
    if not volume.is_questioned or record.covering(volume):
        return
    accepted = record.history[-1].volume if record.history else None
    since = (
        f" ({accepted.decisions:,} beside {accepted.before:,} were accepted)" if accepted else ""
    )
    yield f"{in_words(record.year, volume)}{since}: find out why, or accept the volume"


def is_about_the_volume(reason: str, year: ReportingYear, volume: YearVolume | None) -> bool:
    """Whether a reason not to close a year questions its volume."""
    return volume is not None and reason.startswith(in_words(year, volume))


def in_words(year: ReportingYear, volume: YearVolume) -> str:
    """Return a volume as it is told: "412 decisions of 2020, under half of the 14,000 of 2019"."""
    before, many = (
        ReportingYear(year.ends - 1),
        "decision" if volume.decisions == 1 else "decisions",
    )
    beside = "under half of" if volume.is_small else "over twice" if volume.is_large else "after"
    known = f", {beside} the {volume.before:,} of {before}" if volume.before else ""
    return f"{volume.decisions:,} {many} of {year}{known}"
