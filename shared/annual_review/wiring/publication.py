"""What makes the years of a deployed system public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.site_of_years import site_of_years
from annual_review.services.at_once import Spread, in_threads, one_by_one
from annual_review.services.publication.approve_publication import ApprovePublication
from annual_review.services.publication.challenges import Challenges
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.live_years import LiveYears
from annual_review.services.publication.publication_store import read_manifest, read_staged
from annual_review.services.publication.publish_year import PublishYear
from annual_review.services.publication.stage_publication import StagePublication
from annual_review.wiring.dates import publication_date
from annual_review.wiring.stores import Stores

_AT_ONCE: Final = 10
"""How many documents are read or written at a time: as many connections as a client keeps."""


class PublicationServices(Stores):
    """What stages, approves and publishes years."""

    __slots__ = ()

    def publication_date(self, year: ReportingYear) -> date:
        """Return the day on which a year is published."""
        return publication_date(year)

    def stage_publication(self, spread: Spread = one_by_one) -> StagePublication:
        """Return what stages publications; `spread` is how the parts of the site are made."""
        base = self.stack.site_address
        return StagePublication(
            history=self.history,
            files=self.publications,
            years=self._public_years,
            standings=self._standings,
            build=lambda years, peers: files_of(site_of_years(years, base, peers), spread),
            spread=in_threads(_AT_ONCE),
        )

    def live_years(self) -> LiveYears:
        """Return what reads a year as it stands today."""
        return LiveYears(
            cases=self.cases,
            directory=self.directory,
            history=self.history,
            standings=self._standings,
            years=self._public_years,
            spread=in_threads(_AT_ONCE),
        )

    def approve_publication(self) -> ApprovePublication:
        """Return what approves publications."""
        return ApprovePublication(self.history, self.publications, self._standings)

    def publish_year(self) -> PublishYear:
        """Return what makes years public."""
        return PublishYear(
            history=self.history,
            files=self.publications,
            standings=self._standings,
            publication_date=publication_date,
            spread=in_threads(_AT_ONCE),
        )

    def staged_files(self, publication: PublicationName) -> Iterator[tuple[str, bytes]]:
        """Return the files of what is staged under a name, as far as their hashes go.

        Raises:
            NotStagedError: Nothing is staged under that name.
            AlteredPublicationError: Something is not what was staged; also raised on the way.
            PortError: Something could not be read; also raised on the way.
        """
        files, spread = self.publications, in_threads(_AT_ONCE)
        manifest = read_manifest(files, publication)
        contents = spread(lambda path: read_staged(files, manifest, path), manifest.files)
        return zip(manifest.files, contents, strict=True)

    def keep_challenges(self) -> Challenges:
        """Return what keeps challenges."""
        return Challenges(self.challenges, self.closes, self.letters)

    @property
    def _public_years(self) -> GatherYears:
        return GatherYears(
            closes=self.closes,
            letters=self.letters,
            paragraphs=self.paragraphs,
            documents=self.stack.documents,
            directory=self.directory,
            open_message=documents_of,
            publication_date=publication_date,
            is_sample=self.stack.is_sample,
            spread=in_threads(_AT_ONCE),
        )

    @property
    def _standings(self) -> YearStandings:
        return YearStandings(self.phases, self.closes, self.challenges)
