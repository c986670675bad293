"""Where the figures of a year come from: a deployed system, or the folder of a rehearsal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

from annual_review.adapters.files.rehearsal_folder import read_record, read_year
from annual_review.adapters.waiting import patience
from annual_review.desk.figures.kept import Kept
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.figures import YearFigures
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import TallyKey
from annual_review.services.documents import FIGURES_JSON, Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.counted_cases import cases_in, decisions_by_month
from annual_review.services.figures.explain_comparisons import ComparisonExplanation, pooled_in
from annual_review.services.figures.explain_figures import (
    Explanation,
    UnexplainedError,
    explained_by,
)
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.figures.frozen_figures import read_year_record
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.today.live_figures import LiveFigures

if TYPE_CHECKING:
    from annual_review.wiring.system import System

Months = tuple[int, ...]
"""The decisions of each month of a year, April first."""


class NotLiveError(RefusalError):
    """There are no live figures."""


class FigureSource(Protocol):
    """The figures of one year, frozen and live."""

    @property
    def can_be_live(self) -> bool:
        """Whether decisions are still counted."""

    def frozen(self) -> YearFigures | None:
        """Return what was frozen last; `None` for a year that is not closed."""

    def live(self) -> LiveFigures:
        """Return the figures as they stand now.

        Raises:
            NotLiveError: Nothing is counted here.
        """

    def record(self, code: AuthorityCode) -> FrozenAuthority | None:
        """Return what was frozen last of an authority, whichever of its codes is given."""

    def months_frozen(self, code: AuthorityCode, *, read: bool) -> Months | None:
        """Return the frozen decisions by month; `None` where they would have to be `read`."""

    def months_live(
        self, code: AuthorityCode, versions: tuple[int, ...], *, read: bool
    ) -> Months | None:
        """Return today's decisions by month; `None` where they would have to be `read`.

        `versions` are those of the tallies of the authority.
        """

    def number(
        self, code: AuthorityCode, number: str, *, is_live: bool, revision: Revision | None
    ) -> Explanation:
        """Return the cases behind a number."""

    def comparison(
        self, type_: AuthorityType, rate: str, *, is_live: bool
    ) -> ComparisonExplanation:
        """Return the authorities behind a comparison."""


@dataclass(frozen=True, slots=True)
class _KeptYears(Documents):
    """The bucket; the records of whole years are kept, which are as large as all others."""

    documents: Documents
    kept: Kept

    @override
    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.documents.put(key, content, content_type)

    @override
    def get(self, key: str) -> bytes:
        if not key.endswith(FIGURES_JSON):
            return self.documents.get(key)
        return self.kept.of(("document", key), lambda: self.documents.get(key))


@dataclass(frozen=True, slots=True)
class DeployedFigures(FigureSource):
    """The figures of a deployed system. Records are kept by the name of their folder, a hash."""

    system: System
    year: ReportingYear
    authorities: Register
    close: Close | None
    kept: Kept

    @property
    @override
    def can_be_live(self) -> bool:
        return True

    @override
    def frozen(self) -> YearFigures | None:
        if (close := self.close) is None:
            return None
        return self.kept.of(
            ("figures", close.folder), lambda: read_year_record(self._records(close).year())
        )

    @override
    def live(self) -> LiveFigures:
        return self.system.live_with_versions(self.year, self.authorities)

    @override
    def record(self, code: AuthorityCode) -> FrozenAuthority | None:
        if (close := self.close) is None:
            return None
        return self._records(close).under_any((code, *self.authorities.codes_of(code)))

    @override
    def months_frozen(self, code: AuthorityCode, *, read: bool) -> Months | None:
        if self.close is None:
            return None
        name = ("months", self.close.folder, code)
        months: Months | None = self.kept.get(name)
        if months is None and read and (record := self.record(code)):
            months = decisions_by_month(self.year, record.cases)
            self.kept.keep(name, months)
        return months

    @override
    def months_live(
        self, code: AuthorityCode, versions: tuple[int, ...], *, read: bool
    ) -> Months | None:
        name = ("months", self.year, code, versions)
        months: Months | None = self.kept.get(name)
        if months is not None or not read:
            return months
        keys = [TallyKey(each, self.year) for each in self.authorities.codes_of(code)]
        cases = [case for key in keys for case in cases_in(key, self.system.cases.of_tally(key))]
        months = decisions_by_month(self.year, cases)
        stored = self.system.cases.tallies(keys)
        found = tuple(stored[key].version if key in stored else 0 for key in keys)
        # The index lags, and decisions go on arriving: only what adds up is kept.
        if found == versions and sum(months) == sum(each.decisions for each in stored.values()):
            self.kept.keep(name, months)
        return months

    @override
    def number(
        self, code: AuthorityCode, number: str, *, is_live: bool, revision: Revision | None
    ) -> Explanation:
        return self.system.explain_figures().explain(
            TallyKey(code, self.year),
            number,
            patience(lambda: math.inf),
            is_live=is_live,
            revision=revision,
        )

    @override
    def comparison(
        self, type_: AuthorityType, rate: str, *, is_live: bool
    ) -> ComparisonExplanation:
        service = self.system.explain_comparisons()
        return service.explain(self.year, type_, rate, is_live=is_live)

    def _records(self, close: Close) -> FrozenRecords:
        return FrozenRecords(_KeptYears(self.system.stack.documents, self.kept), close)


@dataclass(frozen=True, slots=True)
class RehearsedFigures(FigureSource):
    """The figures of a rehearsal, which stay as they are until the year is rehearsed again."""

    folder: Path
    year: ReportingYear

    @property
    @override
    def can_be_live(self) -> bool:
        return False

    @override
    def frozen(self) -> YearFigures | None:
        return read_year_record(read_year(self.folder))

    @override
    def live(self) -> LiveFigures:
        raise NotLiveError("A rehearsal has frozen figures and no live ones.")

    @override
    def record(self, code: AuthorityCode) -> FrozenAuthority | None:
        return read_record(self.folder, code)

    @override
    def months_frozen(self, code: AuthorityCode, *, read: bool) -> Months | None:
        record = self.record(code) if read else None
        return decisions_by_month(self.year, record.cases) if record else None

    @override
    def months_live(
        self, code: AuthorityCode, versions: tuple[int, ...], *, read: bool
    ) -> Months | None:
        return None

    @override
    def number(
        self, code: AuthorityCode, number: str, *, is_live: bool, revision: Revision | None
    ) -> Explanation:
        record = self.record(code)
        if record is None:
            raise UnexplainedError(f"{code} is not in the figures of {self.year}")
        return explained_by(record, number)

    @override
    def comparison(
        self, type_: AuthorityType, rate: str, *, is_live: bool
    ) -> ComparisonExplanation:
        return pooled_in(read_year(self.folder), type_, rate)
