"""Hundreds of issue dates in which everything fails: nobody has two letters, no state lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

import pytest

from annual_review.adapters.memory.letters import InMemoryLetterStore
from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.dispatch.send_letter import (
    MailBusyError,
    Mailer,
    MailRefusedError,
    MailUnknownError,
    Sending,
    SendLetter,
)
from annual_review.services.letters.letter import Letter, Move
from tests.fakes.issue_day import IssueDay

# Hundreds of runs at random are not measured: that would take as long again, and what they alone
# reach still wants a test of its own.
pytestmark = pytest.mark.thorough

SCHEDULES = 100


@pytest.mark.parametrize("approval_required", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_nobody_has_two_letters_and_every_state_tells_the_truth(
    seed: int, *, approval_required: bool
) -> None:
    for schedule in range(SCHEDULES):
        IssueDay(Random(seed * SCHEDULES + schedule), approval_required).run()


@dataclass
class BrokenStore:
    """Keeps letters, and lets anybody claim what another has claimed."""

    store: Any

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the store has)
        return getattr(self.store, name)

    def move(self, letter: Letter, move: Move) -> Letter:
        """Move a letter; a claim has no condition."""
        if move.to is LetterState.CLAIMED:
            letter = self.store.get(letter.id)
        [moved] = InMemoryLetterStore.move_all(self.store, [(letter, move)])
        return moved


@dataclass
class BrokenMailer:
    """Takes a broken connection for an answer."""

    mailer: Mailer
    takes_it_for: type[Exception]

    def send(self, letter: LetterId, message: bytes) -> str:
        """Make one attempt, and misunderstand its outcome."""
        try:
            return self.mailer.send(letter, message)
        except MailUnknownError as error:
            raise self.takes_it_for(str(error)) from None


class TakesOverClaims(SendLetter):
    """Sends what another sender has claimed and not recorded: it must have died."""

    def _abandoned(self, letter: Letter, at: datetime) -> Sending:
        message = self.documents.get(letter.key("eml"))
        return self._attempt(letter, LetterState.APPROVED, message, at)


@pytest.mark.parametrize(
    "broken",
    [
        {"letters_of_sender": BrokenStore},
        {"mailer_of_sender": partial(BrokenMailer, takes_it_for=MailBusyError)},
        {"mailer_of_sender": partial(BrokenMailer, takes_it_for=MailRefusedError)},
        {"sender": TakesOverClaims},
    ],
    ids=[
        "claims what another has claimed",
        "tries again after a time-out",
        "takes a time-out for a refusal",
        "takes over a claim",
    ],
)
def test_a_sender_that_is_broken_is_found_out(broken: dict[str, Any]) -> None:
    def run() -> None:
        for seed in range(10 * SCHEDULES):
            IssueDay(Random(seed), approval_required=True, **broken).run()

    with pytest.raises(AssertionError):
        run()
