"""Stage a publication: write all of it where nobody outside can read it, to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from annual_review.domain.letters import Act
from annual_review.domain.publication.history import PublicationState, PublicationStep
from annual_review.domain.publication.manifest import (
    Changes,
    Manifest,
    PublishedYear,
    manifest_of,
)
from annual_review.domain.publication.rules import not_ready
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.errors import RefusalError
from annual_review.services.progress import Progress, no_progress
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.peer_groups import PEERS_FILE, Peers, peers_in
from annual_review.services.publication.public_year import PublicYear
from annual_review.services.publication.publication_store import (
    HistoryStore,
    PublicationFiles,
    read_manifest,
    read_staged,
)

SiteBuilder = Callable[[tuple[PublicYear, ...], Peers], Iterable[tuple[str, bytes]]]
"""Makes the files of a site from public years, the latest first, and peer groups: the same of
both, the same bytes. It publishes the groups as `PEERS_FILE`."""


class NotStagedYetError(RefusalError):
    """A year can't be staged yet; the message says why."""


@dataclass(frozen=True, slots=True)
class PlannedPublication:
    """A publication as it would be, with all its bytes.

    `changes` compares it with what is public. `objections` say why it can't be staged yet.
    """

    manifest: Manifest
    contents: Mapping[str, bytes]
    changes: Changes
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StagePublication:
    """Stages publications. Doing it again after a crash goes on, and twice is once."""

    history: HistoryStore
    files: PublicationFiles
    years: GatherYears
    standings: YearStandings
    build: SiteBuilder
    spread: Spread = one_by_one

    def plan(self, year: ReportingYear, peers: Peers | None = None) -> PlannedPublication:
        """Make the site as it would be with a year, from all that is public already; keep nothing.

        The data of earlier revisions are those that are public, and so are the peer groups where
        no others are given.

        Raises:
            NotGatheredError: A year is not closed, or a letter is not the one that was sent.
            AlteredRecordError: Figures are not those that were frozen.
            AlteredPublicationError: What is public is not what was staged.
        """
        history = self.history.get()
        stands = self.standings.of_all({*history.years, year})
        public = self.years.gather({each: of.challenged for each, of in stands.items()})
        years = {
            each.year: PublishedYear(each.revision, tuple(sorted(one.code for one in each.awaited)))
            for each in public
        }
        notice = self.files.notice()
        before = read_manifest(self.files, notice.publication) if notice else None
        if peers is None:
            peers = self._public_peers(before)
        contents = dict(self.build(public, peers))
        if before:
            contents |= {
                path: read_staged(self.files, before, path)
                for path in before.of_earlier_revisions(years)
            }
        manifest = manifest_of(year, years, contents.items())
        return PlannedPublication(
            manifest,
            contents,
            manifest.changes_from(before),
            tuple(not_ready(year, stands[year])),
        )

    def _public_peers(self, before: Manifest | None) -> Peers:
        if before is None or PEERS_FILE not in before.files:
            return {}
        return peers_in(read_staged(self.files, before, PEERS_FILE))

    def stage(self, planned: PlannedPublication, act: Act, step: Progress = no_progress) -> bool:
        """Write a publication under its name; `False` if it was staged before.

        Its manifest is written last: a publication without one was broken off.

        Raises:
            NotStagedYetError: The year is not complete.
            PortError: Not all of it was written; staging again goes on from there.
        """
        if planned.objections:
            raise NotStagedYetError("; ".join(planned.objections))
        manifest = planned.manifest
        if self.history.get().state_of(manifest.name):
            return False
        written = count(1)

        def write(path: str) -> None:
            self.files.put_staged(manifest.name, path, planned.contents[path], manifest.files[path])
            step(next(written), len(manifest.files))

        for _ in self.spread(write, manifest.files):
            pass
        self.files.put_manifest(manifest)
        return self._note(manifest, act)

    def _note(self, manifest: Manifest, act: Act) -> bool:
        step = PublicationStep(
            act.at, PublicationState.STAGED, manifest.name, manifest.year, act.by, act.reason
        )
        while True:
            history = self.history.get()
            if history.state_of(manifest.name):
                return False
            if self.history.add(history, step):
                return True
