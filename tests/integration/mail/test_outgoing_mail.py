from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

import pytest
from botocore.exceptions import EndpointConnectionError

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.mail.paced_mail import granted_rate
from annual_review.domain.letters import LetterState
from annual_review.services.documents import digest
from functions.send_letter import handler
from tests.builders import ROCHFORD, a_letter, a_letter_id
from tests.integration.conftest import Said
from tests.integration.mail_server import (
    ACCEPTED,
    MailServer,
    account,
    granting,
    mail_server,
)
from tests.integration.world import TEST_MAILBOX, FakeContext, World, bodies, handed_back

CHIEF: Final = "chief.executive@rochford.example"
MESSAGE: Final = (
    f"From: annual.review@ombudsman.example\r\nTo: {CHIEF}\r\nCc: link@rochford.example\r\n"
    "Subject: Letter\r\n\r\nDear\r\n"
).encode()


@pytest.fixture
def prepared(deployed: World) -> World:
    letter = a_letter(LetterState.PREPARED, authority=ROCHFORD, message_sha256=digest(MESSAGE))
    deployed.letters.plan(letter)
    deployed.documents.put(letter.key("eml"), MESSAGE, "message/rfc822")
    return deployed


def send(answer: Any = ACCEPTED) -> tuple[MailServer, list[str]]:  # noqa: ANN401 (an answer)
    with mail_server(answer) as server:
        event = bodies(letter_request(a_letter_id(ROCHFORD)))
        return server, handed_back(handler.lambda_handler(event, FakeContext()))


def history(world: World) -> list[tuple[str, str]]:
    letter = world.letters.get(a_letter_id(ROCHFORD))
    return [(each.state.value, each.why) for each in letter.history[1:]]


def raw_of(asked: Mapping[str, Any]) -> bytes:
    return base64.b64decode(asked["Content"]["Raw"]["Data"])


def test_live_mail_goes_out_as_it_was_prepared(prepared: World) -> None:
    server, _ = send()

    (asked,) = server.asked
    assert raw_of(asked) == MESSAGE
    assert "Destination" not in asked
    assert history(prepared) == [
        ("claimed", "about to be sent"),
        ("accepted", "accepted for sending"),
    ]


def test_diverted_mail_reaches_the_test_mailbox_alone_and_its_history_says_so(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MODE", "divert")

    server, _ = send()

    (asked,) = server.asked
    headers, _, text = raw_of(asked).partition(b"\r\n\r\n")
    assert asked["Destination"] == {"ToAddresses": [TEST_MAILBOX]}
    assert b"@rochford.example" not in headers
    assert CHIEF.encode() in text
    assert history(prepared) == [
        ("claimed", "about to be sent, diverted to the test mailbox"),
        ("accepted", "accepted for sending, diverted to the test mailbox"),
    ]


def test_a_message_that_was_changed_since_it_was_prepared_is_not_diverted_either(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MODE", "divert")
    key = prepared.letters.get(a_letter_id(ROCHFORD)).key("eml")
    prepared.documents.put(key, MESSAGE + b"more", "message/rfc822")

    server, _ = send()

    assert server.asked == []


def test_where_mail_is_off_nothing_is_asked_and_the_letter_stays_as_it_was(
    prepared: World, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MODE", "off")

    with account(AssertionError("nobody asks SES where mail is off")):
        server, back = send()

    assert (server.asked, back, history(prepared)) == ([], [], [])
    (line,) = said.lines("sending")
    assert line["done"] == "off"
    assert said.counts == {"letters_off": 1}


@pytest.mark.usefixtures("prepared")
def test_a_letter_that_met_mail_switched_off_is_sent_once_it_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAIL_MODE", "off")
    send()
    monkeypatch.setenv("MAIL_MODE", "live")
    handler.wiring.cache_clear()

    server, _ = send()

    assert len(server.asked) == 1


def test_the_account_is_asked_once_for_its_rate(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("annual_review.adapters.mail.outgoing_mail.granted_rate", asked.append)

    send()
    send()

    assert len(asked) == 1
    assert prepared.letters.get(a_letter_id(ROCHFORD)).state is LetterState.ACCEPTED


@pytest.mark.usefixtures("world")
def test_the_rate_is_what_the_account_grants() -> None:
    with account(granting(14.0)):
        assert granted_rate(aws_clients.sesv2_account()) == 14.0


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("answer", [{}, granting(0.0), granting(-1.0)], ids=str)
def test_an_account_may_say_nothing_of_its_rate(answer: dict[str, Any]) -> None:
    with account(answer):
        assert granted_rate(aws_clients.sesv2_account()) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"Error": {"Code": "AccessDeniedException", "Message": "not allowed"}},
        EndpointConnectionError(endpoint_url="https://email.example"),
    ],
    ids=["denied", "no connection"],
)
def test_letters_are_sent_at_the_rate_that_is_set_where_the_accounts_is_not_known(
    prepared: World, said: Said, answer: dict[str, Any] | Exception
) -> None:
    with account(answer):
        server, _ = send()

    assert len(server.asked) == 1
    assert prepared.letters.get(a_letter_id(ROCHFORD)).state is LetterState.ACCEPTED
    assert said.lines("sending_rate_unknown")
