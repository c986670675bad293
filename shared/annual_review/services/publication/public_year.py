"""What of a year the public may read: the one place that decides it.

Everything on a page or in a data file is made from a `PublicYear`. It has no field for recipients,
notes, case lists or what was decided without an investigation, so none of it can be printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import (
    CasePart,
    CaseReference,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
)
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.letters import LetterState
from annual_review.domain.publication.disclosure import (
    OutcomesBySubject,
    PublicCounts,
    disclosed,
)
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistics
from annual_review.domain.tallies import Tally, subject_measure
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import FrozenAuthority, Reissue

_SUBJECTS: Final = {subject_measure(each): each for each in Subject}
_WENT_OUT: Final = frozenset({LetterState.ACCEPTED, LetterState.DELIVERED})


@dataclass(frozen=True, slots=True)
class PublicDecision:
    """A detailed investigation: nothing is said of cases that were not investigated."""

    reference: CaseReference
    decided_on: date
    subject: Subject | None
    is_upheld: bool
    service_improvements: tuple[str, ...] = ()
    public_report: str | None = None


@dataclass(frozen=True, slots=True)
class PublicCompliance:
    """What became of the recommendations in one case."""

    reference: CaseReference
    recorded_on: date
    outcome: ComplianceOutcome


@dataclass(frozen=True, slots=True)
class PublicLetter:
    """A letter in the two forms that are published."""

    pdf: bytes
    html: bytes


@dataclass(frozen=True, slots=True)
class PublicAuthority:
    """One authority in one year. `letter` is `None` where none may be shown.

    `outcomes` are the decisions by subject and outcome, without those that might tell who a person
    is. `correction` says what this revision corrects.
    """

    figures: AuthorityFigures
    revision: Revision
    subjects: Mapping[Subject, int]
    outcomes: PublicCounts
    decisions: tuple[PublicDecision, ...]
    compliance: tuple[PublicCompliance, ...]
    letter: PublicLetter | None
    correction: Reissue | None = None

    @property
    def authority(self) -> Authority:
        """Who it is, with the dates of its existence."""
        return self.figures.authority


@dataclass(frozen=True)
class PublicYear:
    """One year, as the public may read it. `published_on` is the day its edition names.

    `decision_address` is where a decision can be read, with `{reference}` for that of the case;
    empty where decisions are not published. A sample is marked as such on every page: its figures
    are invented. `awaited` are authorities of which nothing is public yet, because their challenge
    is open: they are named and no more. `counted_at` says of figures that are not frozen when they
    were counted: such a year is for the data team, and never published.
    """

    year: ReportingYear
    revision: Revision
    published_on: date
    authorities: tuple[PublicAuthority, ...]
    pools: Mapping[AuthorityType, Statistics]
    national: Tally
    is_sample: bool = False
    decision_address: str = ""
    awaited: tuple[Authority, ...] = ()
    counted_at: datetime | None = None

    @cached_property
    def by_code(self) -> Mapping[AuthorityCode, PublicAuthority]:
        """The authorities by their codes."""
        return {each.authority.code: each for each in self.authorities}

    @cached_property
    def by_type(self) -> Mapping[AuthorityType, Sequence[PublicAuthority]]:
        """The authorities by their types."""
        found: dict[AuthorityType, list[PublicAuthority]] = {}
        for each in self.authorities:
            found.setdefault(each.authority.type, []).append(each)
        return found


def public_authority(
    frozen: FrozenAuthority, register: Register, letter: PublicLetter | None
) -> PublicAuthority:
    """Take from a frozen record what may be public."""
    own = frozen.figures.authority
    if known := register.find(own.code):
        own = replace(
            own,
            in_being_from=known.in_being_from,
            in_being_to=known.in_being_to,
            successors=known.successors,
            former_codes=tuple(each for each in known.former_codes if own.code == known.code),
        )
    tally = frozen.figures.tally
    return PublicAuthority(
        figures=replace(frozen.figures, authority=own),
        revision=frozen.revision,
        subjects={each: tally[subject_measure(each)] for each in Subject},
        outcomes=disclosed(_by_subject(frozen.cases)),
        decisions=tuple(_decisions(frozen.cases)),
        compliance=tuple(_compliance(frozen.cases)),
        letter=letter,
        correction=frozen.reissue,
    )


def may_be_shown(state: LetterState, unreviewed: int) -> bool:
    """Whether a letter may be published: it went out, and a person has read all that it says.

    `unreviewed` counts its paragraphs, made from findings and notes, that nobody has decided about.
    """
    return state in _WENT_OUT and not unreviewed


def _by_subject(cases: Iterable[CountedCase]) -> OutcomesBySubject:
    counts: dict[Subject, Counter[DecisionOutcome]] = {}
    for case in cases:
        subject = _subject(case)
        if case.part is CasePart.DECISION and subject:
            counts.setdefault(subject, Counter())[_outcome(case)] += 1
    return counts


def _decisions(cases: Iterable[CountedCase]) -> Iterable[PublicDecision]:
    for case in cases:
        if case.part is CasePart.DECISION and (outcome := _outcome(case)).is_investigation:
            yield PublicDecision(
                case.reference,
                case.counted_on,
                _subject(case),
                outcome is DecisionOutcome.UPHELD,
                case.service_improvements,
                case.public_report,
            )


def _compliance(cases: Iterable[CountedCase]) -> Iterable[PublicCompliance]:
    for case in cases:
        if case.part is CasePart.COMPLIANCE:
            outcome = next(each for each in ComplianceOutcome if each.value in case.measures)
            yield PublicCompliance(case.reference, case.counted_on, outcome)


def _outcome(case: CountedCase) -> DecisionOutcome:
    return next(each for each in DecisionOutcome if each.value in case.measures)


def _subject(case: CountedCase) -> Subject | None:
    return next((_SUBJECTS[each] for each in case.measures if each in _SUBJECTS), None)
