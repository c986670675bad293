"""Letters, closes and letter queues in memory, under the same conditions as the table."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError
from annual_review.services.letters import Close, Event, Letter, LetterMovedError, Move


class InMemoryLetterStore:
    """Implements `LetterStore`."""

    def __init__(self) -> None:
        self._letters: dict[LetterId, Letter] = {}

    def plan(self, letter: Letter) -> bool:
        """Keep a new letter; `False` if it is there already."""
        return self._letters.setdefault(letter.id, letter) is letter

    def get(self, letter: LetterId) -> Letter:
        """Return a letter.

        Raises:
            MissingError: There is none.
        """
        if letter not in self._letters:
            raise MissingError(f"there is no letter {letter.tag}")
        return self._letters[letter]

    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        """Return the letters of every revision of a year, by revision and code."""
        return tuple(self._letters[key] for key in sorted(self._letters) if key.year == year)

    def move(self, letter: LetterId, move: Move, given: Collection[LetterState]) -> Letter:
        """Take a letter from one of the given states to another.

        Raises:
            LetterMovedError: It is in none of the given states, or not as the move demands.
            MissingError: There is none.
        """
        now = self.get(letter)
        if now.state not in given or not move.is_allowed(now):
            raise LetterMovedError(now)
        then = replace(
            now,
            state=move.to,
            message_sha256=move.message_sha256 or now.message_sha256,
            message_id=move.message_id or now.message_id,
            recipients=now.recipients if move.recipients is None else move.recipients,
            approved_sha256=move.approved_sha256 or now.approved_sha256,
            attempts=now.attempts + move.counts_as_attempt,
            history=(*now.history, Event(move.at, move.to, move.why)),
        )
        self._letters[letter] = then
        return then


class InMemoryCloseStore:
    """Implements `CloseStore`."""

    def __init__(self) -> None:
        self._closes: dict[tuple[ReportingYear, int], Close] = {}

    def add(self, close: Close) -> Close:
        """Keep a close, or return the one that is there already."""
        return self._closes.setdefault((close.year, close.revision), close)

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        """Return the closes of a year by revision."""
        return tuple(self._closes[key] for key in sorted(self._closes) if key[0] == year)

    def latest(self, year: ReportingYear) -> Close | None:
        """Return the close of the highest revision."""
        *_, last = (None, *self.of_year(year))
        return last


class InMemoryLetterQueue:
    """Implements `LetterQueue`; its messages are taken one by one."""

    def __init__(self) -> None:
        self._waiting: deque[LetterId] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, letters: Sequence[LetterId]) -> None:
        """Queue a message for each letter."""
        self._waiting.extend(letters)

    def take(self) -> Iterator[LetterId]:
        """Take messages until none is left."""
        while self._waiting:
            yield self._waiting.popleft()
