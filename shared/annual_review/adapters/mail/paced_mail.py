"""Paced mail: each of several senders keeps to its share of the rate at which mail may go out.

Senders don't know of each other, so each takes an equal share of two rates, and keeps to the
slower: the letters a second that the deployment sets, and the recipients a second that SES grants
the account. SES counts recipients, not messages (Developer Guide, "Sending quotas"): it takes a
message to five at once and then nothing for as long as five take. So a sender rests after a
message, for as long as that message counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from annual_review.domain.letters import LetterId
from annual_review.services.dispatch.send_letter import MailBusyError, Mailer

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

LONGEST_REST: Final = 30.0
"""Seconds that a letter waits for its turn at most; with more to wait, it is handed back."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one of several senders may send.

    `letters` is how many letters a second all senders may send together, `recipients` to how many
    recipients a second; `None` where that is not known.
    """

    senders: int
    letters: float
    recipients: float | None

    def rest_after(self, recipients: int) -> float:
        """Return for how many seconds a sender rests after a message to so many recipients."""
        of_letters = self.senders / self.letters
        of_quota = recipients * self.senders / self.recipients if self.recipients else 0.0
        return max(of_letters, of_quota)


class PacedMailer(Mailer):
    """Over another mailer, one letter after the other, with rests between them.

    `clock` returns seconds that only ever increase; `sleep` waits for so many.
    """

    def __init__(
        self,
        mailer: Mailer,
        pace: Pace,
        clock: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._mailer = mailer
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._free_at = float("-inf")

    @override
    def send(self, letter: LetterId, message: bytes) -> str:
        """Wait for this letter's turn, then send it.

        Raises:
            MailBusyError: Its turn is too far off: it was not sent, and may be tried later.
        """
        if (wait := self._free_at - self._clock()) > LONGEST_REST:
            raise MailBusyError("its turn is too far off for the rate that SES grants the account")
        if wait > 0:
            self._sleep(wait)
        # The rest counts from here: what SES takes to answer is part of it. A turn that was not
        # used is lost: after a long wait SES is not overrun with what was saved up.
        self._free_at = self._clock() + self._pace.rest_after(_recipients(message))
        return self._mailer.send(letter, message)


def granted_rate(client: SESV2Client) -> float | None:
    """Return how many recipients a second SES grants the account, if it says so.

    Not to know it is no reason not to send: SES refuses what comes too fast, and the letter is
    tried again.
    """
    try:
        rate = client.get_account().get("SendQuota", {}).get("MaxSendRate", 0.0)
    except (BotoCoreError, ClientError):
        return None
    return rate if rate > 0 else None


def _recipients(message: bytes) -> int:
    headers = BytesHeaderParser(EmailMessage, policy=policy.compat32).parsebytes(message)
    named = [str(each) for name in ("To", "Cc", "Bcc") for each in headers.get_all(name, [])]
    return max(1, len(getaddresses(named)))
