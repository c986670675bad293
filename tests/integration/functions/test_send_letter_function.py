from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.sending_stops import StopReason
from annual_review.services.documents import digest
from annual_review.services.letters.letter import Letter
from functions.send_letter import handler
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id
from tests.integration.conftest import Said
from tests.integration.faults import FaultyClient, a_time_out, as_it_is, before, twice
from tests.integration.mail_server import ACCEPTED, Answer, mail_server, refusal
from tests.integration.world import TABLE, DeadLetter, FakeContext, World, bodies, handed_back

MESSAGE = b"From: a@ombudsman.example\r\nTo: b@rochford.example\r\n\r\nDear\r\n"


@pytest.fixture
def prepared(deployed: World) -> World:
    """Two letters that are prepared and may be sent."""
    for code in (ROCHFORD, OTHER_DISTRICT):
        a_prepared_letter(deployed, code)
    return deployed


def a_prepared_letter(world: World, code: str) -> None:
    letter = a_letter(LetterState.PREPARED, authority=code, message_sha256=digest(MESSAGE))
    world.letters.plan(letter)
    world.documents.put(letter.key("eml"), MESSAGE, "message/rfc822")


def send(event: Mapping[str, Any] | None = None, context: FakeContext | None = None) -> list[str]:
    event = event or asking_for(ROCHFORD)
    return handed_back(handler.lambda_handler(event, context or FakeContext()))


def asking_for(*codes: str) -> dict[str, Any]:
    return bodies(*(letter_request(a_letter_id(code)) for code in codes))


def letter(world: World, code: str = ROCHFORD) -> Letter:
    return world.letters.get(a_letter_id(code))


def test_a_letter_is_claimed_sent_once_and_recorded(prepared: World, said: Said) -> None:
    with mail_server(ACCEPTED) as server:
        assert send() == []

    sent = letter(prepared)
    assert len(server.asked) == 1
    assert [each.state.value for each in sent.history] == ["prepared", "claimed", "accepted"]
    assert (sent.message_id, sent.attempts) == ("mail-1", 1)
    (line,) = said.lines("sending")
    assert (line["letter"], line["done"]) == ("2020-1-E07000075", "accepted")
    assert said.counts == {"letters_accepted": 1}


def test_a_request_that_comes_again_sends_nothing(prepared: World, said: Said) -> None:
    with mail_server(ACCEPTED) as server:
        assert send(asking_for(ROCHFORD, ROCHFORD)) == []
        assert send() == []

    assert len(server.asked) == 1
    assert letter(prepared).attempts == 1
    assert said.counts == {"letters_accepted": 1, "letters_already": 2}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(a_time_out(), ("unknown", [], "letters_unknown"), id="time-out"),
        pytest.param(refusal("X", 500), ("unknown", [], "letters_unknown"), id="server error"),
        pytest.param(refusal("X", 429), ("prepared", ["1"], "letters_busy"), id="throttled"),
        pytest.param(refusal("X", 400), ("failed", [], "letters_failed"), id="rejected"),
    ],
)
def test_the_outcome_says_what_is_known(
    prepared: World, said: Said, answer: Answer, outcome: tuple[str, list[str], str]
) -> None:
    state, back, counted = outcome

    with mail_server(answer) as server:
        assert send() == back

    assert letter(prepared).state == state
    assert len(server.asked) == 1
    assert said.counts[counted] == 1


def test_what_concerns_the_account_stops_the_rest_and_is_counted_for_the_alarm(
    prepared: World, said: Said
) -> None:
    with mail_server(refusal("MailFromDomainNotVerifiedException", 400)) as server:
        assert send(asking_for(ROCHFORD, OTHER_DISTRICT)) == []

    assert len(server.asked) == 1
    states = {letter(prepared, code).state.value for code in (ROCHFORD, OTHER_DISTRICT)}
    assert states == {"prepared"}
    assert said.counts == {"letters_stopped": 2}
    stop = DynamoDBSendingStore(prepared.table).get(YEAR).stop
    assert stop is not None
    assert (stop.reason, stop.letter) == (StopReason.MAIL_FROM, "2020-1-E07000075")


@pytest.mark.parametrize("answer", [a_time_out(), refusal("InternalFailure", 500)], ids=str)
def test_nothing_sends_an_unknown_letter_again(prepared: World, answer: Answer) -> None:
    with mail_server(answer):
        send()
    with mail_server(ACCEPTED) as server:
        assert send() == []

    assert server.asked == []
    assert letter(prepared).state is LetterState.UNKNOWN


