"""Review the paragraphs of a letter: keep, edit, remove, add; the letter is then prepared again.

A change takes the letter back in the same write: its approval is gone, and until it is prepared
with the change it can't be sent. Where it was claimed first, the change is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import (
    Paragraph,
    ParagraphError,
)
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command, issue_again, send_again
from annual_review.services.errors import ConflictError, RefusalError
from annual_review.services.letters.letter import (
    READINGS_OF_A_LETTER,
    Letter,
    LetterMovedError,
    LetterQueue,
    LetterStore,
    current_letters,
)
from annual_review.services.letters.own_performance import (
    ParagraphsChangedError,
    ParagraphStore,
    paragraphs_key,
)
from annual_review.services.letters.reopen_letters import is_on_its_way, may_be_prepared, reopened


class ReviewError(RefusalError):
    """A letter's paragraphs can't be changed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a change came to: the paragraphs before and after it, equal if nothing changed."""

    letter: LetterId
    before: LetterParagraphs
    after: LetterParagraphs

    @property
    def is_changed(self) -> bool:
        """Whether there was anything to change."""
        return self.before.paragraphs != self.after.paragraphs


@dataclass(frozen=True, slots=True)
class Request:
    """Whose paragraphs are to be changed, by whom, and whether it is only to be tried.

    `seen` is the version that the person has read, if they say so: a later one is not changed.
    """

    year: ReportingYear
    authority: AuthorityCode
    act: Act
    seen: int | None = None
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ReviewParagraphs:
    """Changes paragraphs in people's names; every change is one conditional write.

    `prepare` is asked for the letter after every change, and also where there was nothing to change
    any more: whoever repeats a command that broke off gets the letter prepared.
    """

    paragraphs: ParagraphStore
    letters: LetterStore
    prepare: LetterQueue

    def of_letter(self, year: ReportingYear, authority: AuthorityCode) -> LetterParagraphs | None:
        """Return the paragraphs of an authority's present letter, `None` if it has none.

        Raises:
            ReviewError: The authority has no letter.
        """
        return self.paragraphs.get(*paragraphs_key(self._letter(year, authority).id))

    def keep(self, request: Request, ids: Sequence[str]) -> Reviewed:
        """Keep paragraphs as they read; one that was removed comes back."""

        def kept(paragraphs: LetterParagraphs) -> LetterParagraphs:
            for id_ in ids:
                paragraphs = paragraphs.changed(id_, lambda each: each.kept(request.act))
            return paragraphs

        return self._changed(request, kept)

    def edit(self, request: Request, id_: str, text: str) -> Reviewed:
        """Give a paragraph another text."""

        def edited(each: Paragraph) -> Paragraph:
            return each.edited(text, request.act)

        return self._changed(request, lambda paragraphs: paragraphs.changed(id_, edited))

    def remove(self, request: Request, id_: str, reason: str) -> Reviewed:
        """Remove a paragraph from the letter; it stays known, and can be kept again."""

        def removed(each: Paragraph) -> Paragraph:
            return each.removed(reason, request.act)

        return self._changed(request, lambda paragraphs: paragraphs.changed(id_, removed))

    def undo(self, request: Request, id_: str) -> Reviewed:
        """Take back the last decision about a paragraph: kept, edited or removed."""
        return self._changed(
            request,
            lambda paragraphs: paragraphs.changed(id_, lambda each: each.undone(request.act)),
        )

    def add(self, request: Request, family: Family, text: str) -> Reviewed:
        """Add a person's own paragraph."""
        return self._changed(
            request, lambda paragraphs: paragraphs.added(family, text, request.act)
        )

    def _changed(
        self, request: Request, change: Callable[[LetterParagraphs], LetterParagraphs]
    ) -> Reviewed:
        try:
            return self._change(request, change)
        except ParagraphError as error:
            raise ReviewError(str(error)) from error
        except ParagraphsChangedError as error:
            raise ReviewError(
                f"somebody else changed the paragraphs of {request.authority} at the same time, so"
                " your change was not made. Look again, then decide",
                Command.of("paragraphs show", request.year, request.authority),
            ) from error

    def _change(
        self, request: Request, change: Callable[[LetterParagraphs], LetterParagraphs]
    ) -> Reviewed:
        first: int | None = None
        for _ in range(READINGS_OF_A_LETTER):
            # The letter first: it changes together with its paragraphs.
            letter = self._letter(request.year, request.authority)
            _check_it_may_change(letter)
            before = self._read(request, letter)
            if first not in {None, before.version}:
                raise ParagraphsChangedError(f"the paragraphs of {request.authority} have changed")
            first = before.version
            after = change(before)
            reviewed = Reviewed(letter.id, before, after)
            if request.is_dry_run:
                return reviewed
            with suppress(LetterMovedError):
                return self._keep(request, letter, reviewed)
        raise ConflictError(
            f"the letter of {request.authority} is being changed by others: try again"
        )

    def _read(self, request: Request, letter: Letter) -> LetterParagraphs:
        key = paragraphs_key(letter.id)
        found = self.paragraphs.get(*key) or LetterParagraphs(*key)
        if request.seen is not None and request.seen != found.version:
            raise ReviewError(
                f"the paragraphs of {request.authority} have version {found.version} by now, not"
                f" {request.seen}: somebody changed them since you read them. Look again,"
                " then decide",
                Command.of("paragraphs show", request.year, request.authority),
            )
        return found

    def _keep(self, request: Request, letter: Letter, reviewed: Reviewed) -> Reviewed:
        after = reviewed.after
        if after != reviewed.before:
            act = request.act
            move = reopened(letter, act.at, f"paragraphs changed by {act.by}")
            after = self.paragraphs.put(after, letter, move)
            self._check_it_still_counts(letter)
        self.prepare.put([letter.id])
        return replace(reviewed, after=after)

    def _check_it_still_counts(self, letter: Letter) -> None:
        """Refuse to call it done where another letter has just taken the place of this one.

        A later one begins with the paragraphs that it finds; this one may have begun before.
        """
        now = self._letter(letter.id.year, letter.id.authority)
        if now.id.revision != letter.id.revision:
            raise ReviewError(
                f"the letter of {now.id.authority} was re-issued as revision {now.id.revision} at"
                " the same time, perhaps without this change: look at its paragraphs again"
            )

    def _letter(self, year: ReportingYear, authority: AuthorityCode) -> Letter:
        letter = current_letters(self.letters.of_year(year)).get(authority)
        if letter is None:
            raise ReviewError(
                f"{authority} has no letter of {year}: check the code, and that the year is closed."
                " Notes can be loaded before"
            )
        return letter


def _check_it_may_change(letter: Letter) -> None:
    code, year = letter.id.authority, letter.id.year
    if is_on_its_way(letter):
        raise ReviewError(
            f"the letter of {code} is {letter.state.value} and can't change any more: issue it"
            " again, then change that",
            issue_again(year, code),
        )
    if not may_be_prepared(letter):
        raise ReviewError(
            f"the letter of {code} was settled as not sent and can't change any more: send it"
            " again, then change that",
            send_again(year, code),
        )
    if letter.message_sha256 is None:
        raise ReviewError(f"the letter of {code} is not prepared yet: try again in a minute")
