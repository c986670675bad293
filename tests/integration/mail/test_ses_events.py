from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from annual_review.adapters.mail.ses_events import read_mail_event
from annual_review.domain.letters import Dispatch
from annual_review.services.dispatch.track_delivery import SesNotification
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.recording.messages import RejectedEventError
from tests.builders import a_letter_id
from tests.integration.mail_events import SENT_AT, a_mail_event

LATER = datetime(2020, 7, 22, 12, 5, tzinfo=UTC)


def read(event: object) -> SesNotification:
    return read_mail_event(json.dumps(event))


def test_a_send_event_names_letter_message_and_time() -> None:
    assert read(a_mail_event("Send")) == SesNotification(
        letter=a_letter_id(), event=MailEvent.SEND, at=SENT_AT, message_id="mail-1"
    )


@pytest.mark.parametrize(
    ("name", "part", "particulars", "detail"),
    [
        ("Delivery", "delivery", {"smtpResponse": "250 ok chief.executive@rochford.example"}, ""),
        (
            "Bounce",
            "bounce",
            {"bounceType": "Permanent", "bounceSubType": "General"},
            "Permanent General",
        ),
        ("Complaint", "complaint", {"complaintFeedbackType": "abuse"}, "abuse"),
        ("Complaint", "complaint", {"complaintFeedbackType": None}, ""),
        ("DeliveryDelay", "deliveryDelay", {"delayType": "MailboxFull"}, "MailboxFull"),
    ],
)
def test_an_event_is_read_with_its_own_time_and_its_codes(
    name: str, part: str, particulars: dict[str, str | None], detail: str
) -> None:
    event = a_mail_event(name, part, {"timestamp": "2020-07-22T12:05:00.000Z", **particulars})

    notification = read(event)

    assert (notification.event.value, notification.at, notification.detail) == (name, LATER, detail)


@pytest.mark.parametrize(
    ("name", "part", "particulars"),
    [
        ("Delivery", "delivery", {"recipients": ["a@x.example", "b@x.example"]}),
        (
            "Bounce",
            "bounce",
            {
                "bouncedRecipients": [
                    {"emailAddress": "a@x.example", "status": "5.1.1"},
                    {"emailAddress": "The Link <b@x.example>"},
                ]
            },
        ),
        (
            "Complaint",
            "complaint",
            {
                "complainedRecipients": [
                    {"emailAddress": "a@x.example"},
                    {"emailAddress": "b@x.example"},
                ]
            },
        ),
        (
            "DeliveryDelay",
            "deliveryDelay",
            {
                "delayedRecipients": [
                    {"emailAddress": "a@x.example", "diagnosticCode": "4.4.1"},
                    {"emailAddress": "b@x.example"},
                ]
            },
        ),
    ],
)
def test_an_event_names_the_mailboxes_it_is_about_and_shows_none(
    name: str, part: str, particulars: dict[str, Any]
) -> None:
    notification = read(a_mail_event(name, part, particulars))

    assert notification.recipients == ("a@x.example", "b@x.example")
    assert "@" not in repr(notification)


@pytest.mark.parametrize("name", ["Send", "Reject"])
def test_an_event_about_the_whole_message_names_no_mailbox(name: str) -> None:
    assert read(a_mail_event(name)).recipients == ()


def test_a_mailbox_that_is_none_is_rejected_with_its_place_alone() -> None:
    event = a_mail_event("Bounce", "bounce", {"bouncedRecipients": ["a@sentinel.example"]})

    with pytest.raises(RejectedEventError) as caught:
        read(event)

    assert caught.value.reason == (
        "not_a_mail_event: detail.bounce.bouncedRecipients.0 (model_type)"
    )


def test_an_event_about_a_dispatch_is_joined_to_it() -> None:
    notification = read(a_mail_event("Delivery", tag="2020-1x2-E07000075"))

    assert notification.letter == replace(a_letter_id(), dispatch=Dispatch(2))


@pytest.mark.parametrize("name", ["Reject", "Rendering Failure"])
def test_an_event_without_a_time_of_its_own_has_that_of_its_mail(name: str) -> None:
    part = "reject" if name == "Reject" else "failure"

    assert read(a_mail_event(name, part, {"reason": "Bad content"})).at == SENT_AT


def test_the_words_of_a_mail_server_are_not_taken_for_codes() -> None:
    event = a_mail_event(
        "Complaint", "complaint", {"complaintFeedbackType": "write to mrs@sentinel.example"}
    )

    assert read(event).detail == ""


@pytest.mark.parametrize(
    "tags", [{}, {"letter": []}, {"letter": ["another system's"]}, {"letter": ["2020-1-"]}]
)
def test_mail_without_the_tag_of_a_letter_is_none_of_ours(tags: dict[str, list[str]]) -> None:
    with pytest.raises(RejectedEventError) as caught:
        read(a_mail_event("Send", tags=tags))

    assert caught.value.reason == "no_letter_tag: detail.mail.tags.letter"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not_a_mail_event: message (json_invalid)"),
        ("{}", "not_a_mail_event: detail (missing)"),
        ('{"detail": []}', "not_a_mail_event: detail (model_type)"),
        (json.dumps(a_mail_event("Open")), "not_a_mail_event: detail.eventType (enum)"),
        (
            json.dumps(a_mail_event("Bounce", "bounce", {"timestamp": "soon"})),
            "not_a_mail_event: detail.bounce.timestamp (datetime_from_date_parsing)",
        ),
    ],
)
def test_what_is_no_mail_event_is_rejected_with_the_place(body: str, reason: str) -> None:
    with pytest.raises(RejectedEventError) as caught:
        read_mail_event(body)

    assert caught.value.reason == reason
