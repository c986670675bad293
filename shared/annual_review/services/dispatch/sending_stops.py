"""Sending stops: when no more letters of a year are tried, why, and who lets sending go on.

Some refusals of the mail service concern the account and not the letter: the next letter would meet
the same. Others concern the letter; three of those in a row are no accident. Either stops the
sending of the year. The letters keep their state, so that nothing is lost: whoever has put right
what was wrong says so by name, and releases them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from annual_review.domain.letters import Act, LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import FILL_IN, Command
from annual_review.services.errors import ConflictError, RefusalError
from annual_review.services.wording import moment_of

REFUSED_IN_A_ROW: Final = 3
"""So many letters refused one after the other, and the rest is not tried."""

READINGS: Final = 20
"""How often a record is read again when others change it meanwhile: senders are few."""

SENDER: Final = "send_letter"
"""Who stops."""


class StopReason(StrEnum):
    """Why sending was stopped."""

    UNVERIFIED = "unverified"
    MAIL_FROM = "mail-from"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    QUOTA = "quota"
    CONFIGURATION_SET = "configuration-set"
    PERMISSION = "permission"
    REFUSALS = "refusals"

    @property
    def meaning(self) -> str:
        """What it means, as sentences tell it."""
        return _MEANING[self]

    @property
    def remedy(self) -> str:
        """What to do about it before sending goes on."""
        return _REMEDY[self]


_R = StopReason
_MEANING: Final[Mapping[StopReason, str]] = MappingProxyType(
    {
        _R.UNVERIFIED: "SES does not know the sender or, in the sandbox, a recipient as verified",
        _R.MAIL_FROM: "the MAIL FROM domain of the sender is not verified",
        _R.SUSPENDED: "AWS has suspended sending for the account",
        _R.PAUSED: "sending is paused for the account or the configuration set",
        _R.QUOTA: "the account has sent as much as SES allows in 24 hours",
        _R.CONFIGURATION_SET: "SES has no configuration set of this name",
        _R.PERMISSION: "the function may not send in the name of the sender",
        _R.REFUSALS: f"SES refused {REFUSED_IN_A_ROW} letters in a row",
    }
)
_REMEDY: Final[Mapping[StopReason, str]] = MappingProxyType(
    {
        _R.UNVERIFIED: "Verify the sender in SES, and ask for production access if it has none",
        _R.MAIL_FROM: "Correct the MX and SPF records of the MAIL FROM domain",
        _R.SUSPENDED: "Answer AWS in the support case that it has opened",
        _R.PAUSED: "Find out who paused it and why, then enable sending again",
        _R.QUOTA: "Wait until the 24 hours are over, or ask AWS for a higher quota",
        _R.CONFIGURATION_SET: "Deploy the stack again, which makes it",
        _R.PERMISSION: "Deploy the stack again, and look for a policy that denies sending",
        _R.REFUSALS: "Read the reasons in the histories of these letters and fix what they share",
    }
)


class SendingChange(StrEnum):
    """What happened to the sending of a year."""

    STOPPED = "stopped"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class SendingStep:
    """That sending was stopped, or goes on: when, by whom, and why.

    `why` is the error of a stop, as a code, or what a person says who resumes. `letter` is the tag
    of the letter at which it stopped.
    """

    change: SendingChange
    at: datetime
    by: str
    why: str
    reason: StopReason | None = None
    letter: str = ""


@dataclass(frozen=True, slots=True)
class SendingRecord:
    """The sending of a year. `refused` are the tags of the letters refused since one was accepted.

    `version` counts the writes and never goes back. Steps are added and none taken out.
    """

    year: ReportingYear
    refused: tuple[str, ...] = ()
    history: tuple[SendingStep, ...] = ()
    version: int = 0

    @property
    def stop(self) -> SendingStep | None:
        """The stop that holds, if one does."""
        last = self.history[-1] if self.history else None
        return last if last and last.change is SendingChange.STOPPED else None

    def stopped(
        self, letter: LetterId, at: datetime, why: str, reason: StopReason
    ) -> SendingRecord:
        """Return the record with a stop."""
        step = SendingStep(SendingChange.STOPPED, at, SENDER, why, reason, letter.tag)
        return replace(self, history=(*self.history, step))


class SendingStore(Protocol):
    """Where the sending of years is kept. Every change is one conditional write."""

    def get(self, year: ReportingYear) -> SendingRecord:
        """Return the record of a year, read consistently; an empty one if there is none."""

    def put(self, record: SendingRecord) -> bool:
        """Keep a record in place of the one that it was made from, by its version.

        `False` if another was kept since that one was read.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


