"""What counts the figures of a deployed system, and explains them."""

from __future__ import annotations

from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.domain.authorities import Register
from annual_review.domain.figures import YearFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.figures.explain_comparisons import ExplainComparisons
from annual_review.services.figures.explain_figures import ExplainFigures
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.figures.repair_year import RepairYear
from annual_review.services.figures.today.live_figures import (
    LiveFigures,
    live_figures,
    live_with_versions,
)
from annual_review.services.figures.today.unfitting_cases import UnfittingCases
from annual_review.wiring.stores import Stores


class FigureServices(Stores):
    """What counts, explains and repairs figures."""

    __slots__ = ()

    def live_figures(self, year: ReportingYear) -> YearFigures:
        return live_figures(self.cases, year, self.directory.register())

    def live_with_versions(self, year: ReportingYear, register: Register) -> LiveFigures:
        return live_with_versions(self.cases, year, register)

    def explain_figures(self) -> ExplainFigures:
        return ExplainFigures(self.cases, self.directory, self.stack.documents, self.closes)

    def explain_comparisons(self) -> ExplainComparisons:
        return ExplainComparisons(self.cases, self.directory, self.stack.documents, self.closes)

    def reconcile_year(self) -> ReconcileYear:
        return ReconcileYear(DynamoDBRepairStore(self.stack.table))

    def unfitting_cases(self, register: Register) -> UnfittingCases:
        """Return what looks for compliance outcomes without a decision to go with."""
        return UnfittingCases(self.cases, register.find)

    def repair_year(self) -> RepairYear:
        return RepairYear(DynamoDBRepairStore(self.stack.table))
