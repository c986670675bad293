from typing import Any

import pytest

from infrastructure.local.mail_request import RefusedError, read_send_email
from tests.local.mails import CHIEF, a_message, a_request, body_of


def test_a_message_is_read_as_it_came() -> None:
    raw = a_message()
    mail = read_send_email(body_of(a_request(raw, ConfigurationSetName="letters")))
    assert mail.raw == raw
    assert mail.tags == {"letter": "2020-1-E07000075"}
    assert mail.configuration_set == "letters"
    assert mail.source == "Ombudsman <letters@ombudsman.example>"


def test_recipients_come_from_the_headers_when_the_request_names_none() -> None:
    raw = a_message(to=f"Chief <{CHIEF}>", cc="link@district.example, leader@district.example")
    mail = read_send_email(body_of(a_request(raw)))
    assert mail.recipients == (CHIEF, "link@district.example", "leader@district.example")


def test_recipients_of_the_request_go_before_those_of_the_headers() -> None:
    destination = {"ToAddresses": ["test@ombudsman.example"], "BccAddresses": ["b@x.example"]}
    mail = read_send_email(body_of(a_request(Destination=destination)))
    assert mail.recipients == ("test@ombudsman.example", "b@x.example")


@pytest.mark.parametrize(
    ("request_members", "why"),
    [
        ({}, "Raw.Data is missing"),
        ({"Content": None}, "Raw.Data is missing"),
        ({"Content": {"Simple": {"Subject": {"Data": "x"}}}}, "Raw.Data is missing"),
        ({"Content": {"Raw": {"Data": "not base64!"}}}, "not base64"),
        ({"Content": {"Raw": {"Data": 5}}}, "not base64"),
        (a_request(b""), "empty"),
        (a_request(b"x" * (40 * 1024 * 1024 + 1)), "more than 41943040 bytes"),
        (a_request(b"To: a@b.example\n\nno sender"), "'From'"),
        (a_request(b"From: nobody\nTo: a@b.example\n\ntext"), "@domain"),
        (a_request(b"From: a@b.example\n\nno recipient"), "At least one recipient"),
        (a_request(b"From: a@b.example\nTo: nobody\n\ntext"), "@domain"),
        (
            a_request(Destination={"ToAddresses": [f"a{n}@b.example" for n in range(51)]}),
            "exceeds 50",
        ),
        (a_request(EmailTags=[{"Name": "letter", "Value": "E07 000075"}]), "Invalid tag"),
        (a_request(EmailTags=[{"Name": "", "Value": "x"}]), "Invalid tag"),
        (a_request(EmailTags=[{"Name": "x" * 257, "Value": "x"}]), "Invalid tag"),
    ],
)
def test_a_request_that_ses_does_not_take_is_refused(
    request_members: dict[str, Any], why: str
) -> None:
    with pytest.raises(RefusedError, match=why) as refused:
        read_send_email(body_of(request_members))
    assert refused.value.code == "BadRequestException"
    assert refused.value.status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError, match="not"):
        read_send_email(body)
