"""What closes the years of a deployed system, and issues letters again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.services.year_end.closing.year_volume import AcceptVolume
from annual_review.services.year_end.propose_reissue import ProposeReissue
from annual_review.services.year_end.reissue_letter import ReissueLetter
from annual_review.services.year_end.year_phases import YearPhases
from annual_review.wiring.dates import issue_date
from annual_review.wiring.stores import Stores

if TYPE_CHECKING:
    from annual_review.adapters.aws.close_function import CloseFunction


class YearEndServices(Stores):
    """What closes a year, and what is done to a closed one."""

    __slots__ = ()

    @property
    def close_function(self) -> CloseFunction:
        return self.stack.close_year

    def accept_volume(self) -> AcceptVolume:
        """Return what keeps that a person said that a volume is right."""
        return AcceptVolume(self.volumes)

    def year_phases(self) -> YearPhases:
        return year_phases(self.stack.table, self.stack.documents)

    def propose_reissue(self) -> ProposeReissue:
        from annual_review.rendering.forms.pdf import PdfPrinter

        return ProposeReissue(
            cases=self.cases,
            directory=self.directory,
            arrivals=self.stack.arrivals,
            documents=self.stack.documents,
            closes=self.closes,
            letters=self.letters,
            issue_date=issue_date,
            lacking=PdfPrinter().without_glyph,
        )

    def reissue_letter(self) -> ReissueLetter:
        return ReissueLetter(
            documents=self.stack.documents,
            closes=self.closes,
            letters=self.letters,
            prepare=self.stack.prepare_queue,
        )
