"""Cases: what was decided, what became of the recommendations, and which version of it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final, NewType, TypeVar

from annual_review.domain.authorities import Authority, AuthorityCode

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
class Reset:
    """A person's act that brought a case to what casework says, whatever version stood before.

    Attributes:
        at: When it was done.
        by: Who did it.
        reason: Why.
        horizon: What casework had recorded by then was known when the case was reset.
        replaced: The version that stood before; `None` where there was none.
    """

    at: datetime
    by: str
    reason: str
    horizon: datetime
    replaced: Version | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole state of a decided case.

    `recorded_at` says when casework wrote the state down; two copies of one version may differ in
    it and are the same state all the same. So they may in what says how the state came to stand:

    - `previous_authorities`: under which other authorities the case stood at earlier versions;
    - `confirmed`: the record of who confirmed the state, which had been implausible;
    - `resets`: how often, and by whom, the case was reset up to this state.
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
    previous_authorities: tuple[AuthorityCode, ...] = field(default=(), compare=False)
    confirmed: str | None = field(default=None, compare=False)
    resets: tuple[Reset, ...] = field(default=(), compare=False)

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
    previous_authorities: tuple[AuthorityCode, ...] = field(default=(), compare=False)
    confirmed: str | None = field(default=None, compare=False)
    resets: tuple[Reset, ...] = field(default=(), compare=False)

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
    previous_authorities: tuple[AuthorityCode, ...] = field(default=(), compare=False)
    confirmed: str | None = field(default=None, compare=False)
    resets: tuple[Reset, ...] = field(default=(), compare=False)

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


PresentCodes = Mapping[AuthorityCode, AuthorityCode]
"""What codes of authorities are today; one that is not in it stays as it is."""

UNCHANGED: Final[PresentCodes] = MappingProxyType({})
"""No authority had another code before."""


def present_codes(
    find: Callable[[AuthorityCode], Authority | None], codes: Iterable[AuthorityCode]
) -> PresentCodes:
    """Return what some codes of authorities are today, as far as the register knows them.

    `find` returns the authority that has a code, or had it; whatever it raises passes through.
    """
    found = {code: find(code) for code in dict.fromkeys(codes)}
    return {code: authority.code for code, authority in found.items() if authority}


class VersionComparison(Enum):
    """How an arriving state stands to the one that is known (rule 7)."""

    SUPERSEDES = auto()
    DUPLICATE = auto()
    STALE = auto()
    CONTRADICTS = auto()


def compare_versions(
    arriving: CaseState, known: CaseState | None, present: PresentCodes = UNCHANGED
) -> VersionComparison:
    """Say what an arriving state does to the known state of the same case (rule 7).

    A higher version supersedes, a lower one is stale, the same state again is a duplicate, under
    whichever code of its authority. The same version with another content is none of these: only a
    person can say which of the two is true, so it contradicts.

    Resets come before versions: what casework had recorded before the case was reset is stale.
    """
    if known is None:
        return VersionComparison.SUPERSEDES
    if arriving.version == known.version and _is_same_state(arriving, known, present):
        return VersionComparison.DUPLICATE
    if arriving.version < known.version or _was_reset_since(arriving, known):
        return VersionComparison.STALE
    if arriving.version > known.version:
        return VersionComparison.SUPERSEDES
    return VersionComparison.CONTRADICTS


def _is_same_state(one: CaseState, other: CaseState, present: PresentCodes) -> bool:
    if not is_same_authority(one.authority, other.authority, present):
        return False
    if one.authority == other.authority:
        return one == other
    return replace(one, authority=other.authority) == other


def _was_reset_since(arriving: CaseState, known: CaseState) -> bool:
    return bool(known.resets) and arriving.recorded_at <= known.resets[-1].horizon


def is_same_authority(one: AuthorityCode, other: AuthorityCode, present: PresentCodes) -> bool:
    """Whether two codes are those of one authority, which may have had another before (rule 6)."""
    return present.get(one, one) == present.get(other, other)


FURTHEST_JUMP: Final = 1000
"""How far above the known version the next may lie; a year or a time stamp lies further."""


class Implausible(StrEnum):
    """Why a state waits until a person has confirmed it."""

    VERSION = "implausible_version"
    AUTHORITY = "authority_changed"


def implausibility(
    arriving: CaseState, known: CaseState | None, present: PresentCodes = UNCHANGED
) -> Implausible | None:
    """Say what is implausible about a state, beside the one that is known or at the beginning.

    - Its version lies too far above. Taken as it is, it would make every honest correction stale.
    - Of it and the known state, the higher version names another authority than the lower one and
      does not say that the case was there before.

    Nothing is about a state that a person has confirmed, or that was recorded before a reset.
    """
    if arriving.confirmed or (known and _was_reset_since(arriving, known)):
        return None
    if arriving.version > FURTHEST_JUMP + (known.version if known else 0):
        return Implausible.VERSION
    if known is None or arriving.version == known.version:
        return None
    earlier, later = sorted((arriving, known), key=lambda each: each.version)
    return Implausible.AUTHORITY if _leaves_unnamed(later, earlier, present) else None


def _leaves_unnamed(later: CaseState, earlier: CaseState, present: PresentCodes) -> bool:
    return not any(
        is_same_authority(earlier.authority, code, present)
        for code in (later.authority, *later.previous_authorities)
    )


_State = TypeVar("_State", bound=CaseState)


def in_place_of(state: _State, known: CaseState | None) -> _State:
    """Return a state as it stands in place of another: it keeps what is known of the case's past.

    So whoever comes late with a version from before finds its authority named.
    """
    if known is None:
        return state
    past = (*state.previous_authorities, known.authority, *known.previous_authorities)
    others = tuple(dict.fromkeys(code for code in past if code != state.authority))
    return replace(state, previous_authorities=others, resets=known.resets)
