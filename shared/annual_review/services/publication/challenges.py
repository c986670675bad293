"""Keep what authorities object to between letter and publication, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.advised_commands import FILL_IN, Command
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Closes
from annual_review.services.letters.letter import LetterStore, current_letters
from annual_review.services.publication.publication_store import ChallengeStore


class NoChallengeError(RefusalError):
    """There is no such challenge, or none can be made; the message says why."""


class NoAnswerError(RefusalError):
    """A challenge can't be answered like that; the message says why."""


@dataclass(frozen=True, slots=True)
class Challenges:
    """Keeps challenges. One that is open keeps its authority out of what is published."""

    store: ChallengeStore
    closes: Closes
    letters: LetterStore

    def add(
        self, year: ReportingYear, authority: AuthorityCode, objector: str, text: str, act: Act
    ) -> Challenge:
        """Write down that an authority objects: `objector` is who of it, `text` to what.

        Raises:
            NoChallengeError: The authority has no letter of that year.
        """
        self.check_letter(year, authority)
        challenge = Challenge(year, authority, 0, objector, act.at, text, act.by)
        while True:
            number = len(self.store.of_authority(year, authority)) + 1
            challenge = replace(challenge, number=number)
            if self.store.add(challenge):
                return challenge

    def check_letter(self, year: ReportingYear, authority: AuthorityCode) -> None:
        """Check that an authority has figures to object to.

        Raises:
            NoChallengeError: It has no letter of that year.
        """
        if authority not in current_letters(self.letters.of_year(year)):
            raise NoChallengeError(
                f"{authority} has no letter of {year}: there is nothing to object to yet"
            )

    def answer(
        self,
        year: ReportingYear,
        authority: AuthorityCode,
        answer: Answer,
        number: int | None = None,
        *,
        is_dry_run: bool = False,
    ) -> Challenge:
        """Answer a challenge; without a number, the one that is open.

        Raises:
            NoChallengeError: There is none that is open, or several are.
            NoAnswerError: The revision that it names does not re-issue the letter of the authority.
        """
        if answer.verdict is Verdict.CHANGED:
            self._check_revision(year, authority, answer.revision)
        challenge = self._open(year, authority, number)
        if not (is_dry_run or self.store.answer(challenge, answer)):
            raise NoChallengeError(
                f"challenge {challenge.number} of {authority} was answered by somebody else"
            )
        return replace(challenge, answer=answer)

    def _open(self, year: ReportingYear, authority: AuthorityCode, number: int | None) -> Challenge:
        still_open = [
            each
            for each in self.store.of_authority(year, authority)
            if each.is_open and number in {None, each.number}
        ]
        if not still_open:
            of_number = f" of number {number}" if number else ""
            raise NoChallengeError(
                f"{authority} has no open challenge to {year}{of_number}",
                Command.of("challenge list", year, authority),
            )
        if len(still_open) > 1:
            numbers = ", ".join(str(each.number) for each in still_open)
            raise NoChallengeError(
                f"several challenges of {authority} are open: say which of them, by its number:"
                f" {numbers}"
            )
        return still_open[0]

    def _check_revision(
        self, year: ReportingYear, authority: AuthorityCode, revision: Revision | None
    ) -> None:
        reissued: Sequence[Revision] = [
            close.revision for close in self.closes.of_year(year) if close.reissues == authority
        ]
        if revision not in reissued:
            raise NoAnswerError(
                f"revision {revision} of {year} re-issues no letter of {authority}: re-issue it"
                " first, then answer with its revision",
                Command.of("reissue", year, authority, reason=FILL_IN),
            )