def test_a_letter_refused_for_now_is_sent_when_it_comes_again(prepared: World) -> None:
    with mail_server(refusal("TooManyRequestsException", 429)):
        assert send() == ["1"]
    with mail_server(ACCEPTED) as server:
        assert send() == []

    assert len(server.asked) == 1
    assert (letter(prepared).state, letter(prepared).attempts) == (LetterState.ACCEPTED, 2)


def claimed_by_another(world: World, ago: timedelta) -> None:
    since = datetime.now(UTC) - ago
    claimed = a_letter(LetterState.CLAIMED, authority=COUNTY, at=since)
    world.letters.plan(claimed)


def test_a_letter_that_another_is_sending_is_asked_for_again(deployed: World, said: Said) -> None:
    claimed_by_another(deployed, timedelta(minutes=1))

    with mail_server(ACCEPTED) as server:
        assert send(asking_for(COUNTY)) == ["1"]

    assert server.asked == []
    assert letter(deployed, COUNTY).state is LetterState.CLAIMED
    assert said.counts == {"letters_in_flight": 1, "handed_back": 1}


def test_a_claim_whose_sender_died_becomes_unknown_and_is_not_sent(deployed: World) -> None:
    claimed_by_another(deployed, timedelta(minutes=6))

    with mail_server(ACCEPTED) as server:
        assert send(asking_for(COUNTY)) == []

    assert server.asked == []
    assert letter(deployed, COUNTY).state is LetterState.UNKNOWN


def with_updates(world: World, *script: Any) -> Any:  # noqa: ANN401 (a wiring)
    """Wire the function to a table whose updates go by a script."""
    service, batch = handler.wiring()
    faulty: Any = FaultyClient(world.table.client, update_item=script)
    letters = replace(world.letters, table=Table(faulty, TABLE))
    return lambda: (replace(service, letters=letters), batch)


def test_a_claim_whose_answer_was_lost_is_still_the_claim_of_the_sender(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "wiring", with_updates(prepared, twice))

    with mail_server(ACCEPTED) as server:
        assert send() == []

    assert len(server.asked) == 1
    assert letter(prepared).state is LetterState.ACCEPTED


def test_a_letter_whose_claim_cannot_be_recorded_is_not_sent(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "wiring", with_updates(prepared, before(a_time_out())))

    with mail_server(ACCEPTED) as server:
        assert send() == ["1"]

    assert server.asked == []
    assert letter(prepared).state is LetterState.PREPARED


def test_a_letter_whose_outcome_cannot_be_recorded_is_never_sent_twice(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = with_updates(prepared, as_it_is, before(a_time_out()))
    monkeypatch.setattr(handler, "wiring", wiring)

    with mail_server(ACCEPTED) as server:
        assert send() == ["1"]
        assert send() == ["1"]

    assert len(server.asked) == 1
    assert letter(prepared).state is LetterState.CLAIMED


def test_one_letter_that_fails_spares_the_others(prepared: World) -> None:
    event = bodies(
        "not json",
        letter_request(a_letter_id(COUNTY)),
        letter_request(a_letter_id(ROCHFORD)),
    )

    with mail_server(ACCEPTED):
        assert send(event) == []

    assert letter(prepared).state is LetterState.ACCEPTED
    dead = {each.reason for each in prepared.dead_letters("decisions-dead")}
    assert dead == {
        "not_a_letter_request: message (json_invalid)",
        "missing: there is no letter 2020-1-E10000012",
    }


def test_a_letter_there_is_no_time_for_is_not_even_claimed(prepared: World) -> None:
    with mail_server(ACCEPTED) as server:
        assert send(asking_for(ROCHFORD, OTHER_DISTRICT), FakeContext(90, 74)) == ["2"]

    assert len(server.asked) == 1
    assert letter(prepared, OTHER_DISTRICT).state is LetterState.PREPARED


def test_where_approval_is_asked_for_a_prepared_letter_is_not_sent(
    prepared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_REQUIRED", "true")

    with mail_server(ACCEPTED) as server:
        assert send() == []

    assert server.asked == []
    assert letter(prepared).state is LetterState.PREPARED


def test_a_message_that_is_not_the_prepared_one_is_not_sent(prepared: World) -> None:
    prepared.documents.put(letter(prepared).key("eml"), b"another", "message/rfc822")

    with mail_server(ACCEPTED) as server:
        assert send() == []

    assert server.asked == []
    assert letter(prepared).state is LetterState.FAILED


def test_a_malformed_request_is_set_aside(deployed: World) -> None:
    assert send(bodies('{"year": 2020}')) == []

    assert deployed.dead_letters("decisions-dead") == [
        DeadLetter('{"year": 2020}', "not_a_letter_request: revision (missing)")
    ]
