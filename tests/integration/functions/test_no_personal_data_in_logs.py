"""A sentinel stands wherever a name, an address or a text can stand; no log may hold it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from traceback import format_exception
from typing import Any

import pytest

from annual_review.adapters.aws.queues import letter_request
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.services.letters.letter import Move
from functions.close_year import handler as close_year
from functions.prepare_letter import handler as prepare_letter
from functions.publish_year import handler as publish_year
from functions.record_decisions import handler as record_decisions
from functions.release_letters import handler as release_letters
from functions.send_letter import handler as send_letter
from functions.track_delivery import handler as track_delivery
from functions.watch_letters import handler as watch_letters
from tests.builders import (
    NOON,
    ROCHFORD,
    YEAR,
    a_decision,
    a_letter_id,
    a_register,
    a_withdrawal,
    an_event,
)
from tests.fakes.rendering import PlainRenderer
from tests.integration.conftest import Said
from tests.integration.faults import FaultyClient, an_error, before
from tests.integration.mail_events import a_mail_event
from tests.integration.mail_server import Answer, mail_server, refusal
from tests.integration.world import Content, FakeContext, World, bodies

SENTINEL = "Sentinel"
TEXT = f"Mrs {SENTINEL}, 1 The Lane"
ADDRESS = f"mrs@{SENTINEL}.example"

TOLD = a_decision(DecisionOutcome.UPHELD, "19-1", service_improvements=(TEXT,), public_report=TEXT)
REQUEST = letter_request(a_letter_id())
QUOTING = before(an_error("ValidationException", message=TEXT))


@pytest.fixture
def year(deployed: World) -> World:
    """A deployment whose recipient is the sentinel."""
    recipient = Recipient(
        ROCHFORD, TEXT, TEXT, TEXT, EmailAddress(ADDRESS), (EmailAddress(ADDRESS),)
    )
    deployed.knows(a_register(ROCHFORD), {ROCHFORD: recipient})
    return deployed


@pytest.fixture(autouse=True)
def _never(said: Said, request: pytest.FixtureRequest) -> Any:  # noqa: ANN401 (a fixture)
    """After whatever a test did, nothing that was logged holds the sentinel."""
    yield
    text = said.text
    assert text, f"{request.node.name} logged nothing, and so shows nothing"
    assert SENTINEL.lower() not in text.lower()


def call(handler: Any, event: Any) -> Any:  # noqa: ANN401 (any function, any event)
    """Invoke a function; log what it raises, as Lambda does."""
    try:
        return handler.lambda_handler(event, FakeContext())
    except Exception as error:  # noqa: BLE001 (whatever it raises)
        sys.stdout.write("".join(format_exception(error)))
        return None


def close_and_prepare(world: World) -> None:
    call(record_decisions, bodies(TOLD))
    call(close_year, {"year": 2020})
    call(prepare_letter, world.batch("prepare"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TOLD, id="a decision"),
        pytest.param(a_withdrawal(version=1, reason=TEXT), id="a withdrawal"),
        pytest.param(TEXT, id="not JSON"),
        pytest.param(f'{{"source": "{TEXT}"', id="half JSON"),
        pytest.param({"source": TEXT, "detail-type": TEXT, "detail": TEXT}, id="envelope"),
        pytest.param(an_event(TOLD) | {"detail-type": TEXT}, id="type"),
        *(
            pytest.param(an_event(TOLD, **{field: TEXT}), id=field)
            for field in an_event(TOLD)["detail"]
        ),
        pytest.param(an_event(TOLD, **{TEXT: TEXT}), id="unknown field"),
        pytest.param(an_event(TOLD, public_report=f"\x00{TEXT}"), id="control characters"),
        pytest.param(an_event(TOLD, service_improvements=[{TEXT: TEXT}]), id="nested"),
    ],
)
def test_what_an_event_says_is_not_logged(year: World, content: Content) -> None:
    call(record_decisions, bodies(content))

    assert all(SENTINEL not in (each.reason or "") for each in year.dead_letters("decisions-dead"))


def test_a_contradicting_version_is_not_logged(year: World) -> None:
    call(record_decisions, bodies(replace(TOLD, public_report=None), TOLD))

    assert year.dead_letters("decisions-dead")


def test_errors_that_quote_what_was_sent_are_not_logged(
    year: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty: Any = FaultyClient(
        year.table.client, query=[QUOTING] * 9, get_item=[QUOTING] * 9, put_item=[QUOTING] * 9
    )
    monkeypatch.setattr("annual_review.adapters.aws.aws_clients.dynamodb", lambda: faulty)

    call(record_decisions, bodies(TOLD))
    call(close_year, {"year": 2020})
    call(prepare_letter, bodies(REQUEST))
    call(release_letters, {"year": 2020})
    call(send_letter, bodies(REQUEST))
    call(watch_letters, {"year": 2020})
    call(publish_year, {"year": 2020})


def test_bugs_that_quote_what_they_stumbled_over_are_not_logged(
    year: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise KeyError(TEXT)

    close_and_prepare(year)
    for name in (
        "case_table.case_state",
        "letter_table.letter_of",
        "letter_table.close_of",
        "publication_table.history_of",
    ):
        monkeypatch.setattr(f"annual_review.adapters.dynamodb.{name}", stumble)

    call(record_decisions, bodies(TOLD))
    call(close_year, {"year": 2020})
    call(prepare_letter, bodies(REQUEST))
    call(release_letters, {"year": 2020})
    call(send_letter, bodies(REQUEST))
    call(track_delivery, bodies(a_mail_event("Send")))
    call(watch_letters, {"year": 2020})
    call(publish_year, {"year": 2020})


def test_inputs_and_settings_are_not_logged(year: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call(close_year, {"year": TEXT})
    call(release_letters, {"scheduled_at": TEXT})
    monkeypatch.setenv("SAMPLE_NOTICE", TEXT)
    monkeypatch.setenv("APPROVAL_REQUIRED", TEXT)
    call(prepare_letter, bodies(REQUEST))
    call(send_letter, bodies(REQUEST))
    assert year.urls


def test_a_whole_year_is_not_logged(year: World) -> None:
    close_and_prepare(year)
    call(release_letters, {"year": 2020})
    call(send_letter, year.batch("send"))
    call(watch_letters, {"year": 2020})

    assert [each.state.value for each in year.letters.of_year(YEAR)] == ["accepted"]


def test_what_a_history_says_is_not_logged_by_the_watch(
    year: World, plain_letters: PlainRenderer
) -> None:
    assert not plain_letters.rendered
    close_and_prepare(year)
    for state in (LetterState.APPROVED, LetterState.CLAIMED):
        letter = year.letters.get(a_letter_id())
        year.letters.move(letter, Move(state, NOON, TEXT))

    assert call(watch_letters, {"year": 2020})["2020"]["letters_stuck"] == 1


@pytest.mark.parametrize(
    "answer",
    [refusal("MessageRejected", 400), refusal("X", 429), refusal("X", 500)],
    ids=["rejected", "busy", "failed"],
)
def test_what_the_mail_service_answers_is_not_logged(
    year: World, plain_letters: PlainRenderer, answer: Answer
) -> None:
    assert not plain_letters.rendered
    close_and_prepare(year)

    with mail_server(answer):
        call(send_letter, bodies(REQUEST))

    assert SENTINEL not in str(year.letters.get(a_letter_id()).history)


@pytest.mark.parametrize(
    ("name", "part", "particulars"),
    [
        ("Delivery", "delivery", {"smtpResponse": f"250 {ADDRESS}", "recipients": [ADDRESS]}),
        ("Bounce", "bounce", {"bounceType": TEXT, "bouncedRecipients": [{"status": ADDRESS}]}),
        ("Complaint", "complaint", {"complaintFeedbackType": ADDRESS}),
        ("DeliveryDelay", "deliveryDelay", {"delayType": ADDRESS, "timestamp": TEXT}),
        (TEXT, "bounce", {}),
    ],
    ids=["delivery", "bounce", "complaint", "delay", "unknown"],
)
def test_what_mail_servers_say_is_not_logged(
    year: World, plain_letters: PlainRenderer, name: str, part: str, particulars: dict[str, Any]
) -> None:
    assert not plain_letters.rendered
    close_and_prepare(year)
    event = a_mail_event(name, part, particulars)
    event["detail"]["mail"] |= {"destination": [ADDRESS], "commonHeaders": {"subject": TEXT}}

    call(track_delivery, bodies(event, json.dumps(event)[:-1]))

    assert SENTINEL not in str(year.letters.get(a_letter_id()).history)
