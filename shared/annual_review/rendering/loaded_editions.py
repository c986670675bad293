"""The editions that letters are prepared with, each loaded once and its renderer made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from typing_extensions import override

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import Edition, load_edition
from annual_review.rendering.editions.own_performance import OwnPerformanceTexts
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.document import SampleMarking
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.prepare_letter import Editions
from annual_review.services.letters.rendering import LetterRenderer


def shipped_edition(year: ReportingYear) -> Edition:
    """Load the edition of a year that lies beside the package.

    Raises:
        EditionError: There is none, or it can't be used.
    """
    return load_edition(SHIPPED_EDITIONS, year)


@dataclass(frozen=True, slots=True)
class OneEdition(Editions):
    """Every letter is of one edition, and of one renderer."""

    edition: Edition
    letter_renderer: LetterRenderer

    @override
    def renderer(self, _year: ReportingYear) -> LetterRenderer:
        return self.letter_renderer

    @override
    def issue_date(self, _year: ReportingYear) -> date:
        return self.edition.letter_date

    @override
    def wording(self, _year: ReportingYear) -> OwnPerformanceTexts:
        return self.edition.own_performance


class LoadedEditions(Editions):
    """Keep it: the first letter of each renderer is slow.

    Of a year that has no edition, or none that can be used, everything raises `EditionError`.
    """

    def __init__(
        self,
        load: Callable[[ReportingYear], Edition],
        sender: str,
        marking: SampleMarking | None = None,
    ) -> None:
        """Take what loads an edition, and the mailbox that letters come from.

        `marking` is printed on every letter, whatever its facts say.
        """
        self._edition = cache(load)
        self._renderer = cache(lambda year: EditionRenderer(self._edition(year), sender, marking))

    @override
    def renderer(self, year: ReportingYear) -> EditionRenderer:
        return self._renderer(year)

    @override
    def issue_date(self, year: ReportingYear) -> date:
        return self._edition(year).letter_date

    @override
    def wording(self, year: ReportingYear) -> OwnPerformanceTexts:
        return self._edition(year).own_performance
