"""Reads a SendEmail request of SES v2 and refuses what SES refuses, in the words of SES."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from http import HTTPStatus
from typing import Any

SEND_EMAIL_PATH = "/v2/email/outbound-emails"
ACCOUNT_PATH = "/v2/email/account"
LETTER_TAG = "letter"
_MOST_BYTES = 40 * 1024 * 1024
_MOST_RECIPIENTS = 50
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


class RefusedError(Exception):
    """SES does not take the message; `code` and `status` are those of the SES v2 API."""

    retryable = False

    def __init__(self, code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code = code
        self.status = int(status)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that SES would take.

    `message` holds its headers alone, and `recipients` are all addresses it goes to. Events about
    the message carry its `tags`.
    """

    raw: bytes
    message: EmailMessage
    source: str
    recipients: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str | None


def read_send_email(body: bytes) -> Mail:
    """Read the body of a SendEmail request.

    Raises:
        RefusedError: The request is not one that SES v2 takes, or brings no whole message.
    """
    request = _json_object(body)
    raw = _raw_message(request)
    # The parser would go through all lines of the attachments, too.
    head = _END_OF_HEAD.split(raw, maxsplit=1)[0]
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(head, headersonly=True)
    return Mail(
        raw=raw,
        message=message,
        source=_source(request, message),
        recipients=_recipients(request, message),
        tags=_tags(request),
        configuration_set=request.get("ConfigurationSetName"),
    )


def _refuse(message: str) -> RefusedError:
    return RefusedError("BadRequestException", message)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body)
    except ValueError as error:
        raise RefusedError("SerializationException", "The request is not valid JSON.") from error
    if not isinstance(request, dict):
        raise RefusedError("SerializationException", "The request is not a JSON object.")
    return request


def _raw_message(request: Mapping[str, Any]) -> bytes:
    try:
        data = request["Content"]["Raw"]["Data"]
    except (KeyError, TypeError) as error:
        raise _refuse("Content.Raw.Data is missing: only whole messages are taken here.") from error
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise _refuse("Content.Raw.Data is not base64.") from error
    if not raw:
        raise _refuse("Content.Raw.Data is empty.")
    if len(raw) > _MOST_BYTES:
        raise _refuse(f"Message length is more than {_MOST_BYTES} bytes long: '{len(raw)}'.")
    return raw


def _source(request: Mapping[str, Any], message: EmailMessage) -> str:
    source = request.get("FromEmailAddress") or message.get("From")
    if not source:
        raise _refuse("Missing required header 'From'.")
    [(_, address), *_] = getaddresses([str(source)])
    if "@" not in address:
        raise _refuse("Missing final '@domain'")
    return str(source)


def _recipients(request: Mapping[str, Any], message: EmailMessage) -> tuple[str, ...]:
    destination = request.get("Destination") or {}
    named = [a for kind in ("To", "Cc", "Bcc") for a in destination.get(f"{kind}Addresses") or []]
    if not named:
        named = [str(h) for kind in ("To", "Cc", "Bcc") for h in message.get_all(kind, [])]
    addresses = tuple(dict.fromkeys(address for _, address in getaddresses(named)))
    if not addresses:
        raise _refuse("At least one recipient is required.")
    if not all("@" in address.strip("@") for address in addresses):
        raise _refuse("Missing final '@domain'")
    if len(addresses) > _MOST_RECIPIENTS:
        raise _refuse(f"Recipient count exceeds {_MOST_RECIPIENTS}.")
    return addresses


def _tags(request: Mapping[str, Any]) -> dict[str, str]:
    tags = {str(t.get("Name")): str(t.get("Value")) for t in request.get("EmailTags") or []}
    for text in (*tags.keys(), *tags.values()):
        if not _TAG.fullmatch(text):
            raise _refuse(
                f"Invalid tag <{text}>: only alphanumeric ASCII characters, '_', and '-' are "
                "allowed, at most 256 of them."
            )
    return tags