class SendingStoppedError(RefusalError):
    """Sending is stopped; the message says since when, why, and what to do."""


class NotStoppedError(RefusalError):
    """There is nothing to resume."""


@dataclass(frozen=True, slots=True)
class SendingStops:
    """Stops the sending of a year, and lets it go on. Each change happens once, whoever repeats it.

    Its methods raise `PortError` where the record can't be read or written, `ConflictError` among
    them; doing it again is safe.
    """

    store: SendingStore

    def record(self, year: ReportingYear) -> SendingRecord:
        """Return the sending of a year as it stands."""
        return self.store.get(year)

    def check(self, year: ReportingYear) -> None:
        """Check that letters of a year may be sent.

        Raises:
            SendingStoppedError: Sending is stopped.
        """
        if stop := self.store.get(year).stop:
            raise SendingStoppedError(in_words(year, stop), resuming(year))

    def stop(self, letter: LetterId, at: datetime, why: str, reason: StopReason) -> None:
        """Stop at a letter, unless sending is stopped already."""
        self._change(
            letter.year,
            lambda seen: None if seen.stop else seen.stopped(letter, at, why, reason),
        )

    def refused(self, letter: LetterId, at: datetime, why: str) -> None:
        """Count a letter that was refused, and stop if it is the last of too many in a row."""

        def counted(seen: SendingRecord) -> SendingRecord | None:
            # A letter that is there was counted by the request whose answer was lost.
            if seen.stop or letter.tag in seen.refused:
                return None
            more = replace(seen, refused=(*seen.refused, letter.tag))
            if len(more.refused) < REFUSED_IN_A_ROW:
                return more
            return more.stopped(letter, at, why, StopReason.REFUSALS)

        self._change(letter.year, counted)

    def accepted(self, seen: SendingRecord) -> None:
        """Start counting again once a letter was accepted; `seen` is the record before that.

        Where another sender has changed it since, it stays: a refusal too many counted stops
        sending too early, and harms nobody.
        """
        if seen.refused and not seen.stop:
            self.store.put(replace(seen, refused=()))

    def resume(self, year: ReportingYear, act: Act) -> SendingStep:
        """Let sending go on, because a person says so; return the stop that this ends.

        Raises:
            NotStoppedError: Sending is not stopped.
        """
        ended: list[SendingStep] = []

        def resumed(seen: SendingRecord) -> SendingRecord | None:
            step = SendingStep(SendingChange.RESUMED, act.at, act.by, act.reason)
            if seen.stop is None:
                if ended and seen.history[-1:] == (step,):
                    return None
                message = f"the sending of {year} is not stopped"
                raise NotStoppedError(message, Command.of("status", year))
            ended[:] = [seen.stop]
            return replace(seen, refused=(), history=(*seen.history, step))

        self._change(year, resumed)
        return ended[0]

    def _change(
        self, year: ReportingYear, change: Callable[[SendingRecord], SendingRecord | None]
    ) -> None:
        for _ in range(READINGS):
            changed = change(self.store.get(year))
            if changed is None or self.store.put(changed):
                return
        raise ConflictError(f"the sending of {year} is being changed by others")


def in_words(year: ReportingYear, stop: SendingStep) -> str:
    """Say that sending is stopped, since when, at which letter, and why."""
    meaning = f"{stop.reason.meaning} ({stop.why})" if stop.reason else stop.why
    at = f"{moment_of(stop.at)} at letter {stop.letter}"
    return f"the sending of {year} was stopped on {at}: {meaning}"


def resuming(year: ReportingYear) -> Command:
    """Return the command that lets sending go on."""
    return Command.of("release", year, resume=True, reason=FILL_IN)
