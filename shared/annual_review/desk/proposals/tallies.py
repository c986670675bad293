"""Counting every tally again from its cases, and repairing those that differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from annual_review.adapters.waiting import patience
from annual_review.desk.acts import Link, Outcome, Row
from annual_review.desk.desk import Desk
from annual_review.desk.pages import room_path
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.reconcile_year import Count
from annual_review.services.progress import Progress
from annual_review.views.authority_names import with_names
from annual_review.views.cases import UNFITTING, differences_of, left_out_of, repairs_of

_STILL_COMING: Final = "decisions kept arriving: repair it again, or pause recording first"


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Count every tally of a year again. It changes nothing."""

    desk: Desk
    year: ReportingYear
    back: str
    title: str = "Count every tally again"

    def plan(self) -> Outcome:
        """Say how many tallies would be counted."""
        codes = self.desk.register.every_code
        what = Row(f"{len(codes):,} authorities", "every case of the year is read")
        return Outcome("This takes about a minute and changes nothing.", [what])

    def carry_out(self, step: Progress) -> Outcome:
        """Count them, and return what differs."""
        system, register = self.desk.system, self.desk.register
        service, waiting = system.reconcile_year(), patience(lambda: math.inf)
        wrong, cases, unfitting = list[Count](), 0, system.unfitting_cases(register)
        for count in service.counts(self.year, register.every_code, waiting, step):
            cases += len(count.cases)
            unfitting.note(count)
            if not count.is_in_order:
                wrong.append(count)
        counted = f"{cases:,} cases of {self.year} counted again."
        differing = [each.key.authority for each in wrong if not each.agrees]
        return Outcome(
            f"{counted} {'Some differ.' if wrong else 'Every tally agrees with its cases.'}",
            left=[
                *_differences(wrong, self.desk),
                *(Row(line) for line in left_out_of(wrong)),
                *(Row(with_names(each, register), why=UNFITTING) for each in unfitting.told()),
            ],
            further=_repair(self.year, differing),
        )


@dataclass(frozen=True, slots=True)
class RepairTallies:
    """Bring tallies to their cases; a record of each repair is kept."""

    desk: Desk
    year: ReportingYear
    authorities: Sequence[AuthorityCode]
    reason: str
    back: str
    title: str = "Repair tallies"

    def plan(self) -> Outcome:
        """Say in what the tallies differ from their cases now."""
        differing = [each for each in self._counted() if not each.agrees]
        if not differing:
            return Outcome("Every one of these tallies agrees with its cases.")
        tallies = "1 tally" if len(differing) == 1 else f"{len(differing):,} tallies"
        return Outcome(f"{tallies} would be repaired.", _differences(differing, self.desk))

    def carry_out(self, step: Progress) -> Outcome:
        """Repair them."""
        desk, waiting = self.desk, patience(lambda: math.inf)
        differing = [each.key for each in self._counted() if not each.agrees]
        at = desk.clock()
        report = desk.system.repair_year().repair(differing, desk.by, self.reason, at, waiting)
        step(1, 1)
        rows = repairs_of(report.repairs, desk.register).rows
        return Outcome(
            f"{len(report.repairs):,} repaired.",
            [
                Row(f"{name} ({code})", str(measure), f"{before} became {after}")
                for code, name, _, measure, before, after in rows
            ],
            [Row(desk.spoken(key.authority), "", _STILL_COMING) for key in report.left],
        )

    def _counted(self) -> Sequence[Count]:
        service, waiting = self.desk.system.reconcile_year(), patience(lambda: math.inf)
        find, keys = (
            self.desk.register.find,
            [TallyKey(each, self.year) for each in self.authorities],
        )
        return [
            service.count(key, waiting, is_registered=find(key.authority) is not None)
            for key in keys
        ]


def _differences(wrong: Sequence[Count], desk: Desk) -> list[Row]:
    rows = differences_of(wrong, desk.register).rows
    return [
        Row(f"{name} ({code})", str(measure), f"{stored} stored, {counted} counted")
        for code, name, measure, stored, counted in rows
    ]


def _repair(year: ReportingYear, differing: Sequence[AuthorityCode]) -> Sequence[Link]:
    if not differing:
        return ()
    named = urlencode([("authority", code) for code in differing])
    return [Link(room_path(year, f"checks/repair?{named}"), "Repair the tallies that differ")]
