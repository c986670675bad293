"""Settle a letter that waits for a person, who has found out what became of it.

It is unknown, or nothing was reported of it, or its reader complained and was spoken to; or it did
not arrive, and was dealt with otherwise than by sending it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import NOT_ARRIVED, Act, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import FILL_IN, Command, Told, send_again
from annual_review.services.dispatch.send_letter import CLAIM_LASTS, abandoned
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import (
    Letter,
    LetterMovedError,
    LetterStore,
    Move,
    chosen_letters,
)
from annual_review.services.letters.letter_history import EventKind


class Settlement(StrEnum):
    """What a person has found out."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not-accepted"
    DELIVERED = "delivered"
    SPOKEN_TO = "spoken-to"
    DEALT_WITH = "dealt-with"

    def state(self, letter: Letter) -> LetterState:
        """Return where it leads a letter to."""
        return _LEADS_TO.get(self, letter.state)

    @property
    def meaning(self) -> str:
        """What is said of a letter by it."""
        return _MEANING[self]

    @property
    def kind(self) -> EventKind:
        """What its line in the history is."""
        is_dealt_with = self is Settlement.DEALT_WITH
        return EventKind.DEALT_WITH if is_dealt_with else EventKind.SETTLED

    @property
    def settles(self) -> frozenset[LetterState]:
        """The states of a letter that it may be said of.

        SES may accept a letter and never report: that it came, its addressee knows. Who marked a
        letter as unwanted can be spoken to. What did not arrive may have gone by post.
        """
        if self is Settlement.SPOKEN_TO:
            return frozenset({LetterState.COMPLAINED})
        if self is Settlement.DEALT_WITH:
            return NOT_ARRIVED
        known = {LetterState.ACCEPTED} if self is Settlement.DELIVERED else set()
        return frozenset({LetterState.UNKNOWN, *known})


_LEADS_TO: Final[Mapping[Settlement, LetterState]] = MappingProxyType(
    {
        Settlement.ACCEPTED: LetterState.ACCEPTED,
        Settlement.NOT_ACCEPTED: LetterState.FAILED,
        Settlement.DELIVERED: LetterState.DELIVERED,
        Settlement.SPOKEN_TO: LetterState.COMPLAINED,
    }
)
_MEANING: Final[Mapping[Settlement, str]] = MappingProxyType(
    {
        Settlement.ACCEPTED: "the mail service had accepted it",
        Settlement.NOT_ACCEPTED: "the mail service had not accepted it: it did not go",
        Settlement.DELIVERED: "it came",
        Settlement.SPOKEN_TO: "its reader, who marked it as unwanted, was spoken to",
        Settlement.DEALT_WITH: "the authority got it in another way, such as by post",
    }
)


class NotSettledError(RefusalError):
    """The letter can't be settled; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SettleLetter:
    """Settles unknown letters, and those whose sender died after its claim.

    If reports of the mail service come later, they are believed.
    """

    letters: LetterStore

    def settle(
        self,
        year: ReportingYear,
        code: AuthorityCode,
        settlement: Settlement,
        act: Act,
        *,
        is_dry_run: bool = False,
    ) -> Letter:
        """Settle an authority's present letter, and return it as it is then.

        Raises:
            NoLetterError: The authority has no letter.
            NotSettledError: It is not unknown, and no sender of it has died; that it came can be
                said of an accepted one as well, that its reader was spoken to of a complained one,
                that it was dealt with of one that was tried and did not arrive.
        """
        [letter] = chosen_letters(self.letters.of_year(year), [code])
        is_abandoned = _is_abandoned(letter, settlement, act.at)
        if letter.state not in settlement.settles and not is_abandoned:
            raise _not_settled(letter, settlement)
        if settlement is Settlement.DEALT_WITH and not letter.attempts:
            raise NotSettledError(
                f"letter {letter.id.tag} could not be prepared: fix that, and prepare it again",
                Command.of("prepare", year, only=code),
            )
        if is_dry_run:
            return letter
        why = f"settled as {settlement.value} by {act.by}: {act.reason}"
        try:
            if is_abandoned:
                # The sender writes this down when its request comes again; a lost one never does.
                letter = self.letters.move(letter, abandoned(act.at))
            to = settlement.state(letter)
            settled = Move(to, act.at, why, kind=settlement.kind, by=act.by)
            return self.letters.move(letter, settled)
        except LetterMovedError as error:
            raise _not_settled(error.letter, settlement) from None


def settlements_of(letter: Letter, at: datetime) -> Sequence[Settlement]:
    """Return what may be said of a letter at a moment; nothing of most."""
    return [
        each
        for each in Settlement
        if (letter.state in each.settles or _is_abandoned(letter, each, at))
        and (each is not Settlement.DEALT_WITH or letter.attempts)
    ]


def settled_in_words(settlement: Settlement, letter: Letter) -> str:
    """Return what a letter is, once it is settled so."""
    if settlement is Settlement.DEALT_WITH:
        return "dealt with"
    return settlement.state(letter).value


def after_settling(settlement: Settlement, letter: Letter, told: Told) -> str:
    """Say what comes next; `told` says how a command is done."""
    year, code = letter.id.year, letter.id.authority
    match settlement:
        case Settlement.ACCEPTED:
            delivered = told(
                Command.of("settle", year, code, Settlement.DELIVERED.value, reason=FILL_IN)
            )
            return f"SES reports whether it came. If it does not, ask the recipient; {delivered}."
        case Settlement.NOT_ACCEPTED:
            return f"{told(send_again(year, code))} sends it."
        case Settlement.DELIVERED:
            return "nothing, unless the mail service reports a bounce."
        case Settlement.SPOKEN_TO | Settlement.DEALT_WITH:
            stays = f"the letter stays {letter.state.value}"
            return f"nothing: {stays}, and is no longer listed as something to do."


def _is_abandoned(letter: Letter, settlement: Settlement, at: datetime) -> bool:
    """Whether its sender died after the claim, and this can be found out of it."""
    is_claimed = letter.state is LetterState.CLAIMED
    return settlement in _FOUND_OUT and is_claimed and at - letter.since > CLAIM_LASTS


_FOUND_OUT: Final = frozenset({Settlement.ACCEPTED, Settlement.NOT_ACCEPTED, Settlement.DELIVERED})
"""What can be found out of a letter whose sender died."""


def _not_settled(letter: Letter, settlement: Settlement) -> NotSettledError:
    command = None
    if letter.state in NOT_ARRIVED:
        command = send_again(letter.id.year, letter.id.authority)
    return NotSettledError(_why_not(letter, settlement), command)


def _why_not(letter: Letter, settlement: Settlement) -> str:
    if letter.state in NOT_ARRIVED:
        return (
            f"letter {letter.id.tag} is {letter.state.value}: it did not arrive; send it again, or"
            " say that it was dealt-with"
        )
    if letter.state is LetterState.CLAIMED:
        return f"letter {letter.id.tag} is being sent: wait until it is accepted, failed or unknown"
    if letter.state is LetterState.ACCEPTED:
        return f"letter {letter.id.tag} is accepted: if it came, settle it as delivered"
    if letter.state is LetterState.COMPLAINED:
        return f"letter {letter.id.tag} is complained: speak to its reader, then say spoken-to"
    only = (
        "one that did not arrive can be dealt with"
        if settlement is Settlement.DEALT_WITH
        else "one whose outcome nobody knows can be settled"
    )
    return f"letter {letter.id.tag} is {letter.state.value}: only {only}"
