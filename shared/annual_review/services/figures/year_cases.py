"""The port through which a year is counted again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CaseState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import StoredTally, TallyKey


class YearCases(Protocol):
    """The cases and tallies of a year, as far as they are read to be counted again."""

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        """Return the stored states of these cases, read consistently.

        Raises:
            PortError: Not every key could be read.
        """

    def of_tally(self, key: TallyKey) -> Iterable[CaseState]:
        """Go through the case states that count in one tally, each as it is at that moment.

        A case that came to count there moments ago may be missing; none is found that does not.

        Raises:
            PortError: They could not be read; also raised on the way.
        """

    def tallies(self, keys: Collection[TallyKey]) -> Mapping[TallyKey, StoredTally]:
        """Return the stored tallies, read consistently; one that was never written is left out."""

    def counted_in(self, year: ReportingYear) -> Collection[AuthorityCode]:
        """Return every authority of which a tally or a counting case of the year is stored.

        They are found without the register and without the index.
        """
