from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.letters import LetterState
from annual_review.services.documents import digest
from annual_review.services.letters.letter import Move
from annual_review.services.letters.rendering import LetterFacts, RenderedLetter
from functions.prepare_letter import handler
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_letter_id,
    a_recipient,
    a_register,
    an_authority,
)
from tests.fakes.rendering import PlainRenderer
from tests.integration.conftest import Said
from tests.integration.faults import FaultyClient, a_time_out, before
from tests.integration.world import (
    TABLE,
    DeadLetter,
    FakeContext,
    World,
    a_closed_year,
    bodies,
    handed_back,
)

KINDS = ("pdf", "html", "txt", "xlsx", "eml")


@pytest.fixture
def closed(deployed: World, plain_letters: PlainRenderer) -> World:
    """A closed year with two letters to prepare."""
    assert not plain_letters.rendered
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    deployed.take("prepare")
    return deployed


def prepare(event: Mapping[str, Any], context: FakeContext | None = None) -> list[str]:
    return handed_back(handler.lambda_handler(event, context or FakeContext()))


def asking_for(*codes: str) -> dict[str, Any]:
    return bodies(*(letter_request(a_letter_id(code)) for code in codes))


def test_a_letter_is_kept_in_every_form_and_recorded(
    closed: World, plain_letters: PlainRenderer, said: Said
) -> None:
    assert prepare(asking_for(ROCHFORD)) == []

    letter = closed.letters.get(a_letter_id())
    message = closed.documents.get(letter.key("eml"))
    assert letter.state is LetterState.PREPARED
    assert letter.message_sha256 == digest(message)
    for kind in KINDS:
        assert closed.documents.get(letter.key(kind))
    (facts,) = plain_letters.rendered
    assert facts.figures.tally.upheld == 1
    assert facts.is_sample
    (line,) = said.lines("preparation")
    assert (line["letter"], line["done"]) == ("2020-1-E07000075", "prepared")
    assert said.counts == {"letters_prepared": 1}


def test_the_same_letter_again_is_the_same_and_leaves_no_trace(closed: World) -> None:
    prepare(asking_for(ROCHFORD))
    before_ = closed.letters.get(a_letter_id())

    assert prepare(asking_for(ROCHFORD)) == []

    assert closed.letters.get(a_letter_id()) == before_


def test_a_letter_that_is_on_its_way_is_left_alone(
    closed: World, plain_letters: PlainRenderer, said: Said
) -> None:
    prepare(asking_for(ROCHFORD))
    plain_letters.wording = "second wording"
    claimed = closed.letters.get(a_letter_id())
    claimed = closed.letters.move(
        claimed, Move(LetterState.CLAIMED, claimed.since, "about to be sent")
    )

    assert prepare(asking_for(ROCHFORD)) == []

    assert closed.letters.get(a_letter_id()) == claimed
    assert b"first wording" in closed.documents.get(claimed.key("eml"))
    assert said.counts["letters_too_late"] == 1


def test_a_letter_that_cannot_be_printed_fails_with_its_reason(
    closed: World, plain_letters: PlainRenderer, said: Said
) -> None:
    plain_letters.unprintable.add(ROCHFORD)

    assert prepare(asking_for(ROCHFORD, OTHER_DISTRICT)) == []

    letter = closed.letters.get(a_letter_id())
    assert letter.state is LetterState.FAILED
    assert "font" in letter.history[-1].why
    assert closed.letters.get(a_letter_id(OTHER_DISTRICT)).state is LetterState.PREPARED
    assert said.counts == {"letters_unprintable": 1, "letters_prepared": 1}


def test_a_malformed_message_is_set_aside_and_its_neighbour_is_prepared(
    closed: World, said: Said
) -> None:
    event = bodies("{}", letter_request(a_letter_id()))

    assert prepare(event) == []

    assert closed.dead_letters("decisions-dead") == [
        DeadLetter("{}", "not_a_letter_request: year (missing)")
    ]
    assert closed.letters.get(a_letter_id()).state is LetterState.PREPARED
    assert said.counts == {"rejected": 1, "letters_prepared": 1}


def test_a_letter_that_was_never_planned_is_set_aside(closed: World) -> None:
    assert prepare(asking_for(COUNTY)) == []

    (letter,) = closed.dead_letters("decisions-dead")
    assert letter.reason == "missing: there is no letter 2020-1-E10000012"
    assert json.loads(letter.body)["authority"] == COUNTY


def test_a_message_that_cannot_be_set_aside_is_handed_back(
    closed: World, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", closed.urls["decisions-dead"] + "-gone")

    assert prepare(bodies("{}", letter_request(a_letter_id()))) == ["1"]

    assert said.counts == {"letters_prepared": 1, "handed_back": 1}


def test_a_letter_whose_data_cannot_be_read_is_handed_back_alone(closed: World) -> None:
    service, batch = handler.wiring()
    faulty: Any = FaultyClient(closed.table.client, get_item=[before(a_time_out())])
    letters = replace(closed.letters, table=Table(faulty, TABLE))
    handler_wiring = (replace(service, letters=letters), batch)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handler, "wiring", lambda: handler_wiring)

        assert prepare(asking_for(ROCHFORD, OTHER_DISTRICT)) == ["1"]

    assert closed.letters.get(a_letter_id(OTHER_DISTRICT)).state is LetterState.PREPARED


@pytest.mark.usefixtures("closed")
def test_a_bug_in_one_letter_spares_the_others(
    plain_letters: PlainRenderer, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    render = plain_letters.render

    def broken(facts: Any) -> Any:  # noqa: ANN401 (a letter)
        if facts.letter.authority == ROCHFORD:
            raise KeyError(facts.recipient.email)
        return render(facts)

    monkeypatch.setattr(plain_letters, "render", broken)

    assert prepare(asking_for(ROCHFORD, OTHER_DISTRICT)) == ["1"]

    (line,) = said.lines("unexpected_error")
    assert (line["error"], line["message_id"]) == ("KeyError", "1")
    assert said.counts["unexpected_errors"] == 1


@pytest.mark.usefixtures("closed")
def test_what_there_is_no_time_for_is_not_begun(plain_letters: PlainRenderer) -> None:
    assert prepare(asking_for(ROCHFORD, OTHER_DISTRICT), FakeContext(60, 5)) == ["2"]

    assert len(plain_letters.rendered) == 1


def test_each_letter_is_made_with_the_recipient_of_that_moment(
    closed: World, plain_letters: PlainRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = plain_letters.render
    new = a_recipient(OTHER_DISTRICT, email="new@other.example")

    def meanwhile_the_register_is_loaded(facts: LetterFacts) -> RenderedLetter:
        closed.knows(a_register(), {OTHER_DISTRICT: new})
        return render(facts)

    monkeypatch.setattr(plain_letters, "render", meanwhile_the_register_is_loaded)

    prepare(asking_for(ROCHFORD, OTHER_DISTRICT))

    assert plain_letters.rendered[1].recipient == new


def test_the_letter_of_an_abolished_authority_goes_to_its_successor(
    closed: World, plain_letters: PlainRenderer
) -> None:
    ended = an_authority(ROCHFORD, in_being_to=date(2020, 3, 31), successors=(OTHER_DISTRICT,))
    closed.knows(a_register(ended, OTHER_DISTRICT), {})

    prepare(asking_for(ROCHFORD))

    (facts,) = plain_letters.rendered
    assert facts.recipient.authority == OTHER_DISTRICT
    assert facts.goes_to_successor
