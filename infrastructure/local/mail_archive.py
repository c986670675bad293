"""The messages that the mail server took: each a file, and known for as long as it runs."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from infrastructure.local.mail_events import MailEvent
from infrastructure.local.mail_request import LETTER_TAG, Mail

_UNSAFE_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")
_FATES = {
    "Email Sent": "sent",
    "Email Delivery Delayed": "delayed",
    "Email Delivered": "delivered",
    "Email Bounced": "bounced",
    "Email Complaint Received": "complained",
    "Email Rejected": "rejected",
    "Email Rendering Failed": "not rendered",
}


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that was taken.

    `name` is that of its file without the ending: the letter's tag, and a number if the letter came
    again. `fate` is what was reported of it, in words and in order: "delivered and complained".
    """

    name: str
    raw: bytes
    recipients: tuple[str, ...]
    subject: str
    letter: str
    at: datetime
    fate: str

    def parsed(self) -> EmailMessage:
        """Return the message with its parts."""
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(self.raw)


class MailArchive:
    """Keeps messages in a folder and remembers them in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self._kept: dict[str, KeptMessage] = {}
        self._lock = threading.Lock()
        self.keep_in(folder)

    def keep_in(self, folder: Path) -> None:
        """Write the messages that come from now on into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._folder = folder

    def __len__(self) -> int:
        """Count the messages."""
        return len(self._kept)

    def newest_first(self) -> Sequence[KeptMessage]:
        """Return every message, the newest first."""
        with self._lock:
            return list(reversed(self._kept.values()))

    def find(self, name: str) -> KeptMessage | None:
        """Return the message of a name, if there is one."""
        return self._kept.get(name)

    def keep(
        self, mail: Mail, message_id: str, at: datetime, events: Sequence[MailEvent]
    ) -> KeptMessage:
        """Write a message to a file of its own, named for its letter."""
        letter = mail.tags.get(LETTER_TAG, "")
        stem = _UNSAFE_IN_A_NAME.sub("_", letter or message_id)
        with self._lock:
            name, number = stem, 1
            while (self._folder / f"{name}.eml").exists():
                number += 1
                name = f"{stem}.{number}"
            (self._folder / f"{name}.eml").write_bytes(mail.raw)
            kept = KeptMessage(
                name=name,
                raw=mail.raw,
                recipients=mail.recipients,
                subject=str(mail.message.get("Subject", "")),
                letter=letter,
                at=at,
                fate=_fate(events),
            )
            self._kept[name] = kept
        return kept


def _fate(events: Sequence[MailEvent]) -> str:
    reported = dict.fromkeys(map(_told, events))
    later = [fate for fate in reported if fate != "sent"]
    return " and ".join(later) or "sent"


def _told(event: MailEvent) -> str:
    """Return one report in a word or two; a bounce that passes is an automatic answer here."""
    is_answer = event.detail.get("bounce", {}).get("bounceType") == "Transient"
    return "answered automatically" if is_answer else _FATES[event.detail_type]
