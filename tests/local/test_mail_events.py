import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from annual_review.adapters.mail.ses_events import read_mail_event
from infrastructure.local.mail_events import Acceptance, MailEvent, events_about
from infrastructure.local.mail_request import read_send_email
from tests.local.mails import CHIEF, a_message, a_request, body_of

ACCEPTANCE = Acceptance(
    message_id="id-1",
    at=datetime(2020, 7, 22, 8, 0, 0, 250_000, tzinfo=UTC),
    account="000000000000",
    region="eu-west-2",
)


def events_for(to: str, cc: str | None = None) -> list[MailEvent]:
    request = a_request(a_message(to, cc), ConfigurationSetName="letters")
    return events_about(read_send_email(body_of(request)), ACCEPTANCE)


def kinds(events: Sequence[MailEvent]) -> list[str]:
    return [event.detail_type for event in events]


def test_mail_arrives() -> None:
    sent, delivered = events_for(CHIEF)
    assert sent.detail_type == "Email Sent"
    assert sent.detail["eventType"] == "Send"
    assert sent.detail["send"] == {}
    assert delivered.detail_type == "Email Delivered"
    assert delivered.detail["eventType"] == "Delivery"
    assert delivered.detail["delivery"]["recipients"] == [CHIEF]
    assert delivered.detail["delivery"]["timestamp"] == "2020-07-22T08:00:01.250Z"


def test_an_event_describes_the_mail_as_ses_does() -> None:
    mail = events_for(CHIEF, cc="link@district.example")[0].detail["mail"]
    assert mail["timestamp"] == "2020-07-22T08:00:00.250Z"
    assert mail["messageId"] == "id-1"
    assert mail["source"] == "Ombudsman <letters@ombudsman.example>"
    assert mail["sourceArn"] == (
        "arn:aws:ses:eu-west-2:000000000000:identity/letters@ombudsman.example"
    )
    assert mail["destination"] == [CHIEF, "link@district.example"]
    assert mail["tags"]["letter"] == ["2020-1-E07000075"]
    assert mail["tags"]["ses:configuration-set"] == ["letters"]
    assert mail["tags"]["ses:from-domain"] == ["ombudsman.example"]
    assert {"name": "Subject", "value": "Annual Review letter 2020"} in mail["headers"]
    assert mail["commonHeaders"] == {
        "from": ["Ombudsman <letters@ombudsman.example>"],
        "to": [CHIEF],
        "cc": ["link@district.example"],
        "replyTo": ["answers@ombudsman.example"],
        "messageId": "id-1",
        "subject": "Annual Review letter 2020",
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("success@simulator.amazonses.com", ["Email Sent", "Email Delivered"]),
        ("bounce@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        ("bounce+E07000075@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        ("suppressionlist@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        (
            "complaint@simulator.amazonses.com",
            ["Email Sent", "Email Delivered", "Email Complaint Received"],
        ),
        (
            "ooto@simulator.amazonses.com",
            ["Email Sent", "Email Delivered", "Email Bounced"],
        ),
        ("Bounce+2020@district.example", ["Email Sent", "Email Bounced"]),
        ("chief.executive+bounce@district.example", ["Email Sent", "Email Bounced"]),
        ("chief.executive+2020@district.example", ["Email Sent", "Email Delivered"]),
        ("bounce@district.example", ["Email Sent", "Email Delivered"]),
        ("chief+delay@x.example", ["Email Sent", "Email Delivery Delayed", "Email Delivered"]),
        ("chief+reject@x.example", ["Email Rejected"]),
        ("chief+failure@x.example", ["Email Rendering Failed"]),
    ],
)
def test_an_address_decides_what_becomes_of_its_mail(address: str, expected: list[str]) -> None:
    assert kinds(events_for(address)) == expected


def test_a_bounce_says_of_whom_and_why() -> None:
    address = "chief+bounce@district.example"
    bounce = events_for(address)[1].detail["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    assert [r["emailAddress"] for r in bounce["bouncedRecipients"]] == [address]


def test_a_suppressed_address_bounces_by_the_list() -> None:
    bounce = events_for("suppressionlist@simulator.amazonses.com")[1].detail["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "Suppressed")


def test_one_recipient_may_bounce_and_the_other_not() -> None:
    events = events_for(CHIEF, cc="link+bounce@district.example")
    assert kinds(events) == ["Email Sent", "Email Delivered", "Email Bounced"]
    assert events[1].detail["delivery"]["recipients"] == [CHIEF]


@pytest.mark.parametrize("fate", ["success", "bounce", "complaint", "delay", "reject", "failure"])
def test_the_system_reads_every_event(fate: str) -> None:
    for event in events_for(f"chief+{fate}@district.example"):
        notification = read_mail_event(json.dumps({"detail": event.detail}))
        assert notification.letter.tag == "2020-1-E07000075"
        assert notification.message_id == "id-1"


def test_who_is_away_has_the_mail_and_answers_by_a_bounce_that_passes() -> None:
    address = "ooto+E07000075@simulator.amazonses.com"
    _, delivered, answered = events_for(address)
    assert delivered.detail["delivery"]["recipients"] == [address]
    bounce = answered.detail["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Transient", "General")
    assert bounce["bouncedRecipients"] == [{"emailAddress": address}]


def test_each_receiving_server_speaks_for_its_own_mailboxes() -> None:
    events = events_for(CHIEF, cc="link@district.example, member@county.example")
    told = [e.detail["delivery"]["recipients"] for e in events if "delivery" in e.detail]
    assert told == [[CHIEF, "link@district.example"], ["member@county.example"]]
