"""Letters whose notes change: taken back with each note, and asked for when all are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import ConflictError
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    Letter,
    LetterMove,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    current_letters,
)
from annual_review.services.letters.reopen_letters import may_be_prepared, reopened


def with_letter(
    letter: Letter | None, at: datetime, why: str, write: Callable[[LetterMove | None], bool]
) -> bool | None:
    """Write a note together with the step that takes its letter back.

    Returns what the write says, or `None` where the letter is on its way by now. An authority
    without a letter has none to take back.

    Raises:
        ConflictError: Others changed the letter all the while.
    """
    for _ in range(READINGS_OF_A_LETTER):
        if letter is not None and not may_be_prepared(letter):
            return None
        move = None if letter is None else (letter, reopened(letter, at, why))
        try:
            return write(move)
        except LetterMovedError as error:
            letter = error.letter
    whose = "" if letter is None else f" of {letter.id.authority}"
    raise ConflictError(f"the letter{whose} is being changed by others: try again")


@dataclass(frozen=True, slots=True)
class NotedLetters:
    """Asks for the letters of which notes were changed to be prepared."""

    letters: LetterStore
    prepare: LetterQueue

    def ask_for(
        self,
        year: ReportingYear,
        about: Iterable[AuthorityCode],
        before: Mapping[AuthorityCode, Letter],
        at: datetime,
        why: str,
    ) -> list[LetterId]:
        """Ask for the letters to be prepared that count by now.

        One that took the place of another since, as a re-issue or the next dispatch, may have been
        prepared without the change: it is taken back as well.

        Raises:
            ConflictError: It was claimed without the change, or others changed it all the while.
        """
        asked: list[LetterId] = []
        now = current_letters(self.letters.of_year(year))
        for code in about:
            letter = now.get(code)
            if letter is None:
                continue
            if code in before and letter.id != before[code].id:
                self._take_back(letter, at, why)
            asked.append(letter.id)
        self.prepare.put(asked)
        return asked

    def _take_back(self, letter: Letter, at: datetime, why: str) -> None:
        for _ in range(READINGS_OF_A_LETTER):
            if not may_be_prepared(letter):
                break
            try:
                self.letters.move(letter, reopened(letter, at, why))
            except LetterMovedError as error:
                letter = error.letter
            else:
                return
        raise ConflictError(
            f"letter {letter.id.tag} was made at the same time, perhaps without the change to its"
            f" notes, and is {letter.state.value}: look at it"
        )
