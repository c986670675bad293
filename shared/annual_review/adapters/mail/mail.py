"""Mail through Amazon SES: one attempt, and an honest word on what is known of its outcome.

| what came back | what it proves | raised |
|---|---|---|
| an answer of success | accepted | nothing |
| no connection | not accepted | `MailBusyError` |
| throttled, over quota, paused, suspended, not permitted | not accepted for now | `MailBusyError` |
| any other refusal (4xx) | not accepted, and never as it is | `MailRefusedError` |
| a time-out, a broken connection, a failure of SES (5xx) | nothing | `MailUnknownError` |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
    ProxyConnectionError,
    SSLError,
)
from typing_extensions import override

from annual_review.adapters.aws.aws_errors import FIRST_SERVER_ERROR, code_of, named, status_of
from annual_review.domain.letters import LetterId
from annual_review.services.dispatch.send_letter import (
    MailBusyError,
    Mailer,
    MailRefusedError,
    MailUnknownError,
)

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

LETTER_TAG: Final = "letter"
"""The message tag by which SES events are joined to letters."""

_NOT_FOR_NOW: Final = frozenset(
    {
        "AccountSuspendedException",
        "LimitExceededException",
        "SendingPausedException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

_FIRST_CLIENT_ERROR: Final = 400
_FORBIDDEN: Final = 403
_REQUEST_TIMEOUT: Final = 408
_TOO_MANY_REQUESTS: Final = 429


@dataclass(frozen=True, slots=True)
class SesMailer(Mailer):
    """A client that makes exactly one attempt.

    `only_to`, where it is set, is the one mailbox that SES is told to deliver to, whatever
    recipients the message names.
    """

    client: SESV2Client
    configuration_set: str
    only_to: str | None = None

    @override
    def send(self, letter: LetterId, message: bytes) -> str:
        # Left out, it is the message that says where it goes.
        to: dict[str, Any] = (
            {"Destination": {"ToAddresses": [self.only_to]}} if self.only_to else {}
        )
        try:
            answer = self.client.send_email(
                **to,
                Content={"Raw": {"Data": message}},
                ConfigurationSetName=self.configuration_set,
                EmailTags=[{"Name": LETTER_TAG, "Value": letter.tag}],
            )
        except ClientError as error:
            raise _of_answer(error) from None
        except BotoCoreError as error:
            raise _without_answer(error) from None
        # Botocore takes any body of a success for an answer, that of a proxy too.
        if message_id := answer.get("MessageId"):
            return message_id
        raise MailUnknownError("SendEmail: an answer without a message id")


def _of_answer(error: ClientError) -> Exception:
    code, status = code_of(error), status_of(error)
    if status >= FIRST_SERVER_ERROR or status < _FIRST_CLIENT_ERROR or status == _REQUEST_TIMEOUT:
        return MailUnknownError(named(error))
    # Credentials or permissions that are wrong are the fault of the deployment, not of the letter.
    if code in _NOT_FOR_NOW or status in {_FORBIDDEN, _TOO_MANY_REQUESTS}:
        return MailBusyError(named(error))
    return MailRefusedError(named(error))


def _without_answer(error: BotoCoreError) -> Exception:
    what = f"SendEmail: {type(error).__name__}"
    if isinstance(error, ParamValidationError):
        return MailRefusedError(what)
    if isinstance(
        error, HTTPClientError | IncompleteReadError | SSLError | ProxyConnectionError
    ) and not isinstance(error, ConnectTimeoutError | EndpointConnectionError):
        return MailUnknownError(what)
    # What is left happened before a byte of the letter left: no connection, no credentials.
    return MailBusyError(what)
