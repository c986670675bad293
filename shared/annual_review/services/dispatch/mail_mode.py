"""Mail modes: whether letters go to their recipients, to one test mailbox, or nowhere."""

from __future__ import annotations

from enum import StrEnum


class MailMode(StrEnum):
    """What sending a letter means in a deployment."""

    OFF = "off"
    DIVERT = "divert"
    LIVE = "live"

    @property
    def note(self) -> str:
        """What a letter's history says of it, after "accepted for sending"."""
        return ", diverted to the test mailbox" if self is MailMode.DIVERT else ""
