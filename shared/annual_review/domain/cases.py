"""Cases: what was decided, what became of the recommendations, and which version of it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import Final, NewType

from annual_review.domain.authorities import AuthorityCode

CaseReference = NewType("CaseReference", str)
"""The casework system's name for a case: `19012345`."""


def canonical_reference(written: str) -> CaseReference:
    """Return the one form of a reference: `abC1 ` and `ABC1` are the same case."""
    return CaseReference(" ".join(written.split()).upper())


Version = NewType("Version", int)
"""Counts the states of one case from 1; the highest one stands."""


class DecisionOutcome(StrEnum):
    """How a case ended. Only `upheld` and `not_upheld` are detailed investigations."""

    INVALID_OR_INCOMPLETE = "invalid_or_incomplete"
    ADVICE_GIVEN = "advice_given"
    REFERRED_BACK = "referred_back"
    CLOSED_AFTER_INITIAL_ENQUIRIES = "closed_after_initial_enquiries"
    NOT_UPHELD = "not_upheld"
    UPHELD = "upheld"

    @property
    def is_investigation(self) -> bool:
        """Whether the case was investigated in detail."""
        return self in {DecisionOutcome.UPHELD, DecisionOutcome.NOT_UPHELD}


class ComplianceOutcome(StrEnum):
    """Whether the authority did what was recommended. Late counts as complied."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_COMPLIED = "not_complied"


class Subject(StrEnum):
    """What a complaint is about."""

    ADULT_CARE_SERVICES = "Adult Care Services"
    BENEFITS_AND_TAX = "Benefits & Tax"
    CORPORATE_AND_OTHER_SERVICES = "Corporate & Other Services"
    EDUCATION_AND_CHILDRENS_SERVICES = "Education & Children's Services"
    ENVIRONMENTAL_SERVICES = "Environmental Services & Public Protection & Regulation"
    HIGHWAYS_AND_TRANSPORT = "Highways & Transport"
    HOUSING = "Housing"
    PLANNING_AND_DEVELOPMENT = "Planning & Development"
    OTHER = "Other"


class CasePart(StrEnum):
    """A case has two parts, each with versions of its own: its decision and its compliance."""

    DECISION = "DECISION"
    COMPLIANCE = "COMPLIANCE"


@dataclass(frozen=True, order=True, slots=True)
class CaseKey:
    """What one line of versions belongs to."""

    reference: CaseReference
    part: CasePart


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole state of a decided case.

    `recorded_at` says when casework wrote the state down; two copies of one version may differ in
    it and are the same state all the same.
    """

    reference: CaseReference
    version: Version
    authority: AuthorityCode
    decided_on: date
    outcome: DecisionOutcome
    satisfactory_remedy: bool
    subject: Subject
    recorded_at: datetime = field(compare=False)
    service_improvements: tuple[str, ...] = ()
    public_report: str | None = None

    def __post_init__(self) -> None:
        if self.satisfactory_remedy and self.outcome is not DecisionOutcome.UPHELD:
            message = "a satisfactory remedy belongs to an upheld decision only"
            raise ValueError(message)

    @property
    def key(self) -> CaseKey:
        """The line of versions this state belongs to."""
        return CaseKey(self.reference, CasePart.DECISION)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The state of a case whose decision was withdrawn: it counts nowhere (rule 7)."""

    reference: CaseReference
    version: Version
    authority: AuthorityCode
    withdrawn_on: date
    reason: str
    recorded_at: datetime = field(compare=False)

    @property
    def key(self) -> CaseKey:
        """The line of versions this state belongs to: that of the decision it withdraws."""
        return CaseKey(self.reference, CasePart.DECISION)


@dataclass(frozen=True, slots=True)
class Compliance:
    """The whole state of a case's compliance outcome."""

    reference: CaseReference
    version: Version
    authority: AuthorityCode
    recorded_on: date
    outcome: ComplianceOutcome
    recorded_at: datetime = field(compare=False)

    @property
    def key(self) -> CaseKey:
        """The line of versions this state belongs to."""
        return CaseKey(self.reference, CasePart.COMPLIANCE)


CaseState = Decision | Withdrawal | Compliance
"""What one event carries: the whole state of one part of a case at one version."""


def counting_day(state: CaseState) -> date | None:
    """Return the day that decides where a state counts (rule 1); `None` if it counts nowhere."""
    match state:
        case Decision():
            return state.decided_on
        case Compliance():
            return state.recorded_on
        case Withdrawal():
            return None


class VersionComparison(Enum):
    """How an arriving state stands to the one that is known (rule 7)."""

    SUPERSEDES = auto()
    DUPLICATE = auto()
    STALE = auto()
    CONTRADICTS = auto()


def compare_versions(arriving: CaseState, known: CaseState | None) -> VersionComparison:
    """Say what an arriving state does to the known state of the same case (rule 7).

    A higher version supersedes, a lower one is stale, the same state again is a duplicate. The same
    version with another content is none of these: only a person can say which of the two is true,
    so it contradicts.
    """
    if known is None or arriving.version > known.version:
        return VersionComparison.SUPERSEDES
    if arriving.version < known.version:
        return VersionComparison.STALE
    return VersionComparison.DUPLICATE if arriving == known else VersionComparison.CONTRADICTS


FURTHEST_JUMP: Final = 1000
"""How far above the known version the next may lie; a year or a time stamp lies further."""


def jumps_too_far(arriving: CaseState, known: CaseState | None) -> bool:
    """Whether a version is implausible, beside the one that is known or at the beginning.

    Taken as it is, it would make every honest correction after it stale.
    """
    return arriving.version > FURTHEST_JUMP + (known.version if known else 0)
