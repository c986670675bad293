"""The stores of a deployed system."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
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
from annual_review.views.authority_names import (
    as_in_letters,
    authorities_in,
    authority_in,
    spoken,
)

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

    def authority(self, year: ReportingYear, named: str) -> AuthorityCode:
        """Return the authority that somebody means, under the code that its letter of a year bears.

        Raises:
            AuthorityNotFoundError: No authority is called that, or several are.
        """
        return authority_in(named, self.directory.register, self.codes_of_letters(year))

    def authorities(self, year: ReportingYear, named: Iterable[str]) -> list[AuthorityCode]:
        """Return the authorities that somebody means, likewise.

        Raises:
            AuthorityNotFoundError: No authority is called like one of these, or several are.
        """
        return authorities_in(named, self.directory.register, self.codes_of_letters(year))

    def as_in_letters(self, year: ReportingYear) -> Callable[[AuthorityCode], AuthorityCode]:
        """Return what finds the code that an authority's letter of a year bears."""
        register, of_letters = self.directory.register(), cache(self.codes_of_letters(year))
        return lambda code: as_in_letters(code, register, of_letters)

    def codes_of_letters(self, year: ReportingYear) -> Callable[[], Collection[AuthorityCode]]:
        """Return what reads under which codes a year has letters."""
        return lambda: {each.id.authority for each in self.letters.of_year(year)}

    def spoken(self, code: AuthorityCode) -> str:
        """Return an authority as sentences name it: "Rochford District Council (E07000075)"."""
        return spoken(code, self.directory.register())

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
