"""What keeps a publication from going live: each rule gives its reason, and all are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.manifest import Manifest
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.year_phases import YearPhase


@dataclass(frozen=True, slots=True)
class YearStands:
    """How one year stands when its publication is judged.

    `revision` is that of its latest close, `None` for a year that is not closed; `challenged` are
    the authorities whose challenge is open.
    """

    phase: YearPhase
    revision: Revision | None
    challenged: frozenset[AuthorityCode] = frozenset()


def not_ready(year: ReportingYear, stands: YearStands) -> Iterator[str]:
    """Say why a year can't be published, whatever its publication holds."""
    if not stands.phase.reaches(YearPhase.COMPLETE):
        yield (
            f"the year {year} is recorded as {stands.phase.value}, not complete: not every letter"
            " has ended, or the hourly watch has yet to record it"
        )


def not_yet(year: ReportingYear, day: date, today: date) -> Iterator[str]:
    """Say that a year is not published before its day."""
    if today < day:
        yield f"{year} is published on {day:%Y-%m-%d}, not on {today:%Y-%m-%d}"


def out_of_date(manifest: Manifest, stands: Mapping[ReportingYear, YearStands]) -> Iterator[str]:
    """Say what happened since a publication was staged that it does not show."""
    for year, of in sorted(manifest.years.items()):
        now = stands[year].revision
        if now != of.revision:
            yield f"the figures of {year} are at revision {now}, not {of.revision}"
    yield from shows_challenged(manifest, stands)


def shows_challenged(
    manifest: Manifest, stands: Mapping[ReportingYear, YearStands]
) -> Iterator[str]:
    """Say whose challenge is open that a publication shows all the same."""
    for year, of in sorted(manifest.years.items()):
        if shown := sorted(stands[year].challenged - set(of.awaited)):
            yield f"the challenge of {', '.join(shown)} to {year} is open, and it shows them"
