from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import SqsLetterQueue
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.adapters.dynamodb.case_items import case_item
from annual_review.adapters.invocation.schedules import WrongInputError
from annual_review.adapters.invocation.settings.base import SettingsError
from annual_review.domain.letters import LetterState
from annual_review.services.errors import MalformedItemError, UnavailableError
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.year_end.close_year import YearNotClosedError
from functions.close_year import handler
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_message,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.integration.conftest import Said
from tests.integration.faults import Fault, FaultyClient, a_time_out, after, before
from tests.integration.world import FakeContext, World

CODES = (ROCHFORD, OTHER_DISTRICT)


@pytest.fixture
def year(deployed: World) -> World:
    """A year in which one decision was recorded, and nothing is in the way of closing it."""
    deployed.knows(a_register(*CODES), recipients(*CODES))
    deployed.cases.commit(CaseChange((CaseWrite(an_upheld_decision(), None),)))
    return deployed


def close(**event: object) -> dict[str, Any]:
    return handler.lambda_handler(event or {"year": 2020}, FakeContext())


def test_a_year_is_closed_and_every_authority_gets_a_letter(year: World, said: Said) -> None:
    done = close()

    latest = year.closes.latest(YEAR)
    assert latest is not None
    assert done == {
        "year": 2020,
        "revision": 1,
        "figures_sha256": latest.figures_sha256,
        "letters": 2,
        "was_closed": False,
        "unfitting": (),
    }
    assert {letter.id.authority for letter in year.letters.of_year(YEAR)} == set(CODES)
    assert {each["authority"] for each in year.requests("prepare")} == set(CODES)
    (line,) = said.lines("year_closed")
    assert line["figures_sha256"] == latest.figures_sha256


def test_a_year_with_an_item_that_was_spoiled_by_hand_stays_open_and_names_it(year: World) -> None:
    item = case_item(an_upheld_decision())
    del item["outcome"]
    year.holds(item)

    with pytest.raises(MalformedItemError, match=r"CASE#\d+ DECISION is malformed: outcome"):
        close()

    assert year.closes.latest(YEAR) is None


def test_the_frozen_figures_lie_in_the_bucket(year: World) -> None:
    close()

    folder = (year.closes.latest(YEAR) or pytest.fail("not closed")).folder
    assert set(year.kept()) == {
        f"{folder}/figures.json",
        f"{folder}/figures.csv",
        *(f"{folder}/authorities/{code}.json" for code in CODES),
    }
    record = json.loads(year.documents.get(f"{folder}/figures.json"))
    assert record["national"]["tally"]["upheld"] == 1


def test_closing_again_freezes_nothing_and_asks_for_what_is_not_prepared(year: World) -> None:
    first = close()
    year.take("prepare")

    second = close()

    assert second == first | {"was_closed": True}
    assert len(year.requests("prepare")) == 2


@pytest.mark.parametrize(
    "fault", [before(a_time_out()), after(a_time_out())], ids=["before", "after"]
)
def test_a_close_that_broke_off_is_finished_by_the_next(
    year: World, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    queue: Any = FaultyClient(aws_clients.sqs(), send_message_batch=[fault])
    wired = replace(handler.service(), prepare=SqsLetterQueue(queue, year.urls["prepare"]))
    monkeypatch.setattr(handler, "service", lambda: wired)
    with pytest.raises(UnavailableError):
        close()
    year.take("prepare")

    assert close()["was_closed"]

    assert {each["authority"] for each in year.requests("prepare")} == set(CODES)
    assert all(each.state is LetterState.PLANNED for each in year.letters.of_year(YEAR))


def test_every_reason_not_to_close_is_logged_and_raised(year: World, said: Said) -> None:
    year.knows(a_register(*CODES, "E06000001"), {})
    tally_of_rochford = {
        "pk": {"S": f"AUTHORITY#{ROCHFORD}"},
        "sk": {"S": "TALLY#2020"},
        "upheld": {"N": "7"},
    }
    year.holds(tally_of_rochford)
    SqsDeadLetters(aws_clients.sqs(), year.urls["decisions-dead"]).put(a_message("{}"), "not_json")
    aws_clients.sqs().send_message(QueueUrl=year.urls["decisions"], MessageBody="{}")

    with pytest.raises(YearNotClosedError) as caught:
        close()

    told = " ".join(caught.value.reasons)
    for part in (
        "dead-letter queue",
        "wait to be recorded",
        ROCHFORD,
        "no recipient",
        "E06000001",
    ):
        assert part in told
    (line,) = said.lines("failed")
    assert all(reason in line["why"] for reason in caught.value.reasons)
    assert year.closes.latest(YEAR) is None
    assert year.requests("prepare") == []


def test_the_schedule_means_the_year_that_ended_last(year: World) -> None:
    done = close(scheduled_at="2020-04-15T05:00:00Z")

    assert done["year"] == 2020
    assert year.closes.latest(YEAR)


def test_a_year_without_an_edition_cannot_be_closed_yet(year: World, said: Said) -> None:
    with pytest.raises(YearNotClosedError):
        close(year=2019)

    (line,) = said.lines("failed")
    assert "the deployment has no edition of 2019" in line["why"]
    assert list(year.kept()) == []


def test_an_input_that_names_no_year_is_refused(year: World) -> None:
    with pytest.raises(WrongInputError):
        close(scheduled_at="<aws.scheduler.scheduled-time>")
    assert list(year.kept()) == []


def test_a_function_without_its_settings_refuses_to_start(
    deployed: World, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREPARE_QUEUE_URL")

    with pytest.raises(SettingsError, match="PREPARE_QUEUE_URL"):
        close()

    assert said.lines("failed")
    assert deployed.urls
