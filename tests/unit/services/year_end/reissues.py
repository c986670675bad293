"""Worlds in which a letter is re-issued: what the tests of re-issues begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final, TypedDict, Unpack

import pytest

from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.letters import LetterState
from annual_review.services.year_end.propose_reissue import NotReissuedError, Order, ReissueProposal
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
)
from tests.fakes.patience import endless
from tests.worlds import World

CODES = (ROCHFORD, OTHER_DISTRICT)
SEPTEMBER = datetime(2020, 9, 1, 10, tzinfo=UTC)
REASON = "A decision was recorded for another authority."
SECOND = a_letter_id(revision=2)
REGISTER: Final = a_register(*CODES, an_authority(COUNTY, type_=AuthorityType.COUNTY))


def a_closed_world(register: Register = REGISTER, cases: InMemoryCaseStore | None = None) -> World:
    """Rochford has two upheld decisions, the other district one; the letters are planned."""
    world = World(register=register, cases=cases or InMemoryCaseStore())
    world.record(an_upheld_decision("1"), an_upheld_decision("2"), a_compliance_outcome("1"))
    world.record(an_upheld_decision("3", authority=OTHER_DISTRICT))
    world.close()
    return world


def corrected(world: World) -> World:
    """One of Rochford's decisions turns out to have been a mistake."""
    world.record(a_withdrawal("2"))
    return world


def sent(world: World, state: LetterState = LetterState.DELIVERED, revision: int = 1) -> World:
    """Rochford's letter has gone out, and ended in some state."""
    world.letters._letters[a_letter_id(revision=revision)] = replace(
        world.letters.get(a_letter_id(revision=revision)), state=state
    )
    return world


class Asked(TypedDict, total=False):
    """What a test asks for, where it isn't about Rochford's letter and any reason."""

    authority: AuthorityCode
    reason: str
    dated: date
    same_figures: bool


def propose(world: World, at: datetime = SEPTEMBER, **asked: Unpack[Asked]) -> ReissueProposal:
    order = replace(Order(YEAR, ROCHFORD, REASON), **asked)
    return world.propose_reissue().propose(order, at.date(), endless())


def reissue(world: World, **asked: Unpack[Asked]) -> ReissueProposal:
    proposal = propose(world, **asked)
    world.reissue_letter().reissue(proposal, "a data analyst", SEPTEMBER)
    return proposal


def documents_of(world: World) -> Mapping[str, bytes]:
    return dict(world.documents._contents)


def why_not(world: World, **asked: Unpack[Asked]) -> str:
    before = documents_of(world), world.letters.of_year(YEAR)
    with pytest.raises(NotReissuedError) as refusal:
        reissue(world, **asked)
    assert (documents_of(world), world.letters.of_year(YEAR)) == before
    assert world.closes.latest(YEAR) == world.closes.of_year(YEAR)[0]
    return str(refusal.value)
