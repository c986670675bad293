"""The report on a year's letters: to whom each went, when, how it ended, and sums that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.year_end.year_phases import YearRead, has_ended
from annual_review.services.year_end.year_snapshot import why_so

_CLAIMS: Final = frozenset({EventKind.ABOUT_TO_BE_SENT, EventKind.ABOUT_TO_BE_DIVERTED})


@dataclass(frozen=True, slots=True)
class ReportedLetter:
    """What is told of one letter.

    `name` is the authority's as it was frozen; empty where it is not in the figures. `counts` says
    whether it is the letter that counts for its authority. `claimed_at` is its last claim,
    `accepted_at` is there where it was written down. `bounced_copies` come oldest first.
    """

    letter: Letter
    name: str
    counts: bool
    claimed_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    bounced_copies: tuple[str, ...]

    @property
    def how(self) -> str:
        """Why it is in its present state, in the words of its history."""
        return why_so(self.letter)

    @property
    def is_diverted(self) -> bool:
        """Whether it went to the test mailbox in place of its recipients."""
        kinds = [event.kind for event in self.letter.history if event.kind in _CLAIMS]
        return kinds[-1:] == [EventKind.ABOUT_TO_BE_DIVERTED]


@dataclass(frozen=True, slots=True)
class LetterReport:
    """The letters of a year. `letters` are those that count, one for each authority.

    `replaced` are those of earlier revisions and dispatches; `without` the authorities of the
    frozen figures that have none, `too_many` those that have one and are not in the figures;
    `names` what the authorities are called there.
    """

    year: ReportingYear
    letters: tuple[ReportedLetter, ...]
    replaced: tuple[ReportedLetter, ...]
    authorities: int
    without: tuple[AuthorityCode, ...]
    too_many: tuple[AuthorityCode, ...]
    names: Mapping[AuthorityCode, str] = field(default_factory=dict)

    @property
    def ended(self) -> Mapping[LetterState, int]:
        """How many letters that count came to each end, in the order of the states."""
        return self._count(is_ended=True)

    @property
    def not_ended(self) -> Mapping[LetterState, int]:
        """How many letters that count are in each state that is no end."""
        return self._count(is_ended=False)

    @property
    def adds_up(self) -> bool:
        """Whether the authorities of the figures are the sum of the ends."""
        complete = not self.without and not self.too_many
        return complete and sum(self.ended.values()) == self.authorities

    def _count(self, *, is_ended: bool) -> Mapping[LetterState, int]:
        found = Counter(
            each.letter.state for each in self.letters if has_ended(each.letter) is is_ended
        )
        return {state: found[state] for state in LetterState if found[state]}


def report_letters(read: YearRead) -> LetterReport:
    """Report on the letters of a year."""
    current = {letter.id for letter in read.letters}
    reported = [
        _reported(each, read.names.get(each.id.authority, ""), counts=each.id in current)
        for each in sorted(read.all_letters, key=_by_authority)
    ]
    return LetterReport(
        year=read.year,
        letters=tuple(each for each in reported if each.counts),
        replaced=tuple(each for each in reported if not each.counts),
        authorities=len(read.facts.authorities),
        without=read.facts.missing,
        too_many=read.facts.too_many,
        names=read.names,
    )


def _by_authority(letter: Letter) -> tuple[AuthorityCode, Revision, Dispatch]:
    return letter.id.authority, letter.id.revision, letter.id.dispatch


def _reported(letter: Letter, name: str, *, counts: bool) -> ReportedLetter:
    return ReportedLetter(
        letter=letter,
        name=name,
        counts=counts,
        claimed_at=_last(letter, LetterState.CLAIMED),
        accepted_at=_last(letter, LetterState.ACCEPTED),
        ended_at=letter.since if has_ended(letter) else None,
        bounced_copies=tuple(
            event.why
            for event in letter.history
            if event.is_about_copies and event.report and event.report.is_bounce
        ),
    )


def _last(letter: Letter, state: LetterState) -> datetime | None:
    return max((event.at for event in letter.history if event.state is state), default=None)
