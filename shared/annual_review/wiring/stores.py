"""The stores of a deployed system."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.stack import Stack
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear

if TYPE_CHECKING:
    from annual_review.adapters.aws.publication_bucket import S3PublicationFiles


@dataclass(frozen=True, slots=True)
class Stores:
    """A deployed system, by the name of its stack, with its stores."""

    stack: Stack
    name: str

    @property
    def letters(self) -> DynamoDBLetterStore:
        return DynamoDBLetterStore(self.stack.table)

    def codes_of_letters(self, year: ReportingYear) -> Callable[[], Collection[AuthorityCode]]:
        """Return what reads under which codes a year has letters."""
        return lambda: {each.id.authority for each in self.letters.of_year(year)}

    @property
    def closes(self) -> DynamoDBCloseStore:
        return DynamoDBCloseStore(self.stack.table)

    @property
    def paragraphs(self) -> DynamoDBParagraphStore:
        return DynamoDBParagraphStore(self.stack.table)

    @property
    def directory(self) -> DynamoDBDirectory:
        return DynamoDBDirectory(self.stack.table)

    @property
    def cases(self) -> DynamoDBCaseStore:
        return DynamoDBCaseStore(self.stack.table)

    @property
    def phases(self) -> DynamoDBPhaseStore:
        return DynamoDBPhaseStore(self.stack.table)

    @property
    def history(self) -> DynamoDBHistoryStore:
        """What became of publications."""
        return DynamoDBHistoryStore(self.stack.table)

    @property
    def challenges(self) -> DynamoDBChallengeStore:
        """What authorities object to."""
        return DynamoDBChallengeStore(self.stack.table)

    @property
    def publications(self) -> S3PublicationFiles:
        """The files of publications, staged and live."""
        return self.stack.publications

    @property
    def volumes(self) -> DynamoDBVolumeStore:
        """The volumes of the years that somebody accepted."""
        return DynamoDBVolumeStore(self.stack.table)
