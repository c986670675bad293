"""The year at the desk: how it stands, and the room in which the next step is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annual_review.adapters.stack import Stack
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import UnavailableError
from tests.builders import OTHER_DISTRICT, ROCHFORD
from tests.fakes.deployment import FakeDeployment
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import World, a_closed_year

STANDING = "/2020/standing"


def test_a_closed_year_says_what_to_do_and_where(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    page = ann.read(STANDING)
    assert "closed" in page
    assert "of 2: as many as authorities" in page
    assert "Dead letters none" in page
    assert 'href="/2020/letters?state=planned"' in ann.open(STANDING).text


def test_a_command_that_a_room_does_leads_to_the_room(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    hold = ann.send("/2020/letters/hold", authority=ROCHFORD, reason="doubts")
    ann.confirm(hold)
    page = ann.open(STANDING).text
    assert f'href="/2020/letters/{ROCHFORD}">Letters</a>' in page
    assert f"annual-review unhold 2020 {ROCHFORD}" in page


def test_advice_about_another_year_leads_to_that_year(world: World, ann: Person) -> None:
    a_closed_year(world, ROCHFORD)
    ann.desk.year = ReportingYear(2019)
    ann.confirm(ann.send("/2020/letters/hold", authority=ROCHFORD, reason="doubts"))
    assert f'href="/2020/letters/{ROCHFORD}">Letters</a>' in ann.open(STANDING).text


def test_what_aws_does_not_answer_is_told_in_the_place_of_the_part(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(_stack: object) -> object:
        raise UnavailableError("no answer")

    monkeypatch.setattr(Stack, "dead_letter_counts", no_answer)
    part = ann.client.get(STANDING, headers={"hx-request": "true"})
    assert "no answer (UnavailableError)" in words_of(part)
    assert "<nav" not in part.text


def test_a_raised_alarm_is_told_with_what_to_do(
    sit_down: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = sit_down("Ann")
    assert "Alarms: no alarm is raised" in ann.read("/2020/alarms")
    raised = FakeDeployment(raised=("test: Letters came back.",))
    monkeypatch.setattr(Stack, "state", raised)
    page = ann.read("/2020/alarms")
    assert "Alarms: test: Letters came back. Do what the runbook says" in page
