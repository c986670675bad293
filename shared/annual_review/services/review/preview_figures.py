"""The figures that a letter is previewed with: those that are frozen, or today's."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import keys_of
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Closes
from annual_review.services.figures.counted_cases import cases_in
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.today.live_figures import live_figures
from annual_review.services.figures.year_cases import YearCases


class NothingToPreviewError(RefusalError):
    """There are no figures to make the letter from."""


@dataclass(frozen=True, slots=True)
class PreviewFigures:
    """Reads the figures of one letter."""

    cases: YearCases
    documents: Documents
    closes: Closes

    def read(
        self, year: ReportingYear, code: AuthorityCode, register: Register, *, is_live: bool
    ) -> tuple[FrozenAuthority, bool]:
        """Return the figures frozen last, or today's; and whether they are today's.

        Before the year is closed, there are only today's.

        Raises:
            NothingToPreviewError: The authority is not in them.
            AlteredRecordError: A frozen record is not the one that was frozen.
        """
        close = self.closes.latest(year)
        if close is None or is_live:
            figures, is_live = self._today(year, code, register), True
        else:
            figures = FrozenRecords(self.documents, close).authority(code)
        if figures is None:
            raise NothingToPreviewError(f"{code} is not in the figures of {year}")
        return figures, is_live

    def _today(
        self, year: ReportingYear, code: AuthorityCode, register: Register
    ) -> FrozenAuthority | None:
        """Return the figures of today as they would be frozen; `None` for whom there are none."""
        code = register.present_code(code)
        figures = live_figures(self.cases, year, register).by_code.get(code)
        if figures is None:
            return None
        counted = tuple(
            case
            for key in keys_of(figures.authority, year)
            for case in cases_in(key, self.cases.of_tally(key))
        )
        earlier = earlier_years(self.documents, self.closes, year, register)
        return FrozenAuthority(year, FIRST_REVISION, figures, counted, earlier.get(code, ()))
