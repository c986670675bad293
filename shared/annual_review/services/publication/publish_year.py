"""Publish a year: make what was approved public on its day, or go back to what was public before.

Files become public in the order in which they need each other, and the notice that says what is
live comes last. Whoever is broken off is resumed from the start: the same files give the same site.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from annual_review.domain.letters import Act
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import Manifest, PublicationName, names_left
from annual_review.domain.publication.rules import not_ready, not_yet, out_of_date, shows_challenged
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.year_phases import MEANING, YearPhase
from annual_review.services.advised_commands import Command
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.errors import RefusalError
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.publication_store import (
    NOTICE,
    HistoryStore,
    PublicationFiles,
    notice_content,
    read_manifest,
    read_staged,
)
from annual_review.services.year_end.year_phases import PhaseStep

SCHEDULE: Final = "the schedule"
"""Who publishes where no person does."""


class NotPublishedError(RefusalError):
    """A year can't be published, or a publication can't be gone back to; the message says why."""


class OvertakenError(RefusalError):
    """Another publication is going live, or went live meanwhile: nothing of ours is announced."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What is live now. `was_live`: it was before, and nothing was copied.

    `awaited` counts the authorities of its year whose figures and letter follow.
    """

    manifest: Manifest
    removed: int = 0
    was_live: bool = False

    @property
    def awaited(self) -> int:
        """How many authorities it leaves out."""
        return len(self.manifest.years[self.manifest.year].awaited)


@dataclass(frozen=True, slots=True)
class PublishYear:
    """Publishes years. `publication_date` is the day that the edition of a year names."""

    history: HistoryStore
    files: PublicationFiles
    standings: YearStandings
    publication_date: Callable[[ReportingYear], date]
    spread: Spread = one_by_one

    def publish(self, year: ReportingYear, act: Act, *, is_dry_run: bool = False) -> PublishReport:
        """Make public what was approved for a year. Twice is once.

        `act.at` is the time in Europe/London. A dry run returns what would be made public.

        Raises:
            NotPublishedError: Its day has not come, the year is not complete, nothing is approved,
                or something has changed since it was approved.
            OvertakenError: Another publication is going live, or went live meanwhile.
            AlteredPublicationError: What is staged is not what was approved. Nothing was copied.
            PortError: Something failed on the way; publishing again goes on from there.
        """
        self._check_day(year, act.at)
        history = self.history.get()
        approved = history.approved(year)
        if approved is None:
            return self._as_it_is(year, history, None if is_dry_run else act.at)
        manifest = read_manifest(self.files, approved.publication)
        stands = self.standings.of_all(manifest.years)
        objections = [*not_ready(year, stands[year]), *out_of_date(manifest, stands)]
        if objections:
            raise NotPublishedError("; ".join(objections), Command.of("publish", year, stage=True))
        return PublishReport(manifest) if is_dry_run else self._go_live(manifest, act)

    def go_back(
        self, publication: PublicationName, act: Act, *, is_dry_run: bool = False
    ) -> PublishReport:
        """Make public again what was public before, unless it shows whose challenge is open.

        Raises:
            NotPublishedError: It was never public, or shows an authority that has objected since.
            OvertakenError: Another publication is going live, or went live meanwhile.
            AlteredPublicationError: What is staged is not what was public.
            PortError: Something failed on the way; going back again goes on from there.
        """
        history = self.history.get()
        if not any(step.state is PublicationState.LIVE for step in history.of(publication)):
            raise NotPublishedError(f"publication {publication} was never public")
        manifest = read_manifest(self.files, publication)
        self._check_day(manifest.year, act.at)
        if history.live and history.live.publication == publication and not history.under_way:
            return PublishReport(manifest, was_live=True)
        objections = list(shows_challenged(manifest, self.standings.of_all(manifest.years)))
        if objections:
            advice = "answer it, or stage a new publication, which leaves them out"
            raise NotPublishedError(
                "; ".join([*objections, advice]), Command.of("publish", manifest.year, stage=True)
            )
        return PublishReport(manifest) if is_dry_run else self._go_live(manifest, act)

    def _check_day(self, year: ReportingYear, at: datetime) -> None:
        for why in not_yet(year, self.publication_date(year), at.date()):
            raise NotPublishedError(why)

    def _as_it_is(
        self, year: ReportingYear, history: PublicationHistory, noted_at: datetime | None
    ) -> PublishReport:
        """Return what is live of a year for which nothing new is approved, and note its phase."""
        if year not in history.years or history.live is None:
            raise NotPublishedError(
                f"no publication of {year} is approved", Command.of("publish", year, stage=True)
            )
        if noted_at:
            self._note_phase(year, noted_at)
        return PublishReport(read_manifest(self.files, history.live.publication), was_live=True)

    def _go_live(self, manifest: Manifest, act: Act) -> PublishReport:
        number = self._begin(manifest, act)
        while (seen := self.files.notice()) is None or seen.number < number:
            self._copy(manifest, number)
            if self.files.put_notice(notice_content(number, manifest), seen):
                break
        else:
            if seen.number > number:
                raise OvertakenError(f"publication {seen.publication} went live meanwhile")
        left = names_left(self.files.live_paths(), manifest, {NOTICE})
        for _ in self.spread(self.files.remove_live, left):
            pass
        self._note_live(number, manifest, act)
        self._note_phase(manifest.year, act.at)
        return PublishReport(manifest, removed=len(left))

    def _copy(self, manifest: Manifest, number: int) -> None:
        contents = self._contents(manifest)
        for _, paths in manifest.in_turn:
            self._still_ours(number, manifest.name)
            for _ in self.spread(
                lambda path: self.files.put_live(path, contents[path], manifest.files[path]),
                paths,
            ):
                pass
        self._still_ours(number, manifest.name)

    def _contents(self, manifest: Manifest) -> Mapping[str, bytes]:
        """Read all that was staged before anything is copied: one altered file stops it all."""
        read = self.spread(lambda path: read_staged(self.files, manifest, path), manifest.files)
        return dict(zip(manifest.files, read, strict=True))

    def _begin(self, manifest: Manifest, act: Act) -> int:
        """Say that a publication is going live; return the number of that step."""
        step = PublicationStep(
            act.at,
            PublicationState.GOING_LIVE,
            manifest.name,
            manifest.year,
            act.by,
            act.reason,
        )
        while True:
            history = self.history.get()
            if other := history.keeps_out(manifest.name, act.at):
                raise OvertakenError(
                    f"publication {other.publication} is going live since {other.at:%H:%M}:"
                    " wait until it has ended, or publish it again"
                )
            if history.under_way and history.under_way[1].publication == manifest.name:
                return history.under_way[0]
            if self.history.add(history, step):
                return history.version + 1

    def _still_ours(self, number: int, publication: PublicationName) -> None:
        history = self.history.get()
        if history.under_way and history.under_way[0] == number:
            return
        # Whoever published the same at the same time may have come first.
        if history.live and history.live.publication == publication:
            return
        raise OvertakenError("another publication is going live: publish again when it has ended")

    def _note_live(self, number: int, manifest: Manifest, act: Act) -> None:
        step = PublicationStep(
            act.at, PublicationState.LIVE, manifest.name, manifest.year, act.by, act.reason
        )
        while True:
            history = self.history.get()
            if history.under_way is None or history.under_way[0] != number:
                return
            if self.history.add(history, step):
                return

    def _note_phase(self, year: ReportingYear, at: datetime) -> None:
        """Take a year from complete to published."""
        phases = self.standings.phases
        while (record := phases.get(year)).phase is YearPhase.COMPLETE:
            step = PhaseStep(at, YearPhase.PUBLISHED, MEANING[YearPhase.PUBLISHED])
            if phases.add(record, step):
                return
