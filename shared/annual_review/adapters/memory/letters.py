"""Letters, closes and letter queues in memory, under the same conditions as the table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    Letter,
    LetterMove,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    Move,
)


class InMemoryLetterStore(LetterStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._letters: dict[LetterId, Letter] = {}

    def plan(self, letter: Letter) -> bool:
        return self._letters.setdefault(letter.id, letter) is letter

    def get(self, letter: LetterId) -> Letter:
        if letter not in self._letters:
            raise MissingError(f"there is no letter {letter.tag}")
        return self._letters[letter]

    def find(self, letter: LetterId) -> Letter | None:
        """Return a letter, or `None`."""
        return self._letters.get(letter)

    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        return tuple(self._letters[key] for key in sorted(self._letters) if key.year == year)

    def move(self, letter: Letter, move: Move) -> Letter:
        [moved] = self.move_all([(letter, move)])
        return moved

    def move_all(self, moves: Sequence[LetterMove]) -> Sequence[Letter]:
        """Take letters to other states, all of them or none."""
        self.check(moves)
        moved = [move.applied_to(self.get(letter.id)) for letter, move in moves]
        self._letters |= {letter.id: letter for letter in moved}
        return moved

    def check(self, moves: Sequence[LetterMove]) -> None:
        """Check that letters are still as they were read, before anything is written."""
        for letter, _ in moves:
            if (now := self.get(letter.id)).version != letter.version:
                raise LetterMovedError(now)

    def plan_next(self, letter: Letter, last: Letter, noted: Move) -> bool:
        if letter.id in self._letters:
            return False
        try:
            self.move(last, noted)
        except LetterMovedError:
            return False
        return self.plan(letter)


class InMemoryCloseStore(CloseStore):
    """A re-issue changes its letters in the same write."""

    def __init__(self, letters: InMemoryLetterStore | None = None) -> None:
        self._letters = InMemoryLetterStore() if letters is None else letters
        self._closes: dict[tuple[ReportingYear, int], Close] = {}

    def add(self, close: Close) -> Close:
        return self._closes.setdefault((close.year, close.revision), close)

    def reissue(self, close: Close, planned: Letter, replaced: Sequence[LetterMove]) -> Close:
        if there := self._closes.get((close.year, close.revision)):
            return there
        self._letters.move_all(replaced)
        self._letters.plan(planned)
        return self.add(close)

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        return tuple(self._closes[key] for key in sorted(self._closes) if key[0] == year)


class InMemoryLetterQueue(LetterQueue):
    """Its messages are taken one by one."""

    def __init__(self) -> None:
        self._waiting: deque[LetterId] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, letters: Sequence[LetterId]) -> None:
        self._waiting.extend(letters)

    def take(self) -> Iterator[LetterId]:
        """Take messages until none is left."""
        while self._waiting:
            yield self._waiting.popleft()
