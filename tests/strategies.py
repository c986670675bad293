"""Histories of cases for property tests: any states, and any way in which they may arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import (
    CaseKey,
    CasePart,
    CaseReference,
    CaseState,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
    Version,
)
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import MEASURES, Tally
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    a_withdrawal,
)

CODES: Final[tuple[AuthorityCode, ...]] = (ROCHFORD, OTHER_DISTRICT, COUNTY)

# On both sides of the ends of several reporting years, one of them in a leap year.
_DAYS: Final = tuple(
    date.fromisoformat(day)
    for day in ("2018-03-31", "2018-04-01", "2019-03-31", "2020-02-29", "2020-03-31", "2020-04-01")
)

# One draw from a list of states is far quicker than one draw for each of their fields.
_DECISIONS: Final[tuple[CaseState, ...]] = (
    *(
        a_decision(
            outcome, authority=code, decided_on=day, subject=subject, satisfactory_remedy=remedy
        )
        for code in CODES
        for day in _DAYS
        for outcome in DecisionOutcome
        for subject in (Subject.HOUSING, Subject.OTHER)
        for remedy in (False, True)
        if not remedy or outcome is DecisionOutcome.UPHELD
    ),
    *(a_withdrawal(authority=code, withdrawn_on=day) for code in CODES for day in _DAYS * 4),
)
_COMPLIANCE: Final[tuple[CaseState, ...]] = tuple(
    a_compliance_outcome(authority=code, recorded_on=day, outcome=outcome)
    for code in CODES
    for day in _DAYS
    for outcome in ComplianceOutcome
)


def case_states(part: CasePart | None = None) -> st.SearchStrategy[CaseState]:
    """Any state of one part of a case (either, if none is named), always of version 1."""
    match part:
        case CasePart.DECISION:
            return st.sampled_from(_DECISIONS)
        case CasePart.COMPLIANCE:
            return st.sampled_from(_COMPLIANCE)
        case None:
            return st.sampled_from((*_DECISIONS, *_COMPLIANCE))


def tallies() -> st.SearchStrategy[Tally]:
    """Tallies that some list of cases could have."""
    return st.lists(case_states(), max_size=30).map(_tally_of_one_authority)


def _tally_of_one_authority(states: Iterable[CaseState]) -> Tally:
    # Counted here by hand: a test of counting may not rest on the code that counts.
    counts = dict.fromkeys(MEASURES, 0)
    for state in states:
        for measure in MEASURES:
            counts[measure] += measure in _names_counted(state)
    return Tally(counts)


def _names_counted(state: CaseState) -> set[str]:
    outcome = getattr(state, "outcome", None)
    subject = getattr(state, "subject", None)
    remedy = getattr(state, "satisfactory_remedy", False)
    return {
        *([outcome.value] if outcome else []),
        *([f"subject:{subject.value}"] if subject else []),
        *(["satisfactory_remedy"] if remedy else []),
    }


def statistics() -> st.SearchStrategy[Statistic]:
    """Any numerator of any denominator."""
    return st.integers(0, 10**6).flatmap(
        lambda denominator: st.builds(Statistic, st.integers(0, denominator), st.just(denominator))
    )


@dataclass(frozen=True)
class History:
    """What happened to several cases, and the order in which we hear of it.

    Arrivals may repeat states, skip some, and come in any order.
    """

    arrivals: tuple[CaseState, ...]

    @property
    def final(self) -> dict[CaseKey, CaseState]:
        """The state of the highest version that arrived, for every case."""
        final: dict[CaseKey, CaseState] = {}
        for state in self.arrivals:
            if state.key not in final or final[state.key].version < state.version:
                final[state.key] = state
        return final


@st.composite
def histories(draw: st.DrawFn, max_cases: int = 8) -> History:
    """Shuffled, duplicated and truncated histories over several cases, authorities and years."""
    states: list[CaseState] = []
    for number in range(draw(st.integers(1, max_cases))):
        part = draw(st.sampled_from(CasePart))
        versions = draw(st.lists(case_states(part), min_size=1, max_size=4))
        states += [
            # Decision and compliance of one case share a reference, and nothing else.
            replace(state, reference=CaseReference(f"1900{number // 2}"), version=Version(version))
            for version, state in enumerate(versions, 1)
        ]
    # Two lists of versions may have fallen on one part of one case: one version has one content.
    unique = _naming_their_past({(state.key, state.version): state for state in states}.values())
    arrivals = draw(st.lists(st.sampled_from(unique), max_size=3 * len(unique)))
    complete = draw(st.booleans())
    return History(tuple(draw(st.permutations([*arrivals, *(unique if complete else [])]))))


def _naming_their_past(states: Iterable[CaseState]) -> list[CaseState]:
    """Let every state name the authorities of the earlier versions of its case, as it has to."""
    named: dict[CaseKey, dict[AuthorityCode, None]] = {}
    found = []
    for state in sorted(states, key=lambda each: each.version):
        past = named.setdefault(state.key, {})
        found.append(replace(state, previous_authorities=tuple(past)))
        past[state.authority] = None
    return found
