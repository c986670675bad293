"""A mail service that answers as a test says, in front of the real client of the functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from annual_review.adapters.aws import aws_clients
from annual_review.services.letters.letter_history import MailEvent

Answer: TypeAlias = tuple[int, dict[str, str], bytes] | Exception
"""Status, headers and body; or the error with which the connection breaks off."""

ACCEPTED: Final[Answer] = (200, {}, b'{"MessageId": "mail-1"}')

_REPORTING: Final = {
    "EventDestinations": [
        {
            "Enabled": True,
            "EventBridgeDestination": {},
            "MatchingEventTypes": [each.name for each in MailEvent],
        }
    ]
}

# The last of them counts, so that a test can answer otherwise than its fixture.
_of_the_account: list[dict[str, Any] | Exception] = []


class MailServer:
    """Answers every request with one status and body, or breaks off; counts what it is asked."""

    def __init__(self, answer: Answer) -> None:
        """Take what to answer."""
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: Any, **_: Any) -> AWSResponse:  # noqa: ANN401 (botocore's request)
        self.asked.append(json.loads(request.body))
        if isinstance(self.answer, Exception):
            raise self.answer
        status, headers, body = self.answer
        raw: Any = MockRawResponse(body)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), raw)


@contextmanager
def mail_server(answer: Answer) -> Iterator[MailServer]:
    """Put a mail server in front of everything that is sent meanwhile."""
    server = MailServer(answer)
    # The stubs take handlers for mute; those of before-send may answer.
    events: Any = aws_clients.sesv2().meta.events
    events.register_first("before-send.sesv2.SendEmail", server)
    try:
        yield server
    finally:
        events.unregister("before-send.sesv2.SendEmail", server)


@contextmanager
def account(answer: dict[str, Any] | Exception) -> Iterator[None]:
    """Answer so whenever a function asks SES about the account; moto doesn't know the question.

    Every identity is verified; the configuration set is there, and reports everything.
    """

    def of_the_account(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
        answer = _of_the_account[-1]
        if isinstance(answer, Exception):
            raise answer
        return _answered(answer, 429 if "Error" in answer else 200)

    answers = {
        "GetAccount": of_the_account,
        "GetEmailIdentity": lambda **_: _answered({"VerifiedForSendingStatus": True}),
        "GetConfigurationSet": lambda **_: _answered({"SendingOptions": {"SendingEnabled": True}}),
        "GetConfigurationSetEventDestinations": lambda **_: _answered(_REPORTING),
    }
    events: Any = aws_clients.sesv2_account().meta.events
    for operation, answering in answers.items():
        events.register_first(f"before-call.sesv2.{operation}", answering)
    _of_the_account.append(answer)
    try:
        yield
    finally:
        _of_the_account.pop()
        for operation, answering in answers.items():
            events.unregister(f"before-call.sesv2.{operation}", answering)


def _answered(answer: dict[str, Any], status: int = 200) -> tuple[AWSResponse, dict[str, Any]]:
    raw: Any = MockRawResponse(b"")
    return AWSResponse("", status, HTTPHeaders(), raw), answer


def granting(recipients_per_second: float) -> dict[str, Any]:
    """Build what SES says of an account with such a sending rate."""
    quota = {"Max24HourSend": 50000.0, "MaxSendRate": recipients_per_second, "SentLast24Hours": 0.0}
    return {
        "SendQuota": quota,
        "SendingEnabled": True,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "HEALTHY",
    }


def refusal(code: str, status: int, words: str = "") -> Answer:
    """Build a refusal that quotes an address, as those of SES do."""
    quoting = "chief.executive@rochford.example is not to our liking"
    body = json.dumps({"message": words or quoting})
    return status, {"x-amzn-ErrorType": code, "x-amzn-RequestId": "id-1"}, body.encode()
