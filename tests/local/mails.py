"""Builders of messages and of requests to send them."""

import base64
import json
from email.message import EmailMessage
from typing import Any

SENDER = "letters@ombudsman.example"
CHIEF = "chief.executive@district.example"


def a_message(to: str = CHIEF, cc: str | None = None) -> bytes:
    message = EmailMessage()
    message["From"] = f"Ombudsman <{SENDER}>"
    message["To"] = to
    if cc:
        message["Cc"] = cc
    message["Reply-To"] = "answers@ombudsman.example"
    message["Subject"] = "Annual Review letter 2020"
    message.set_content("Dear Chief Executive")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


def a_request(raw: bytes | None = None, **members: Any) -> dict[str, Any]:  # noqa: ANN401
    """The members of a SendEmail call, as our system makes it."""
    return {
        "Content": {"Raw": {"Data": a_message() if raw is None else raw}},
        "EmailTags": [{"Name": "letter", "Value": "2020-1-E07000075"}],
    } | members


def body_of(request: dict[str, Any]) -> bytes:
    """A request as botocore writes it on the wire."""

    def wire(value: object) -> str:
        assert isinstance(value, bytes)
        return base64.b64encode(value).decode()

    return json.dumps(request, default=wire).encode()
