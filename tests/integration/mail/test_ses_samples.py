"""The samples of SES events: read as those of SES are, and of the shape that local AWS plays."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from annual_review.adapters.mail.ses_events import read_mail_event
from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter_history import MailEvent
from functions.track_delivery import handler
from infrastructure.local.mail_events import Acceptance, events_about
from infrastructure.local.mail_request import read_send_email
from infrastructure.local.project import ROOT, TEMPLATE
from tests.builders import a_letter, a_letter_id
from tests.integration.world import FakeContext, World, bodies, handed_back
from tests.template.whole import whole_template

SAMPLES: Final = sorted((ROOT / "events" / "samples" / "ses").glob("*.json"))
every_sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)

FATES: Final = {
    "send": "success",
    "delivery": "success",
    "bounce-permanent": "bounce",
    "bounce-transient": "ooto",
    "complaint": "complaint",
    "reject": "reject",
    "delivery-delay": "delay",
    "rendering-failure": "failure",
}


def content(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_there_is_a_sample_of_every_kind() -> None:
    kinds = {content(path)["detail"]["eventType"] for path in SAMPLES}
    assert kinds == {kind.value for kind in MailEvent}
    assert {path.stem for path in SAMPLES} == set(FATES)


@every_sample
def test_tracking_reads_each_as_what_happened_to_a_letter(path: Path) -> None:
    sample = content(path)

    notification = read_mail_event(path.read_text(encoding="utf-8"))

    assert notification.letter == a_letter_id()
    assert notification.event.value == sample["detail"]["eventType"]
    assert notification.message_id == sample["detail"]["mail"]["messageId"]
    assert notification.at >= datetime(2020, 7, 22, 8, tzinfo=UTC)
    assert "@" not in notification.detail


@every_sample
def test_the_function_takes_each(path: Path, deployed: World) -> None:
    deployed.letters.plan(a_letter(LetterState.ACCEPTED))

    answer = handler.lambda_handler(bodies(content(path)), FakeContext())

    assert handed_back(answer) == []
    assert deployed.dead_letters("decisions-dead") == []


@every_sample
def test_the_rule_of_the_template_takes_each_to_the_queue(path: Path) -> None:
    pattern = whole_template(TEMPLATE)["Resources"]["DeliveryRule"]["Properties"]["EventPattern"]
    sample = content(path)

    assert pattern["source"] == [{"Fn::If": ["RunsLocally", "local.ses", sample["source"]]}]
    assert pattern["detail"]["mail"]["tags"].keys() <= sample["detail"]["mail"]["tags"].keys()


@every_sample
def test_nobody_real_is_in_a_sample(path: Path) -> None:
    addresses = re.findall(r"[\w.+-]+@([\w.-]+)", path.read_text(encoding="utf-8"))
    assert addresses
    assert all(domain.endswith(".example") for domain in addresses)


@every_sample
def test_local_aws_plays_events_of_the_same_shape(path: Path) -> None:
    sample = content(path)
    message = (
        f"From: annual.review@ombudsman.example\r\nTo: {FATES[path.stem]}@simulator.amazonses.com"
        "\r\nCc: c@x.example\r\nReply-To: r@x.example\r\nSubject: Letter\r\n\r\nDear\r\n"
    )
    request = {
        "Content": {"Raw": {"Data": base64.b64encode(message.encode()).decode()}},
        "ConfigurationSetName": "mail",
        "EmailTags": [{"Name": "letter", "Value": "2020-1-E07000075"}],
    }
    mail = read_send_email(json.dumps(request).encode())
    taken = Acceptance("id-1", datetime(2020, 7, 22, 8, tzinfo=UTC), "123456789012", "eu-west-2")

    played = [
        event
        for event in events_about(mail, taken)
        if event.detail["eventType"] == sample["detail"]["eventType"]
    ]

    assert played
    assert {event.detail_type for event in played} == {sample["detail-type"]}
    assert shape(sample["detail"]) in [shape(event.detail) for event in played]


def shape(part: object) -> object:
    """The names in a part of an event, at any depth, and what kind of value each has."""
    if isinstance(part, dict):
        return {name: shape(value) for name, value in part.items()}
    if isinstance(part, list):
        # Lists are of one kind each; of the headers only their names and values count.
        return [shape(part[0])] if part else []
    return type(part).__name__
