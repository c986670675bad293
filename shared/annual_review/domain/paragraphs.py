"""A paragraph about own performance: proposed, then reviewed by a person, with its history."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from annual_review.domain.invisible import first_invisible, named
from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family

LONGEST_TEXT: Final = 1200
"""Characters of one paragraph: more would push the letter's other words off their page."""


class ParagraphError(ValueError):
    """A paragraph can't be what was asked; the message says why, and quotes nothing of its text."""


class Origin(StrEnum):
    """Where a paragraph comes from."""

    FIGURES = "figures"
    NOTE = "note"
    PERSON = "person"


class Status(StrEnum):
    """Whether a person has looked at a paragraph, and what came of it."""

    PROPOSED = "proposed"
    KEPT = "kept"
    EDITED = "edited"
    REMOVED = "removed"


class ChangeKind(StrEnum):
    """What was done to a paragraph. Figures and notes propose and withdraw, people do the rest.

    What is undone is the last change before that holds.
    """

    PROPOSED = "proposed"
    ADDED = "added"
    KEPT = "kept"
    EDITED = "edited"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


_DECISIONS: Final = frozenset({ChangeKind.KEPT, ChangeKind.EDITED, ChangeKind.REMOVED})
"""What a person decides about a paragraph that is there, and can take back."""


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One line of a paragraph's history.

    `before` and `after` are the texts that the letter was to print, `None` for none; `why` is the
    reason where one was given.
    """

    what: ChangeKind
    by: str
    at: datetime
    before: str | None = None
    after: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a letter. `proposed` is the text it began with, `text` the present one."""

    id: str
    family: Family
    origin: Origin
    proposed: str
    text: str
    status: Status
    history: tuple[ParagraphChange, ...]

    @property
    def is_reviewed(self) -> bool:
        """Whether a person has decided about it as it stands."""
        return self.status is not Status.PROPOSED

    @property
    def printed(self) -> str | None:
        """The text that the letter is to print, `None` once it is removed."""
        return None if self.status is Status.REMOVED else self.text

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is removed because it is proposed no more, and not because of its review."""
        return self.status is Status.REMOVED and self._last_standing is ChangeKind.WITHDRAWN

    @property
    def standing(self) -> tuple[ParagraphChange, ...]:
        """The changes that hold: the history without what was undone."""
        held: list[ParagraphChange] = []
        for change in self.history:
            if change.what is ChangeKind.UNDONE:
                held.pop()
            else:
                held.append(change)
        return tuple(held)

    @property
    def can_be_undone(self) -> bool:
        """Whether the last thing that holds is a person's decision about it."""
        return self._last_standing in _DECISIONS

    @property
    def _last_standing(self) -> ChangeKind | None:
        return self.standing[-1].what if self.standing else None

    def kept(self, act: Act) -> Paragraph:
        """Return it kept as it reads; one that was removed comes back with its last text."""
        if self.status in {Status.KEPT, Status.EDITED}:
            return self
        status = Status.KEPT if self.text == self.proposed else Status.EDITED
        return self._changed(ChangeKind.KEPT, act, status, self.text)

    def edited(self, text: str, act: Act) -> Paragraph:
        """Return it with another text. The same text again is the same as keeping it.

        Raises:
            ParagraphError: The text can't be printed as one paragraph.
        """
        text = checked_text(text)
        if text == self.text:
            return self.kept(act)
        return self._changed(ChangeKind.EDITED, act, Status.EDITED, text)

    def removed(self, reason: str, act: Act) -> Paragraph:
        """Return it removed: the letter does not print it, and its text stays known."""
        if self.status is Status.REMOVED:
            return self
        return self._changed(ChangeKind.REMOVED, act, Status.REMOVED, self.text, reason)

    def undone(self, act: Act) -> Paragraph:
        """Return it as it was before the last decision that holds; the decision stays known.

        Undone once more, it goes back by one decision more.

        Raises:
            ParagraphError: No person has decided about it as it stands.
        """
        if not self.can_be_undone:
            raise ParagraphError(f"nobody has decided about {self.id}: there is nothing to undo")
        *before, last = self.standing
        text = next(each.after for each in reversed(before) if each.after is not None)
        why = f"{last.what.value} by {last.by}"
        return self._changed(ChangeKind.UNDONE, act, self._status_after(before[-1]), text, why)

    def _status_after(self, change: ParagraphChange) -> Status:
        match change.what:
            case ChangeKind.PROPOSED:
                return Status.PROPOSED
            case ChangeKind.REMOVED | ChangeKind.WITHDRAWN:
                return Status.REMOVED
            case ChangeKind.EDITED:
                return Status.EDITED
            case _:
                return Status.KEPT if change.after == self.proposed else Status.EDITED

    def proposed_again(self, text: str, act: Act, why: str) -> Paragraph:
        """Return it with another proposal, which nobody has reviewed."""
        again = self._changed(ChangeKind.PROPOSED, act, Status.PROPOSED, text, why)
        return replace(again, proposed=text)

    def withdrawn(self, act: Act, why: str) -> Paragraph:
        """Return it removed because it is proposed no more; a person may bring it back."""
        if self.status is Status.REMOVED:
            return self
        return self._changed(ChangeKind.WITHDRAWN, act, Status.REMOVED, self.text, why)

    def _changed(
        self, what: ChangeKind, act: Act, status: Status, text: str, why: str = ""
    ) -> Paragraph:
        then = replace(self, status=status, text=text)
        change = ParagraphChange(what, act.by, act.at, self.printed, then.printed, why)
        return replace(then, history=(*self.history, change))


def checked_text(text: str) -> str:
    """Return the text of one paragraph on one line, composed (NFC).

    Raises:
        ParagraphError: It is empty, too long, more than one paragraph, or holds what can't be seen.
    """
    stripped = text.strip()
    if not stripped:
        raise ParagraphError("the text is empty: write a sentence")
    if not all(line.strip() for line in stripped.splitlines()):
        raise ParagraphError("an empty line ends a paragraph: give one paragraph at a time")
    plain = unicodedata.normalize("NFC", " ".join(stripped.split()))
    if len(plain) > LONGEST_TEXT:
        raise ParagraphError(
            f"the text has {len(plain)} characters, and a paragraph at most {LONGEST_TEXT}:"
            " shorten it"
        )
    if character := first_invisible(plain):
        raise ParagraphError(
            f"the text holds an invisible character, {named(character)}: type it again"
        )
    return plain
