"""What SES reports about a message, in the shape of its event publishing through EventBridge.

Who a message is addressed to decides what becomes of it, as in SES's mailbox simulator: the names
`success`, `bounce`, `complaint`, `suppressionlist` and `ooto` (out of the office: the mail arrives,
and an automatic answer comes back as a transient bounce) at the simulator's domain, with a label or
without (`bounce+E07000075@simulator.amazonses.com`), and the same names with a plus sign at any
other domain (`bounce+2020@district.example`, `chief.executive+bounce@district.example`). Ours, and
unknown to SES, are `delay`, `reject` and `failure`: they play the events that its own simulator has
no address for. Any other address receives its mail.

What a receiving mail server says is told once for its mailboxes: one event for all recipients of a
domain that fared alike, as SES tells it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import getaddresses
from typing import Any

from infrastructure.local.mail_request import Mail

SIMULATOR = "simulator.amazonses.com"
_FATES = (
    *("success", "bounce", "complaint", "suppressionlist", "ooto"),
    *("delay", "reject", "failure"),
)
_SERVER = "mailbox.local.example"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event about one message."""

    detail_type: str
    detail: Json


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How and when SES took a message."""

    message_id: str
    at: datetime
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of event: its names, and the content of the member that is particular to it."""

    detail_type: str
    event_type: str
    member: str
    content: Callable[[Sequence[str], Acceptance], Json]


def events_about(mail: Mail, acceptance: Acceptance) -> list[MailEvent]:
    """Return the events that SES publishes about a message, in the order of their times."""
    together: dict[tuple[str, str], list[str]] = {}
    for address in mail.recipients:
        server = address.lower().rpartition("@")[2]
        together.setdefault((_fate(address), server), []).append(address)
    described = _describe(mail, acceptance)

    def event(kind: _Kind, addresses: Sequence[str]) -> MailEvent:
        content = kind.content(addresses, acceptance)
        detail = {"eventType": kind.event_type, "mail": described, kind.member: content}
        return MailEvent(kind.detail_type, detail)

    fates = {fate for fate, _ in together}
    for fate, end in _ENDS.items():
        if fate in fates:
            return [event(end, mail.recipients)]
    return [
        event(_SENT, mail.recipients),
        *(event(k, them) for (fate, _), them in together.items() for k in _FOLLOWING[fate]),
    ]


