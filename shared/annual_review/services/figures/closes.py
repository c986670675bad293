"""The record that a year was closed, and the port that closes are kept behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.documents import figures_folder


@dataclass(frozen=True, slots=True)
class Close:
    """The record that a year was closed: which revision was frozen, with which hash, and when.

    Each revision holds the figures of the whole year. The first plans a letter for every authority,
    a re-issue for the one that it `reissues`.
    """

    year: ReportingYear
    revision: Revision
    figures_sha256: str
    at: datetime
    reissues: AuthorityCode | None = None

    @property
    def folder(self) -> str:
        """Where its frozen records are kept."""
        return figures_folder(self.year, self.revision, self.figures_sha256)


class Closes(Protocol):
    """Closes, to be read; nothing edits one."""

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        """Return the closes of a year by revision, read consistently."""

    def latest(self, year: ReportingYear) -> Close | None:
        """Return the close of the highest revision, read consistently."""
        return next(reversed(self.of_year(year)), None)
