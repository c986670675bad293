"""Events of Amazon SES as EventBridge delivers them (SES Developer Guide, event data)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

SENT_AT: Final = datetime(2020, 7, 22, 12, 0, 0, 123000, tzinfo=UTC)


def a_mail_event(
    name: str,
    part: str = "",
    particulars: Mapping[str, Any] | None = None,
    *,
    tag: str = "2020-1-E07000075",
    tags: Mapping[str, list[str]] | None = None,
    message_id: str = "mail-1",
) -> dict[str, Any]:
    """Build an event of a kind, with the part that SES adds for it."""
    recipient = "chief.executive@rochford.example"
    mail = {
        "timestamp": "2020-07-22T12:00:00.123Z",
        "source": "annual.review@ombudsman.example",
        "messageId": message_id,
        "destination": [recipient],
        "headers": [{"name": "To", "value": recipient}],
        "commonHeaders": {"to": [recipient], "subject": "Annual Review letter 2020"},
        "tags": {"ses:configuration-set": ["mail"], "letter": [tag]} if tags is None else tags,
    }
    return {
        "version": "0",
        "id": "3f2b8a1c",
        "detail-type": "Email Event",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2020-07-22T12:00:01Z",
        "region": "eu-west-2",
        "resources": [],
        "detail": {
            "eventType": name,
            "mail": mail,
            **({part: dict(particulars or {})} if part else {}),
        },
    }
