"""Which letters wait for a person to look at their proposed paragraphs, in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear


@dataclass(frozen=True, slots=True)
class InMemoryUnreviewed:
    """Implements `Unreviewed`: the same authorities in every year, or none."""

    codes: frozenset[AuthorityCode] = frozenset()

    def unreviewed(self, _year: ReportingYear) -> Collection[AuthorityCode]:
        """Return the authorities of which one is not reviewed yet."""
        return self.codes
