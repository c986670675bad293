"""The whole year through the real functions: only the queues are carried by hand."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from typing import Any

import pytest
from moto.ses.models import ses_backends

from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import LetterState
from annual_review.services.letters.rendering import XLSX
from functions.close_year import handler as close_year
from functions.prepare_letter import handler as prepare_letter
from functions.record_decisions import handler as record_decisions
from functions.release_letters import handler as release_letters
from functions.send_letter import handler as send_letter
from functions.track_delivery import handler as track_delivery
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_letter_id,
    a_register,
    a_withdrawal,
    an_upheld_decision,
    recipients,
)
from tests.integration.mail_events import a_mail_event
from tests.integration.world import FakeContext, World, bodies, handed_back

CODES = (ROCHFORD, OTHER_DISTRICT)


def run(handler: Any, event: Any) -> None:  # noqa: ANN401 (any function, any event)
    assert handed_back(handler.lambda_handler(event, FakeContext())) == []


def record_the_year() -> None:
    upheld = [an_upheld_decision(f"19-{number}") for number in range(3)]
    run(
        record_decisions,
        bodies(
            *upheld,
            upheld[0],
            a_decision(DecisionOutcome.NOT_UPHELD, "19-4"),
            an_upheld_decision("19-5"),
            a_withdrawal("19-5"),
            a_compliance_outcome("19-0"),
            an_upheld_decision("19-6", authority=OTHER_DISTRICT),
        ),
    )


@pytest.fixture
def world(moto_world: World) -> World:
    """Here nothing is of our own making."""
    return moto_world


@pytest.fixture
def sent(deployed: World) -> World:
    """A year whose letters were sent, printed as they really are."""
    deployed.knows(a_register(*CODES), recipients(*CODES))
    record_the_year()
    close_year.lambda_handler({"year": 2020}, FakeContext())
    run(prepare_letter, deployed.batch("prepare"))
    release_letters.lambda_handler({"year": 2020}, FakeContext())
    run(send_letter, deployed.batch("send"))
    return deployed


def test_recorded_decisions_become_letters_in_mailboxes(sent: World) -> None:
    messages = ses_backends["123456789012"]["eu-west-2"].sent_messages
    mails = [message_from_bytes(each.raw_data.encode(), policy=policy.default) for each in messages]

    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {
        f"chief.executive@{code.lower()}.example" for code in CODES
    }
    for mail in mails:
        pdf, cases = mail.iter_attachments()
        assert pdf.get_content_type() == "application/pdf"
        assert cases.get_content_type() == XLSX
    assert {each.state for each in sent.letters.of_year(YEAR)} == {LetterState.ACCEPTED}


def test_the_figures_of_the_letter_are_those_of_the_decisions(sent: World) -> None:
    text = sent.documents.get(sent.letters.get(a_letter_id()).key("txt")).decode()
    (figures,) = (key for key in sent.kept() if key.endswith("figures.json"))
    record = {each["code"]: each for each in json.loads(sent.documents.get(figures))["authorities"]}

    statistics = record[ROCHFORD]["statistics"]
    assert statistics["uphold_rate"] == {"numerator": 3, "denominator": 4, "percentage": 75}
    assert record[ROCHFORD]["comparisons"]["uphold_rate"]["percentage"] == 80
    assert "75%" in text
    assert "80%" in text


def test_what_the_mail_service_tells_ends_the_story(sent: World) -> None:
    run(
        track_delivery,
        bodies(
            a_mail_event("Delivery", "delivery"),
            a_mail_event("Bounce", "bounce", tag=f"2020-1-{OTHER_DISTRICT}"),
        ),
    )

    states = {each.id.authority: each.state for each in sent.letters.of_year(YEAR)}
    assert states == {ROCHFORD: LetterState.DELIVERED, OTHER_DISTRICT: LetterState.BOUNCED}


def test_every_step_done_twice_sends_every_letter_once(sent: World) -> None:
    record_the_year()
    close_year.lambda_handler({"year": 2020}, FakeContext())
    run(prepare_letter, sent.batch("prepare"))
    assert release_letters.lambda_handler({"year": 2020}, FakeContext())["released"] == 0
    run(send_letter, bodies(json.dumps({"year": 2020, "revision": 1, "authority": ROCHFORD})))

    assert len(ses_backends["123456789012"]["eu-west-2"].sent_messages) == 2
    assert {each.attempts for each in sent.letters.of_year(YEAR)} == {1}
