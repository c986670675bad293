"""Release on the issue date, when there is nobody to ask: what SES would refuse stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.letters.letter import LettersDone
from annual_review.services.readiness.check import Check
from annual_review.services.readiness.in_the_way import passed_over
from annual_review.services.readiness.sending_checks import SendingChecks


@dataclass(frozen=True, slots=True)
class ReleaseWhenReady:
    """Releases the letters of a year unless SES is known to refuse them.

    What a person would be asked about holds no letter back, and neither does a check that can't be
    made: 353 letters don't wait for one mailbox, and sending stops by itself where SES refuses.
    `passed_over` is told of these, before anything is released.
    """

    letters: ReleaseLetters
    sending: SendingChecks
    passed_over: Callable[[Check], None]

    def release(self, year: ReportingYear, at: datetime) -> LettersDone:
        """Queue every letter that may be sent; doing it again queues them again and sends no more.

        Raises:
            NotReadyError: SES would refuse the letters; none was released.
            NotReleasedError: The year is not closed, or its issue date has not come.
            SendingStoppedError: Sending was stopped, and nobody has said that it may go on.
        """
        may_go = set(self.letters.release(year, at, is_dry_run=True).done)
        going = [each for each in self.letters.letters.of_year(year) if each.id in may_go]
        for each in passed_over(year, self.sending.check(going)) if going else ():
            self.passed_over(each)
        return self.letters.release(year, at)
