"""Paragraphs are proposed as letters are prepared: once, and never unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import PortError
from annual_review.services.letters.prepare_letter import Preparation
from tests.builders import (
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    an_upheld_decision,
)
from tests.fakes.faults import BREAKING_OFF, Fault, Faults, ProcessDiedError
from tests.fakes.patience import endless
from tests.unit.services.letters.own_paragraphs import (
    ASKED,
    LATE,
    NOTE,
    OURS,
    a_closed_world,
    load,
    prepare_queued,
    printed,
    unreviewed,
)
from tests.worlds import AFTER_THE_YEAR, World


def test_a_letter_prints_what_its_frozen_figures_say() -> None:
    outcomes = ComplianceOutcome.LATE, ComplianceOutcome.LATE, ComplianceOutcome.NOT_COMPLIED
    world = a_closed_world(*outcomes)

    world.prepare()

    assert printed(world) == (
        f"found: {ROCHFORD} in 2020: late_remedies, 2 cases, year 1; 19-0 19-1",
        f"found: {ROCHFORD} in 2020: not_complied, 1 cases, year 1; 19-2",
    )


def test_a_letter_remembers_the_years_that_were_frozen_before() -> None:
    world = World()
    for year in (2019, 2020):
        day = ReportingYear(year).first_day
        late = ComplianceOutcome.LATE
        world.record(a_compliance_outcome(f"{year}", recorded_on=day, outcome=late))
        world.record(an_upheld_decision(f"D{year}", decided_on=day))
        at = AFTER_THE_YEAR.replace(year=year)
        world.close_year().close(ReportingYear(year), at, endless())

    world.prepare()

    assert len(printed(world)) == 2
    assert "late_remedies_again, 1 cases, year 2; 2020" in printed(world)[1]


def test_a_letter_with_nothing_to_say_keeps_no_paragraphs() -> None:
    world = a_closed_world(ComplianceOutcome.ON_TIME)

    world.prepare()

    assert printed(world) == ()
    assert world.paragraphs.of_year(YEAR) == ()


def test_preparing_again_proposes_nothing_again() -> None:
    world = a_closed_world()
    world.prepare()
    before = world.paragraphs.of_year(YEAR)

    assert world.prepare(at=AFTER_THE_YEAR + timedelta(days=1)) is Preparation.UNCHANGED
    assert world.paragraphs.of_year(YEAR) == before


def test_without_approvals_nothing_is_printed_that_nobody_has_seen() -> None:
    world = a_closed_world()
    service = world.prepare_letter(approval_required=False)
    service.prepare(a_letter_id(), AFTER_THE_YEAR)
    assert printed(world) == ()

    world.review_paragraphs().keep(ASKED, [LATE])
    service.prepare(a_letter_id(), AFTER_THE_YEAR)

    assert len(printed(world)) == 1


def test_a_letter_waits_for_its_review_and_then_for_being_prepared_with_it() -> None:
    world = a_closed_world()
    world.prepare()
    assert unreviewed(world) == {OURS}

    world.review_paragraphs().edit(ASKED, LATE, "It was late once.")
    assert (unreviewed(world), world.state_of()) == (frozenset(), LetterState.PLANNED)

    assert prepare_queued(world) == [Preparation.PREPARED]
    assert printed(world) == ("It was late once.",)
    assert world.state_of() is LetterState.PREPARED


def calls_of_preparing() -> int:
    faults = Faults()
    a_closed_world().under(faults).prepare()
    return len(faults.calls)


@pytest.mark.parametrize("outcome", [ComplianceOutcome.LATE, ComplianceOutcome.ON_TIME])
@pytest.mark.parametrize("call", range(calls_of_preparing()))
@pytest.mark.parametrize("is_last", [False, True])
def test_a_change_at_any_moment_of_preparing_is_in_the_letter(
    call: int, outcome: ComplianceOutcome, *, is_last: bool
) -> None:
    """Who prepares the letter because of the change may be done before this one, or after."""
    world = a_closed_world(outcome)
    world.prepare()
    world.renderer.wording = "second wording"

    def somebody_adds() -> None:
        if len(faults.calls) == call:
            world.review_paragraphs().add(ASKED, Family.EARLIER_YEARS, "My words.")
            if not is_last:
                prepare_queued(world)

    faults = Faults(before_each=somebody_adds)
    world.under(faults).prepare()
    prepare_queued(world)

    (kept,) = world.paragraphs.of_year(YEAR)
    assert "My words." in printed(world)
    assert printed(world) == kept.texts(with_unreviewed=True)
    assert world.state_of() is LetterState.PREPARED


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize("call", range(calls_of_preparing()))
def test_breaking_off_anywhere_and_preparing_again_proposes_once(fault: Fault, call: int) -> None:
    world = a_closed_world()
    load(world, NOTE)
    expected = a_closed_world()
    load(expected, NOTE)
    expected.prepare()

    try:
        world.under(Faults({call: fault})).prepare()
    except (ProcessDiedError, PortError):
        world.prepare()

    assert printed(world) == printed(expected)
    (kept,) = world.paragraphs.of_year(YEAR)
    assert [len(each.history) for each in kept.paragraphs] == [1, 1]
