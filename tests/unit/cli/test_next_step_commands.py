"""What people are told to type can be typed: every command there is, with every option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from annual_review.domain.figures import figures_of_year
from annual_review.domain.letters import LetterState
from annual_review.domain.publication.history import PublicationState, PublicationStep
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.letters.own_performance import paragraphs_key
from annual_review.services.year_end.next_steps import next_steps, not_looked_at, since_the_freeze
from annual_review.services.year_end.year_phases import YearRead
from annual_review.services.year_end.year_snapshot import YearSnapshot
from annual_review.wiring.advice import typed
from tests.advice import words_of
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_register, a_tally
from tests.unit.cli.typing_commands import type_in
from tests.year_snapshots import DAYS_LATER, IN_MAY, a_snapshot, letters, on

QUEUES = {"decisions": 1, "prepare": 1, "send": 1, "delivery": 1, "schedules": 1}


def snapshots() -> Iterator[YearSnapshot]:
    """Go through one moment of every kind."""
    earlier = ReportingYear(YEAR.ends - 1)
    before = YearSnapshot(YearRead(YEAR), on(date(2020, 4, 1)), nearest_edition=earlier)
    yield replace(before, dead_letters=QUEUES)
    for state in LetterState:
        for at in (IN_MAY, DAYS_LATER):
            snapshot = a_snapshot(*letters(state, state, why="for a test"), at=at)
            unreviewed = {paragraphs_key(each.id) for each in snapshot.letters}
            yield replace(snapshot, unreviewed=unreviewed, dead_letters=QUEUES)
            yield replace(snapshot, approval_required=False, only=ROCHFORD)
    complete = a_snapshot(*letters(LetterState.DELIVERED, LetterState.DELIVERED), at=DAYS_LATER)
    yield replace(complete, challenged=(ROCHFORD,))
    for reached in PublicationState:
        step = PublicationStep(NOON, reached, PublicationName("a" * 64), YEAR, "a.person")
        for at in (DAYS_LATER, on(date(2020, 7, 29))):
            yield replace(complete, publication=step, at=at)
    today = figures_of_year(YEAR, a_register(ROCHFORD), {TallyKey(ROCHFORD, YEAR): a_tally(late=1)})
    yield replace(complete, today=today)
    yield replace(before, today=today)
    yield replace(complete, read=replace(complete.read, names={ROCHFORD: "A"}))
    unknown = letters(LetterState.UNKNOWN, LetterState.FAILED, at=DAYS_LATER - timedelta(hours=3))
    yield a_snapshot(*unknown, at=DAYS_LATER)
    assert OTHER_DISTRICT in complete.read.names


def commands() -> list[str]:
    """Every command of our own that anybody is told, each once."""
    steps = [
        step
        for snapshot in snapshots()
        for step in (*next_steps(snapshot), since_the_freeze(snapshot), not_looked_at(snapshot))
        if step
    ]
    return sorted({each for step in steps for each in words_of(step)})


@pytest.mark.usefixtures("where_a_review_lies")
@pytest.mark.parametrize("command", commands())
def test_a_command_that_is_told_can_be_typed(command: str) -> None:
    taken = type_in(typed(command, "rehearsal"))

    assert taken.get("stack", "rehearsal") == "rehearsal"


def test_commands_of_every_kind_are_tried() -> None:
    assert {each.split()[0] for each in commands()} >= {
        "approve",
        "challenge",
        "dead-letters",
        "edition",
        "figures",
        "hold",
        "paragraphs",
        "prepare",
        "publish",
        "reissue",
        "release",
        "report",
        "resend",
        "review",
        "settle",
        "site",
        "status",
        "unhold",
    }
