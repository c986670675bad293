"""What brings the register and decisions into a deployed system."""

from __future__ import annotations

import time
from collections.abc import Callable

from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.adapters.events import parse_event
from annual_review.adapters.known_authorities import KnownAuthorities
from annual_review.adapters.mail.ses_events import read_mail_event
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.recording.dead_letters import EventCheck, ManageDeadLetters
from annual_review.services.recording.reset_case import ResetCase
from annual_review.wiring.dates import expected_issue_date
from annual_review.wiring.stores import Stores


class RecordingServices(Stores):
    """What the register and decisions are recorded with."""

    __slots__ = ()

    def load_register(self) -> LoadRegister:
        return LoadRegister(
            directory=self.directory,
            letters=self.letters,
            paragraphs=self.paragraphs,
            prepare=self.stack.prepare_queue,
            issue_date=expected_issue_date,
        )

    def reset_case(self) -> ResetCase:
        """Return what brings cases to what casework says."""
        return ResetCase(self.cases, KnownAuthorities(self.directory, clock=time.monotonic))

    def dead_letters(self, queue: str) -> ManageDeadLetters:
        letters = self.stack.dead_letters(queue)
        return ManageDeadLetters(queue, letters, self.stack.documents, self._check(queue))

    def _check(self, queue: str) -> Callable[[str], object] | None:
        """Return how the function behind a queue reads its messages."""
        match queue:
            case "decisions":
                known = KnownAuthorities(self.directory, clock=time.monotonic)
                return EventCheck(parse_event, known, self.cases)
            case "delivery":
                return read_mail_event
            case "schedules":
                return None
            case _:
                return read_letter_request
