"""A small mail server that stands in for SES v2: it takes letters and delivers them to a folder.

It answers SendEmail and GetAccount as SES does, keeps each message as it came, shows it on a web
page, and reports what became of it through the emulator's event bus, which reaches the system by
the rule that SES's own reports would take. It can also fail in the ways that SES can, for tests.
"""

import contextlib
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum, auto
from http import HTTPStatus
from pathlib import Path

from botocore.exceptions import ClientError

from infrastructure.local.aws import LocalAws
from infrastructure.local.mail_account import ABOUT_THE_ACCOUNT, answer_about
from infrastructure.local.mail_archive import MailArchive
from infrastructure.local.mail_events import Acceptance, events_about
from infrastructure.local.mail_pages import MailPages
from infrastructure.local.mail_playback import Playback
from infrastructure.local.mail_request import (
    SEND_EMAIL_PATH,
    Mail,
    RefusedError,
    read_send_email,
)
from infrastructure.local.mail_server import UNKNOWN_PATH, Answer, Page, serving

_FAILURE = RefusedError("InternalFailure", "Service failure.", HTTPStatus.INTERNAL_SERVER_ERROR)


class Fault(Enum):
    """A way in which SES fails: before it takes a message, or after, when the sender can't tell."""

    THROTTLED = auto()
    SENDER_NOT_VERIFIED = auto()
    SENDING_PAUSED = auto()
    ERROR_BEFORE = auto()
    ERROR_AFTER = auto()
    RESET_AFTER = auto()
    HANGS_AFTER = auto()


_REFUSALS = {
    Fault.THROTTLED: RefusedError(
        "TooManyRequestsException", "Maximum sending rate exceeded.", HTTPStatus.TOO_MANY_REQUESTS
    ),
    Fault.SENDER_NOT_VERIFIED: RefusedError(
        "MessageRejected", "Email address is not verified. The sender failed the check."
    ),
    Fault.SENDING_PAUSED: RefusedError(
        "SendingPausedException", "Sending is paused for this account."
    ),
    Fault.ERROR_BEFORE: _FAILURE,
}


class Mailbox:
    """The mail server, as the process that runs it sees it; made by `mailbox`.

    Attributes:
        endpoint: The base URL for those who send: their `AWS_ENDPOINT_URL_SESV2`. A browser is
            shown the messages there.
    """

    def __init__(self, aws: LocalAws, outbox: Path) -> None:
        self.endpoint = ""
        self._aws = aws
        self._archive = MailArchive(outbox)
        self._pages = MailPages(self._archive)
        self._ses = aws.client("sesv2")
        self._playback = Playback(aws)
        self._known_sets: set[str] = set()
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()
        self._closing = threading.Event()

    @property
    def accepted(self) -> int:
        """How many messages were taken."""
        return len(self._archive)

    @property
    def reached(self) -> frozenset[str]:
        """Every address that a message went to, whatever the message itself names."""
        return frozenset(a for each in self._archive.newest_first() for a in each.recipients)

    def deliver_to(self, outbox: Path) -> None:
        """Let a folder take the messages that come from now on."""
        self._archive.keep_in(outbox)

    def fail_next(self, *faults: Fault) -> None:
        """Let the next messages meet these faults, one each."""
        with self._lock:
            self._faults.extend(faults)

    def drain(self, timeout_seconds: float = 30.0) -> None:
        """Wait until every report about messages taken so far is on the event bus.

        Raises:
            PlaybackError: Some report was not taken, or time ran out.
        """
        self._playback.drain(timeout_seconds)

    def show(self, path: str) -> Answer | Page:
        """Answer who asks for the account, as SES does, or for a page with messages."""
        if path.startswith(ABOUT_THE_ACCOUNT):
            return answer_about(path, self._ses)
        return self._pages.show(path)

    def answer(self, path: str, body: bytes) -> Answer | None:
        """Answer a request; none when the sender shall hear nothing."""
        try:
            if path != SEND_EMAIL_PATH:
                return Answer.refusal(UNKNOWN_PATH)
            mail = read_send_email(body)
            self._check_configuration_set(mail)
            fault = self._next_fault()
            if fault in _REFUSALS:
                return Answer.refusal(_REFUSALS[fault])
            message_id = self._take(mail)
        except RefusedError as refusal:
            return Answer.refusal(refusal)
        return self._answer_after(fault, message_id)

    def stop_waiting(self) -> None:
        """Let go of the senders who wait for an answer that does not come."""
        self._closing.set()

    def close(self) -> None:
        """Stop reporting."""
        self._playback.close()
        self._ses.close()

    def _answer_after(self, fault: Fault | None, message_id: str) -> Answer | None:
        if fault is None:
            return Answer(HTTPStatus.OK, {"MessageId": message_id})
        if fault is Fault.ERROR_AFTER:
            return Answer.refusal(_FAILURE)
        if fault is Fault.HANGS_AFTER:
            self._closing.wait()
        return None

    def _next_fault(self) -> Fault | None:
        with self._lock:
            return self._faults.popleft() if self._faults else None

    def _check_configuration_set(self, mail: Mail) -> None:
        name = mail.configuration_set
        if not name or name in self._known_sets:
            return
        try:
            self._ses.get_configuration_set(ConfigurationSetName=name)
        except ClientError as error:
            text = f"Configuration set <{name}> does not exist."
            raise RefusedError("NotFoundException", text, HTTPStatus.NOT_FOUND) from error
        self._known_sets.add(name)

    def _take(self, mail: Mail) -> str:
        message_id = f"{uuid.uuid4()}-000000"
        now = datetime.now(UTC)
        acceptance = Acceptance(message_id, now, self._aws.account, self._aws.region)
        events = events_about(mail, acceptance) if mail.configuration_set else []
        self._archive.keep(mail, message_id, now, events)
        self._playback.add(events)
        return message_id


@contextlib.contextmanager
def mailbox(aws: LocalAws, outbox: Path) -> Iterator[Mailbox]:
    """Run the mail server on a free port of this machine for as long as the block lasts."""
    box = Mailbox(aws, outbox)
    try:
        with serving(box.answer, box.show) as box.endpoint:
            try:
                yield box
            finally:
                box.stop_waiting()
    finally:
        box.close()