def _fate(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    name, plus, label = local.partition("+")
    if domain == SIMULATOR and name in _FATES:
        return name
    if plus:
        return next((part for part in (name, label) if part in _FATES), "success")
    return "success"


def _describe(mail: Mail, acceptance: Acceptance) -> Json:
    headers = [{"name": k, "value": str(v)} for k, v in mail.message.items()]
    [(_, sender), *_] = getaddresses([mail.source])
    tags = {name: [value] for name, value in mail.tags.items()}
    if mail.configuration_set:
        tags["ses:configuration-set"] = [mail.configuration_set]
    arn = f"arn:aws:ses:{acceptance.region}:{acceptance.account}:identity/{sender}"
    return {
        "timestamp": _time(acceptance.at),
        "source": mail.source,
        "sourceArn": arn,
        "sendingAccountId": acceptance.account,
        "messageId": acceptance.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": _common_headers(mail, acceptance),
        "tags": tags
        | {
            "ses:operation": ["SendRawEmail"],
            "ses:source-ip": ["127.0.0.1"],
            "ses:from-domain": [sender.rpartition("@")[2]],
            "ses:caller-identity": ["send_letter"],
        },
    }


def _common_headers(mail: Mail, acceptance: Acceptance) -> Json:
    lists = {"from": "From", "to": "To", "cc": "Cc", "replyTo": "Reply-To"}
    common: Json = {
        key: [str(value) for value in mail.message.get_all(name, [])] for key, name in lists.items()
    }
    common["messageId"] = acceptance.message_id
    common["subject"] = str(mail.message.get("Subject", ""))
    return {key: value for key, value in common.items() if value}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _delivery(addresses: Sequence[str], acceptance: Acceptance) -> Json:
    return {
        "timestamp": _time(acceptance.at + timedelta(seconds=1)),
        "processingTimeMillis": 1000,
        "recipients": list(addresses),
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": _SERVER,
    }


def _bounce(sub_type: str, diagnosis: str) -> Callable[[Sequence[str], Acceptance], Json]:
    def content(addresses: Sequence[str], acceptance: Acceptance) -> Json:
        fields = {"action": "failed", "status": "5.1.1", "diagnosticCode": diagnosis}
        return {
            "feedbackId": f"feedback-{acceptance.message_id}",
            "bounceType": "Permanent",
            "bounceSubType": sub_type,
            "bouncedRecipients": [{"emailAddress": a} | fields for a in addresses],
            "timestamp": _time(acceptance.at + timedelta(seconds=2)),
            "reportingMTA": f"dns; {_SERVER}",
        }

    return content


def _out_of_office(addresses: Sequence[str], acceptance: Acceptance) -> Json:
    """Return what SES makes of an automatic answer: a bounce of no mailbox, and no reason given."""
    return {
        "feedbackId": f"feedback-{acceptance.message_id}",
        "bounceType": "Transient",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": a} for a in addresses],
        "timestamp": _time(acceptance.at + timedelta(seconds=3)),
    }


def _complaint(addresses: Sequence[str], acceptance: Acceptance) -> Json:
    moment = _time(acceptance.at + timedelta(seconds=3))
    return {
        "feedbackId": f"feedback-{acceptance.message_id}",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": a} for a in addresses],
        "timestamp": moment,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": moment,
    }


def _delay(addresses: Sequence[str], acceptance: Acceptance) -> Json:
    fields = {"status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect"}
    return {
        "timestamp": _time(acceptance.at + timedelta(seconds=1)),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": _time(acceptance.at + timedelta(hours=14)),
        "delayedRecipients": [{"emailAddress": a} | fields for a in addresses],
    }


def _nothing(_addresses: Sequence[str], _acceptance: Acceptance) -> Json:
    return {}


def _reject(_addresses: Sequence[str], _acceptance: Acceptance) -> Json:
    return {"reason": "Bad content"}


def _failure(_addresses: Sequence[str], _acceptance: Acceptance) -> Json:
    return {"errorMessage": "Attribute 'name' is not present.", "templateName": "letter"}


_SENT = _Kind("Email Sent", "Send", "send", _nothing)
_DELIVERED = _Kind("Email Delivered", "Delivery", "delivery", _delivery)
_DELAYED = _Kind("Email Delivery Delayed", "DeliveryDelay", "deliveryDelay", _delay)
_COMPLAINED = _Kind("Email Complaint Received", "Complaint", "complaint", _complaint)
_BOUNCED = _Kind(
    "Email Bounced", "Bounce", "bounce", _bounce("General", "smtp; 550 5.1.1 user unknown")
)
_ANSWERED = _Kind("Email Bounced", "Bounce", "bounce", _out_of_office)
_SUPPRESSED = _Kind(
    "Email Bounced",
    "Bounce",
    "bounce",
    _bounce("Suppressed", "Amazon SES has suppressed sending to this address"),
)
# A message that SES itself stops reaches nobody, so one such address is enough.
_ENDS: Mapping[str, _Kind] = {
    "reject": _Kind("Email Rejected", "Reject", "reject", _reject),
    "failure": _Kind("Email Rendering Failed", "Rendering Failure", "failure", _failure),
}
_FOLLOWING: Mapping[str, tuple[_Kind, ...]] = {
    "success": (_DELIVERED,),
    "bounce": (_BOUNCED,),
    "complaint": (_DELIVERED, _COMPLAINED),
    "suppressionlist": (_SUPPRESSED,),
    "ooto": (_DELIVERED, _ANSWERED),
    "delay": (_DELAYED, _DELIVERED),
}
