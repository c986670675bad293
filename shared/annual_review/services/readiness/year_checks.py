"""Checks of the year: its edition, its register, its recipients, and its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from annual_review.domain.authorities import AuthorityCode, Register, first_named
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.directory import Directory
from annual_review.services.dispatch.release_letters import may_be_sent
from annual_review.services.dispatch.sending_stops import SendingStops, in_words, resuming
from annual_review.services.errors import MissingError
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import Letter, LetterStore, current_letters
from annual_review.services.letters.letter_recipients import mailboxes, recipient_of, recipient_on
from annual_review.services.readiness.check import Check, OnRelease, asked, not_ready, ready
from annual_review.services.wording import day_of

Recipients = Mapping[AuthorityCode, Recipient]

_NOT_YET = frozenset({LetterState.PLANNED, LetterState.PREPARED, LetterState.FAILED})
"""What may yet be done about a letter before it goes; a hold is meant."""


@dataclass(frozen=True, slots=True)
class YearChecks:
    """Checks a year. `issue_date` is `None` where it has no edition."""

    letters: LetterStore
    closes: CloseStore
    directory: Directory
    stops: SendingStops
    issue_date: Callable[[ReportingYear], date | None]
    approval_required: bool

    def to_go(self, year: ReportingYear) -> tuple[Letter, ...]:
        """Return the letters that may be sent."""
        current = current_letters(self.letters.of_year(year)).values()
        asked_for = self.approval_required
        return tuple(each for each in current if may_be_sent(each, approval_required=asked_for))

    def check(self, year: ReportingYear) -> list[Check]:
        """Make all checks."""
        table = "dynamodb:Query and dynamodb:GetItem on the table"
        return [
            self._edition(year),
            *asked(("register", "recipients"), table, lambda: self._directory(year)),
            *asked(("sending",), table, lambda: self._sending(year)),
            *asked(("letters",), table, lambda: self._letters(year)),
        ]

    def _edition(self, year: ReportingYear) -> Check:
        if day := self.issue_date(year):
            return ready("edition", f"there; its letters are dated {day_of(day)}")
        remedy = "Make it from that of another year (edition new), and deploy"
        return not_ready("edition", f"there is none of {year}", remedy)

    def _directory(self, year: ReportingYear) -> Iterator[Check]:
        register, recipients = self.directory.register(), self.directory.recipients()
        load = "Load it (load-register)"
        if register:
            yield ready("register", f"{len(register):,} authorities")
        else:
            yield not_ready("register", "there is none", load)
        day = self.issue_date(year) or year.last_day
        without = [code for code in register if not self._receives(code, day, register, recipients)]
        moved = self._moved(year, day, register, recipients)
        if without:
            says = f"there is none for {first_named(without, _names(register))}"
            yield not_ready("recipients", says, load)
        elif moved:
            says = f"since it was prepared another receives the letter of {', '.join(moved)}"
            yield not_ready(
                "recipients",
                says,
                "Prepare it again, then approve",
                command=Command.of("prepare", year),
            )
        else:
            yield ready("recipients", "every authority has one")

    def _receives(
        self, code: AuthorityCode, day: date, register: Register, recipients: Recipients
    ) -> bool:
        try:
            recipient_on(code, day, register.find, recipients.get)
        except MissingError:
            return False
        return True

    def _moved(
        self, year: ReportingYear, day: date, register: Register, recipients: Recipients
    ) -> list[AuthorityCode]:
        """Return whose letter was prepared for others than receive it now."""
        moved = []
        for letter in self.to_go(year):
            with suppress(MissingError):
                now = recipient_of(letter, day, register.find, recipients.get)
                if mailboxes(now) != letter.recipients:
                    moved.append(letter.id.authority)
        return moved

    def _sending(self, year: ReportingYear) -> Iterator[Check]:
        stop = self.stops.record(year).stop
        if stop is None:
            yield ready("sending", "it is not stopped")
            return
        remedy = f"{stop.reason.remedy}; then let it go on" if stop.reason else "Let it go on"
        yield not_ready("sending", in_words(year, stop), remedy, OnRelease.REFUSES, resuming(year))

    def _letters(self, year: ReportingYear) -> Iterator[Check]:
        if self.closes.latest(year) is None:
            yield not_ready(
                "letters", f"{year} is not closed", "Close it", command=Command.of("close", year)
            )
            return
        current = list(current_letters(self.letters.of_year(year)).values())
        go, states = len(self.to_go(year)), Counter(each.state for each in current)
        says = f"{go:,} of {len(current):,} may go"
        left = {state: states[state] for state in _NOT_YET if states[state]}
        if not self.approval_required:
            left.pop(LetterState.PREPARED, None)
        if left:
            found = ", ".join(f"{count:,} {state.value}" for state, count in sorted(left.items()))
            yield not_ready(
                "letters", f"{says}; {found}", "See what to do", command=Command.of("status", year)
            )
        else:
            yield ready("letters", says)


def _names(register: Register) -> dict[AuthorityCode, str]:
    return {code: each.name for code, each in register.items()}
