"""The last day of a year end: it is staged, approved, published by its function, and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from botocore.config import Config

from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.publication_bucket import S3PublicationFiles
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.files.publication.site_folder import SiteFolder
from annual_review.domain.letters import Act
from annual_review.domain.publication.manifest import PublicationName
from annual_review.rehearsal.side_by_side import processors
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.site_of_years import site_of_years
from annual_review.services.at_once import in_threads
from annual_review.services.processes import in_processes
from annual_review.services.publication.approve_publication import ApprovePublication
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.publication_store import NOTICE
from annual_review.services.publication.stage_publication import StagePublication
from annual_review.services.wording import LONDON
from infrastructure.local.year_end import Progress, YearEnd, quiet

_AT_ONCE: Final = 8
_BY: Final = "the year end"


@dataclass(frozen=True, slots=True)
class Publication:
    """What becomes public of a year that was played."""

    year_end: YearEnd

    def stage_and_approve(self) -> PublicationName:
        """Stage the year and approve it, as a person does who has looked at it.

        Raises:
            NotStagedYetError: The year is not complete.
        """
        authorities = len(DynamoDBDirectory(self._table).register())
        with in_processes(processors(), authorities) as spread:
            service = StagePublication(
                history=self._history,
                files=self._files,
                years=self._years,
                standings=self._standings,
                build=lambda years, peers: files_of(site_of_years(years, peers=peers), spread),
                spread=in_threads(_AT_ONCE),
            )
            planned, act = service.plan(self.year_end.year), Act(_BY, datetime.now(LONDON))
        service.stage(planned, act)
        name = planned.manifest.name
        ApprovePublication(self._history, self._files, self._standings).approve(name, act)
        return name

    def fetch(self, folder: Path, progress: Progress = quiet) -> int:
        """Write what is public now into a folder, and count the files."""
        documents = self._documents
        paths = sorted(path for path in self._files.live_paths() if path != NOTICE)

        def files() -> Iterator[tuple[str, bytes]]:
            read = in_threads(_AT_ONCE)(lambda path: documents.get(f"live/{path}"), paths)
            for done, (path, content) in enumerate(zip(paths, read, strict=True), 1):
                progress(done, len(paths))
                yield path, content

        return SiteFolder(folder).write(files())

    @property
    def _years(self) -> GatherYears:
        return GatherYears(
            closes=DynamoDBCloseStore(self._table),
            letters=DynamoDBLetterStore(self._table),
            paragraphs=DynamoDBParagraphStore(self._table),
            documents=self._documents,
            directory=DynamoDBDirectory(self._table),
            open_message=documents_of,
            publication_date=lambda year: edition_for(SHIPPED_EDITIONS, year).publication_date,
            is_sample=True,
            spread=in_threads(_AT_ONCE),
        )

    @property
    def _standings(self) -> YearStandings:
        phases, closes = DynamoDBPhaseStore(self._table), DynamoDBCloseStore(self._table)
        return YearStandings(phases, closes, DynamoDBChallengeStore(self._table))

    @property
    def _history(self) -> DynamoDBHistoryStore:
        return DynamoDBHistoryStore(self._table)

    @property
    def _files(self) -> S3PublicationFiles:
        system = self.year_end.system
        client = system.aws.client("s3", Config(max_pool_connections=_AT_ONCE))
        return S3PublicationFiles(client, system.stack.bucket_name)

    @property
    def _documents(self) -> S3Documents:
        files = self._files
        return S3Documents(files.client, files.bucket)

    @property
    def _table(self) -> Table:
        system = self.year_end.system
        return Table(system.aws.client("dynamodb"), system.stack.table_name)
