"""The sample year: its events in the order of their arrival, and what must come of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import (
    CaseKey,
    CaseState,
    VersionComparison,
    Withdrawal,
    compare_versions,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey, tally_of
from annual_review.sample_year.arrivals import in_order_of_arrival
from annual_review.sample_year.cases import (
    Casebook,
    cases_of_neighbouring_years,
    cases_of_year,
    outcomes_after_the_end,
)
from annual_review.sample_year.chance import Chance
from annual_review.sample_year.corrections import History, histories
from annual_review.sample_year.events import Envelope, as_coded_then, envelope
from annual_review.sample_year.malformed import malformed_events
from annual_review.sample_year.plan import AuthorityPlan, plan_year
from annual_review.sample_year.targets import PublishedFigures, Targets


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of the events, whatever way they take.

    `final_states` counts decisions and compliance outcomes apart, and those withdrawn for good too.
    Every event is the first state of such a part, corrects or withdraws it, is a copy or malformed:
    `events` is the sum of the other five. `stale` alone depends on the order of arrival: so many
    come after a higher version of the same part, copies among them.
    """

    tallies: Mapping[TallyKey, Tally]
    events: int
    final_states: int
    corrections: int
    withdrawals: int
    duplicates: int
    stale: int
    malformed: int


@dataclass(frozen=True, slots=True)
class SampleYear:
    """A simulated year: events as they arrive, and the truth about them."""

    year: ReportingYear
    seed: int
    events: tuple[Envelope, ...]
    expected: Expected

    def with_malformed(self, count: int) -> SampleYear:
        """Add malformed events among the sound ones, which stay as they are.

        They count nowhere: the expected tallies are the same.
        """
        chance = Chance(self.seed, "malformed")
        events = list(self.events)
        for event in malformed_events(count, self.events, chance):
            events.insert(chance.below(len(events) + 1), event)
        expected = replace(
            self.expected,
            events=self.expected.events + count,
            malformed=self.expected.malformed + count,
        )
        return replace(self, events=tuple(events), expected=expected)

    def write_events(self, path: Path) -> None:
        """Write the events to a file, one a line."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(
                json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
                for event in self.events
            )


def make_sample_year(
    register: Register,
    year: ReportingYear,
    published: Mapping[AuthorityCode, PublishedFigures],
    targets: Targets,
    seed: int,
) -> SampleYear:
    """Simulate a year: equal arguments give equal events, byte for byte.

    Raises:
        UnreachableTargetsError: A published or known figure can't be met.
    """
    plans = plan_year(register, year, published, targets, Chance(seed, "plan"))
    book = Casebook(year, targets, Chance(seed, "cases"))
    return simulated(book, plans, register, seed, Chance(seed, "arrivals"))


def simulated(
    book: Casebook,
    plans: Sequence[AuthorityPlan],
    register: Register,
    seed: int,
    arriving: Chance,
) -> SampleYear:
    """Return the year that a book of cases and a plan make: its events, and what comes of them."""
    outcomes = [
        *cases_of_year(book, plans),
        *outcomes_after_the_end(book, register),
        *cases_of_neighbouring_years(book, register),
    ]
    pasts = list(histories(book, register, outcomes))
    arrivals = in_order_of_arrival(pasts, arriving)
    events = tuple(envelope(as_coded_then(state, register)) for state in arrivals)
    return SampleYear(book.year, seed, events, _expected(pasts, arrivals))


def _expected(pasts: Sequence[History], arrivals: Sequence[CaseState]) -> Expected:
    states = sum(len(history) for history in pasts)
    withdrawals = sum(isinstance(state, Withdrawal) for history in pasts for state in history)
    return Expected(
        tallies=tally_of(history[-1] for history in pasts),
        events=len(arrivals),
        final_states=len(pasts),
        corrections=states - len(pasts) - withdrawals,
        withdrawals=withdrawals,
        duplicates=len(arrivals) - states,
        stale=_stale(arrivals),
        malformed=0,
    )


def _stale(arrivals: Iterable[CaseState]) -> int:
    """Count the states that arrive after a higher version of their case."""
    latest: dict[CaseKey, CaseState] = {}
    stale = 0
    for state in arrivals:
        comparison = compare_versions(state, latest.get(state.key))
        stale += comparison is VersionComparison.STALE
        if comparison is VersionComparison.SUPERSEDES:
            latest[state.key] = state
    return stale
