"""Answers what programs ask SES about the account; the emulator's own SES knows some of it."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from infrastructure.local.mail_request import ACCOUNT_PATH
from infrastructure.local.mail_server import Answer

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

ABOUT_THE_ACCOUNT = "/v2/email/"
_ACCOUNT: Mapping[str, object] = {
    "SendingEnabled": True,
    "ProductionAccessEnabled": True,
    "EnforcementStatus": "HEALTHY",
    # Far above what one machine sends: the rate of a run is that of the deployment.
    "SendQuota": {"Max24HourSend": 1_000_000.0, "MaxSendRate": 1000.0, "SentLast24Hours": 0.0},
}


def answer_about(path: str, ses: "SESV2Client") -> Answer:
    """Answer a GET about the account, an identity, a configuration set or suppressed addresses."""
    asked = path.partition("?")[0]
    if asked == ACCOUNT_PATH:
        return Answer(HTTPStatus.OK, _ACCOUNT)
    if asked == f"{ABOUT_THE_ACCOUNT}suppression/addresses":
        return Answer(HTTPStatus.OK, {"SuppressedDestinationSummaries": []})
    if found := re.fullmatch(f"{ABOUT_THE_ACCOUNT}identities/([^/]+)", asked):
        identity = unquote(found[1])
        return _told(lambda: ses.get_email_identity(EmailIdentity=identity))
    kind = f"{ABOUT_THE_ACCOUNT}configuration-sets/([^/]+)(/event-destinations)?"
    if found := re.fullmatch(kind, asked):
        name = unquote(found[1])
        if found[2]:
            return _told(
                lambda: ses.get_configuration_set_event_destinations(ConfigurationSetName=name)
            )
        return _told(lambda: ses.get_configuration_set(ConfigurationSetName=name))
    return Answer(HTTPStatus.NOT_FOUND, {"message": "not asked for"}, "UnknownOperationException")


def _told(ask: Callable[[], Mapping[str, Any]]) -> Answer:
    try:
        told = ask()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Answer(status, {"message": "none"}, error.response["Error"]["Code"])
    return Answer(HTTPStatus.OK, {name: told[name] for name in told if name != "ResponseMetadata"})
