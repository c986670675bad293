"""The phases of a year, what each means, and which facts prove it.

A year stands where its slowest letter stands. The letter that counts for an authority is the last
dispatch of its last revision; a letter that is held on purpose keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityCode, first_named
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import FIRST_REVISION, Revision


class YearPhase(StrEnum):
    """How far a year has come. A year goes through all of them, in this order, and never back."""

    OPEN = "open"
    CLOSED = "closed"
    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"
    COMPLETE = "complete"
    PUBLISHED = "published"

    @property
    def next(self) -> YearPhase | None:
        """The phase that follows; `None` after the last."""
        following = _ORDER.index(self) + 1
        return _ORDER[following] if following < len(_ORDER) else None

    def reaches(self, other: YearPhase) -> bool:
        """Whether this phase is the other one, or a later one."""
        return _ORDER.index(self) >= _ORDER.index(other)


_ORDER: Final = tuple(YearPhase)
_P = YearPhase
_S = LetterState

MEANING: Final[Mapping[YearPhase, str]] = MappingProxyType(
    {
        _P.OPEN: "decisions are counted; nothing is frozen",
        _P.CLOSED: "the figures are frozen, and a letter is planned for every authority in them",
        _P.PREPARED: "every letter is rendered and can be read",
        _P.APPROVED: "every letter is approved or held",
        _P.RELEASED: "every letter was claimed for sending or is held",
        _P.COMPLETE: "every authority of the frozen figures has one letter, and it came to an end",
        _P.PUBLISHED: "figures and letters are public",
    }
)
"""What is true of a year in each phase."""

LAST_PROVEN_BY_LETTERS: Final = YearPhase.COMPLETE
"""The letters can prove no later phase: publishing a year is an act of its own."""

ENDS: Final = frozenset({_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.REJECTED, _S.FAILED, _S.HELD})
"""The states in which nothing more happens to a letter by itself.

A hold is an end because it states its reason. One of `REFUSED` is none before a person has said
that it was dealt with otherwise.
"""

REFUSED: Final = frozenset({_S.FAILED, _S.REJECTED})
"""The states of a letter that the mail service refused, or did not pass on: nobody received it."""

SENT_WITHOUT_END: Final = frozenset({_S.CLAIMED, _S.ACCEPTED, _S.UNKNOWN})
"""The states of a letter that was sent, or may have been, and of which the end is not known."""

_REACHED: Final[Mapping[LetterState, YearPhase]] = MappingProxyType(
    {
        _S.PLANNED: _P.CLOSED,
        _S.PREPARED: _P.PREPARED,
        _S.APPROVED: _P.APPROVED,
        **dict.fromkeys(SENT_WITHOUT_END, _P.RELEASED),
        **dict.fromkeys(ENDS, _P.COMPLETE),
    }
)


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What counts of one letter: its state, its revision, and what came of it.

    `is_attempted`: it was claimed at some time. `is_dealt_with`: it did not arrive, and a person
    has said how that was dealt with.
    """

    state: LetterState
    is_attempted: bool = False
    is_dealt_with: bool = False
    revision: Revision = FIRST_REVISION

    @property
    def reached(self) -> YearPhase:
        """The phase to which this letter alone would let its year go."""
        if self.state is LetterState.FAILED and not self.is_attempted:
            return YearPhase.CLOSED
        if self.state in REFUSED and not self.is_dealt_with:
            return YearPhase.RELEASED
        return _REACHED[self.state]


@dataclass(frozen=True, slots=True)
class YearFacts:
    """The authorities of the frozen figures, and the letter that counts for each authority.

    `authorities` names for each the latest revision that planned a letter for it: no letter of an
    earlier one counts any more. A year that is not closed has neither. `names` are those of the
    authorities, for the reasons.
    """

    is_closed: bool = False
    authorities: Mapping[AuthorityCode, Revision] = field(default_factory=dict)
    letters: Mapping[AuthorityCode, LetterFacts] = field(default_factory=dict)
    names: Mapping[AuthorityCode, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[AuthorityCode, ...]:
        """The authorities of the figures for which there is no letter of their revision."""
        return tuple(
            sorted(
                code
                for code, revision in self.authorities.items()
                if code not in self.letters or self.letters[code].revision < revision
            )
        )

    @property
    def too_many(self) -> tuple[AuthorityCode, ...]:
        """The authorities that have a letter and are not in the figures."""
        return tuple(sorted(self.letters.keys() - self.authorities.keys()))

    @property
    def adds_up(self) -> bool:
        """Whether there is one letter for each authority of the frozen figures, and no other."""
        return not self.missing and not self.too_many


@dataclass(frozen=True, slots=True)
class ProvenPhase:
    """The phase that the facts prove, and every reason why they do not prove the next one.

    `behind` lists the authorities whose letters keep the year back, by the state they are in.
    """

    phase: YearPhase
    reasons: tuple[str, ...] = ()
    behind: Mapping[LetterState, tuple[AuthorityCode, ...]] = field(default_factory=dict)


def proven_phase(facts: YearFacts) -> ProvenPhase:
    """Judge how far a year has come. It can be no further than `LAST_PROVEN_BY_LETTERS`."""
    if not facts.is_closed:
        return ProvenPhase(YearPhase.OPEN, ("the figures are not frozen",))
    reached = [YearPhase.CLOSED] if facts.missing else []
    reached += [YearPhase.RELEASED] if facts.too_many else []
    reached += [letter.reached for letter in facts.letters.values()]
    phase = min(reached, key=_ORDER.index, default=YearPhase.CLOSED)
    if phase.reaches(LAST_PROVEN_BY_LETTERS):
        return ProvenPhase(phase)
    behind: dict[LetterState, tuple[AuthorityCode, ...]] = {}
    for code, letter in sorted(facts.letters.items()):
        if letter.reached is phase:
            behind[letter.state] = (*behind.get(letter.state, ()), code)
    return ProvenPhase(phase, (*_not_adding_up(facts), *_kept_back(behind, facts.names)), behind)


def _not_adding_up(facts: YearFacts) -> list[str]:
    reasons = []
    if facts.missing:
        reasons.append(f"no letter is planned for {first_named(facts.missing, facts.names)}")
    if facts.too_many:
        too_many = first_named(facts.too_many, facts.names)
        reasons.append(f"there is a letter and no frozen figures for {too_many}")
    return reasons


def _kept_back(
    behind: Mapping[LetterState, tuple[AuthorityCode, ...]], names: Mapping[AuthorityCode, str]
) -> list[str]:
    return [
        f"{len(codes)} {'letter is' if len(codes) == 1 else 'letters are'} {state.value}:"
        f" {first_named(codes, names)}"
        for state, codes in behind.items()
    ]
