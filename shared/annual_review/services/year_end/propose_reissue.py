"""Propose a re-issue: count one authority again, and say what a new letter would replace.

Its comparisons stay those that were frozen first, so that every letter of a year prints the same
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import AuthorityFigures, corrected
from annual_review.domain.letters import NOT_SENT, PROVEN_SENT, LetterId, LetterState
from annual_review.domain.paragraphs import ParagraphError, checked_text
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import StatisticName
from annual_review.domain.tallies import MEASURES, TallyKey
from annual_review.services.advised_commands import Command, issue_again
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.errors import MissingError, RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.collect_counts import CollectCounts
from annual_review.services.figures.counted_cases import CountedCase, tally_of_cases
from annual_review.services.figures.frozen_authority import FrozenAuthority, Reissue
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.reconcile_year import READINGS, Count
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import Letter, LetterStore
from annual_review.services.letters.letter_recipients import recipient_on
from annual_review.services.patience import Patience
from annual_review.services.progress import no_progress
from annual_review.services.recording.arrivals import Arrivals, on_their_way
from annual_review.services.review.letter_differences import FigureChange, in_words

STOPPABLE: Final = NOT_SENT - {LetterState.HELD}
"""States of a letter that was not sent and may yet be."""

_MAYBE_SENT: Final = (PROVEN_SENT - {LetterState.REJECTED}) | {LetterState.UNKNOWN}
"""States of a letter that somebody may have read: what comes next has to say that it replaces."""


LONGEST_REASON: Final = 400
"""Characters: the reason is a sentence or two at the head of a letter."""


class NotReissuedError(RefusalError):
    """A letter can't be re-issued as asked for; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `dated` is the day of the new letter, `None` for the first that fits.

    `same_figures` says that a letter is wanted though its figures are those frozen before: its name
    or its text was wrong.
    """

    year: ReportingYear
    authority: AuthorityCode
    reason: str
    dated: date | None = None
    same_figures: bool = False


@dataclass(frozen=True, slots=True)
class ReissueProposal:
    """A re-issue as it would be made.

    `latest` is what the new revision follows, `record` what it freezes, with `reissue` in it,
    `before` the figures that its letter corrects, `replaced` every letter of the authority so far,
    as it was read.
    """

    latest: Close
    record: FrozenAuthority
    reissue: Reissue
    before: AuthorityFigures
    replaced: tuple[Letter, ...]

    @property
    def to_hold(self) -> tuple[LetterId, ...]:
        """The letters that were not sent, and must not be any more."""
        return tuple(each.id for each in self.replaced if each.state in STOPPABLE)

    @property
    def letter(self) -> LetterId:
        """The new letter."""
        return LetterId(self.record.year, self.record.revision, self.record.figures.authority.code)

    @property
    def figures(self) -> Iterator[FigureChange]:
        """Every count that differs, then all statistics."""
        before, now = self.before, self.record.figures
        for measure in MEASURES:
            if (old := before.tally[measure]) != (new := now.tally[measure]):
                yield FigureChange(measure, str(old), str(new))
        for name in StatisticName:
            old_and_new = (in_words(each.statistics.get(name)) for each in (before, now))
            yield FigureChange(name.words, *old_and_new)


@dataclass(frozen=True, slots=True)
class ProposeReissue:
    """Proposes re-issues; changes nothing.

    `issue_date` says on which day the letters of a year go out, `lacking` which characters of a
    text the font of a letter of that day lacks.
    """

    cases: YearCases
    directory: Directory
    arrivals: Arrivals
    documents: Documents
    closes: CloseStore
    letters: LetterStore
    issue_date: Callable[[ReportingYear], date]
    lacking: Callable[[str, date], Sequence[str]]

    def propose(self, order: Order, today: date, patience: Patience) -> ReissueProposal:
        """Count an authority again, and return what re-issuing its letter would do.

        Raises:
            NotReissuedError: It can't be re-issued, or not now.
            AlteredRecordError: A frozen record is not the one that was frozen.
        """
        _checked_reason(order.reason)
        closes = self.closes.of_year(order.year)
        if not closes:
            raise NotReissuedError(
                f"the year {order.year} is not closed: close it first",
                Command.of("close", order.year),
            )
        codes = self.directory.register().codes_of(order.authority)
        frozen = FrozenRecords(self.documents, closes[-1]).under_any((order.authority, *codes))
        if frozen is None:
            raise NotReissuedError(f"{order.authority} is not in the figures of {order.year}")
        # Its letter bears the code under which it was frozen.
        order = replace(order, authority=frozen.figures.authority.code)
        letters = [
            each
            for each in self.letters.of_year(order.year)
            if each.id.authority == order.authority
        ]
        _check_letters(order, letters)
        self._check_recipient(order)
        figures, cases = self._counted(order, frozen, closes[0], patience)
        revision = Revision(closes[-1].revision + 1)
        reissue, before = self._replacing(order, today, closes, frozen, letters)
        return ReissueProposal(
            latest=closes[-1],
            record=FrozenAuthority(order.year, revision, figures, cases, frozen.earlier, reissue),
            reissue=reissue,
            before=before,
            replaced=tuple(letters),
        )

    def _check_recipient(self, order: Order) -> None:
        day = self.issue_date(order.year)
        try:
            register, recipients = self.directory.register(), self.directory.recipients()
            recipient_on(order.authority, day, register.find, recipients.get)
        except MissingError as error:
            raise NotReissuedError(f"{error}: add one to the register") from error

    def _counted(
        self, order: Order, frozen: FrozenAuthority, first: Close, patience: Patience
    ) -> tuple[AuthorityFigures, tuple[CountedCase, ...]]:
        code, register = order.authority, self.directory.register()
        keys = [TallyKey(each, order.year) for each in register.codes_of(code)]
        counts = self._of_one_moment(keys, patience)
        for count in counts:
            if not count.agrees:
                raise NotReissuedError(
                    f"the tally of {count.key.authority} differs from its cases; this shows where:",
                    Command.of("reconcile", order.year),
                )
        cases = tuple(case for count in counts for case in count.cases)
        if not order.same_figures and _countings(cases) == _countings(frozen.cases):
            raise NotReissuedError(
                f"nothing in the figures of {code} has changed since revision {frozen.revision} was"
                " frozen; its letter can be re-issued all the same, for a name or a text that was"
                " wrong:",
                issue_again(order.year, code),
            )
        authority = frozen.figures.authority
        registered = register.find(code) or authority
        pool = FrozenRecords(self.documents, first).pools().get(authority.type)
        return corrected(frozen.figures, registered.name, tally_of_cases(cases), pool), cases

    def _of_one_moment(self, keys: Sequence[TallyKey], patience: Patience) -> list[Count]:
        """Count the authority as at one moment, before which everything had been recorded.

        It has a tally for each of its codes.
        """
        collecting = CollectCounts(self.cases)
        collecting.refresh(keys, patience, no_progress)
        for attempt in range(READINGS):
            if reasons := tuple(on_their_way(self.arrivals)):
                raise NotReissuedError("; ".join(reasons))
            if not collecting.refresh(keys, patience, no_progress):
                return [collecting.counts[key] for key in keys]
            patience.pause(attempt)
        raise NotReissuedError(
            f"decisions about {keys[0].authority} kept arriving while they were read: run this"
            " again in a quieter hour"
        )

    def _replacing(
        self,
        order: Order,
        today: date,
        closes: Iterable[Close],
        frozen: FrozenAuthority,
        letters: Iterable[Letter],
    ) -> tuple[Reissue, AuthorityFigures]:
        sent = [each.id.revision for each in letters if each.state in _MAYBE_SENT]
        replaces = max(sent, default=None)
        replaced_date = self.issue_date(order.year)
        for close in closes:
            if close.revision == replaces:
                found = FrozenRecords(self.documents, close).authority(order.authority)
                frozen = found or frozen
                replaced_date = frozen.reissue.dated if frozen.reissue else replaced_date
        dated = order.dated or max(today, replaced_date)
        if dated < replaced_date:
            raise NotReissuedError(
                f"a letter of {dated} can't replace that of {replaced_date}: date it that day or"
                " later"
            )
        reason = _checked_reason(order.reason)
        if lacking := self.lacking(reason, dated):
            raise NotReissuedError(
                f"the letter's font lacks {', '.join(lacking)}, which the reason holds: write it in"
                " other characters"
            )
        before = frozen.figures
        return Reissue(dated, reason, replaces, replaced_date, before.tally), before


def _checked_reason(text: str) -> str:
    """Return a reason on one line, as the letter prints it."""
    reason = " ".join(text.split())
    if not reason:
        raise NotReissuedError("the letter prints why it is re-issued: give a reason")
    if len(reason) > LONGEST_REASON:
        raise NotReissuedError(
            f"the reason has {len(reason)} characters, and a letter has room for {LONGEST_REASON}:"
            " say it in a sentence"
        )
    try:
        return checked_text(reason)
    except ParagraphError as error:
        raise NotReissuedError(f"the reason can't be printed: {error}") from error


def _check_letters(order: Order, letters: Iterable[Letter]) -> None:
    letters = tuple(letters)
    if not letters:
        raise NotReissuedError(
            f"the letter of {order.authority} is not planned yet: closing {order.year} again plans"
            " what is missing",
            Command.of("close", order.year),
        )
    for letter in letters:
        if letter.state is LetterState.CLAIMED:
            raise NotReissuedError(on_its_way(letter))


def on_its_way(letter: Letter) -> str:
    """Say what to do about a letter that is being sent."""
    return (
        f"letter {letter.id.tag} is {letter.state.value}, and may be on its way at this moment: run"
        " this again in a few minutes; if it stays so, find out whether it was sent and settle it"
    )


def _countings(cases: Iterable[CountedCase]) -> set[tuple[object, ...]]:
    """Return how each case counts, whatever its version: that is what a letter and its list say."""
    return {(case.key, case.counted_on, case.measures) for case in cases}
