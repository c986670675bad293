"""Mail through Amazon SES: one attempt, and an honest word on what is known of its outcome.

| what came back | what it proves | raised |
|---|---|---|
| an answer of success | accepted | nothing |
| no connection | not accepted | `MailBusyError` |
| throttled | not accepted for now | `MailBusyError` |
| what concerns the account | not accepted, and no other would be | `MailAccountError` |
| any other refusal (4xx) | not accepted, and never as it is | `MailRefusedError` |
| a time-out, a broken connection, a failure of SES (5xx) | nothing | `MailUnknownError` |

The account is concerned where something is not verified, suspended or paused, the day's quota is
used up, the configuration set is not there, or the function may not send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
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
from annual_review.domain.letters import LETTER_TAG, LetterId
from annual_review.services.dispatch.send_letter import (
    MailAccountError,
    MailBusyError,
    Mailer,
    MailRefusedError,
    MailUnknownError,
)
from annual_review.services.dispatch.sending_stops import StopReason

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_NOT_FOR_NOW: Final = frozenset({"ThrottlingException", "TooManyRequestsException"})

_OF_THE_ACCOUNT: Final[Mapping[str, StopReason]] = MappingProxyType(
    {
        "AccountSuspendedException": StopReason.SUSPENDED,
        "LimitExceededException": StopReason.QUOTA,
        "MailFromDomainNotVerifiedException": StopReason.MAIL_FROM,
        "NotFoundException": StopReason.CONFIGURATION_SET,
        "SendingPausedException": StopReason.PAUSED,
    }
)

# SES has one code for a message that it will not take and for an account that may not send it, and
# one for too many letters a second and too many a day. Only its words tell these apart (Developer
# Guide, "Email sending errors" and "Errors related to the sending quotas"). They name addresses, so
# they are compared and go nowhere.
_OF_THE_ACCOUNT_BY_ITS_WORDS: Final[Mapping[str, tuple[str, StopReason]]] = MappingProxyType(
    {
        "MessageRejected": ("email address is not verified", StopReason.UNVERIFIED),
        "ThrottlingException": ("daily message quota", StopReason.QUOTA),
        "TooManyRequestsException": ("daily message quota", StopReason.QUOTA),
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
    if reason := _of_the_account(code, status, error):
        return MailAccountError(named(error), reason)
    if code in _NOT_FOR_NOW or status == _TOO_MANY_REQUESTS:
        return MailBusyError(named(error))
    return MailRefusedError(named(error))


def _of_the_account(code: str, status: int, error: ClientError) -> StopReason | None:
    """Return what is wrong with the account, `None` where the refusal is of this message alone."""
    words, reason = _OF_THE_ACCOUNT_BY_ITS_WORDS.get(code, ("", None))
    if reason and words in error.response.get("Error", {}).get("Message", "").casefold():
        return reason
    # Credentials or permissions that are wrong are the fault of the deployment, not of the letter.
    return StopReason.PERMISSION if status == _FORBIDDEN else _OF_THE_ACCOUNT.get(code)


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
