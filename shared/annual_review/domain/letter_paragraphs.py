"""The paragraphs of one letter: what is proposed joins what people have reviewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import (
    ChangeKind,
    Origin,
    Paragraph,
    ParagraphChange,
    ParagraphError,
    Status,
    checked_text,
)
from annual_review.domain.reporting_year import ReportingYear, Revision


@dataclass(frozen=True, slots=True)
class ParagraphProposal:
    """A text that figures or a note propose. `key` tells what figures say from one another.

    `by` is who proposes it: whoever loaded the note, or the revision of the figures.
    """

    family: Family
    origin: Origin
    text: str
    by: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class LetterParagraphs:
    """The paragraphs of one letter, those that were removed too.

    `version` counts the changes that were kept, zero before the first.
    """

    year: ReportingYear
    revision: Revision
    authority: AuthorityCode
    paragraphs: tuple[Paragraph, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[ReportingYear, Revision, AuthorityCode]:
        """Whose they are, in the letter of which revision."""
        return self.year, self.revision, self.authority

    @property
    def in_order(self) -> tuple[Paragraph, ...]:
        """The paragraphs as a letter prints them: by family, figures before notes and people."""
        families, origins = list(Family), list(Origin)
        return tuple(
            sorted(
                self.paragraphs,
                key=lambda each: (families.index(each.family), origins.index(each.origin)),
            )
        )

    @property
    def unreviewed(self) -> tuple[Paragraph, ...]:
        """Those that no person has decided about."""
        return tuple(each for each in self.in_order if not each.is_reviewed)

    def texts(self, *, with_unreviewed: bool) -> tuple[str, ...]:
        """Return what the letter is to print, with or without what nobody has reviewed."""
        wanted = (each for each in self.in_order if with_unreviewed or each.is_reviewed)
        return tuple(each.text for each in wanted if each.status is not Status.REMOVED)

    def get(self, id_: str) -> Paragraph:
        """Return the paragraph of an id.

        Raises:
            ParagraphError: There is none.
        """
        for each in self.paragraphs:
            if each.id == id_:
                return each
        there = ", ".join(each.id for each in self.in_order) or "none"
        raise ParagraphError(f"{self.authority} has no paragraph {id_}; there are: {there}")

    def changed(self, id_: str, change: Callable[[Paragraph], Paragraph]) -> LetterParagraphs:
        """Return the same with one paragraph changed.

        Raises:
            ParagraphError: There is no such paragraph, or it can't be changed so.
        """
        then = change(self.get(id_))
        paragraphs = tuple(then if each.id == id_ else each for each in self.paragraphs)
        return replace(self, paragraphs=paragraphs)

    def added(self, family: Family, text: str, act: Act) -> LetterParagraphs:
        """Return the same with a person's own paragraph, which needs no further review.

        Raises:
            ParagraphError: The text can't be printed as one paragraph.
        """
        text = checked_text(text)
        history = (ParagraphChange(ChangeKind.ADDED, act.by, act.at, None, text),)
        id_ = _free_id("added", self.paragraphs)
        new = Paragraph(id_, family, Origin.PERSON, text, text, Status.KEPT, history)
        return replace(self, paragraphs=(*self.paragraphs, new))

    def proposed(self, proposals: Sequence[ParagraphProposal], at: datetime) -> LetterParagraphs:
        """Return the same with what is proposed and not there yet.

        What a person has reviewed stays as it is. What nobody has reviewed follows its proposal:
        the edition may word it better by now. A note that was taken back and is loaded once more
        is proposed once more.
        """
        paragraphs = list(self.paragraphs)
        for each in proposals:
            place = _place_of(each, paragraphs)
            if place is None:
                paragraphs.append(_new(each, paragraphs, at))
                continue
            there, act = paragraphs[place], Act(each.by, at)
            if not there.is_reviewed and there.proposed != each.text:
                paragraphs[place] = there.proposed_again(each.text, act, "reworded")
            elif each.origin is Origin.NOTE and there.is_withdrawn:
                paragraphs[place] = there.proposed_again(each.text, act, "loaded once more")
        return replace(self, paragraphs=tuple(paragraphs))

    def without(self, taken_back: Iterable[tuple[ParagraphProposal, Act]]) -> LetterParagraphs:
        """Return the same without what somebody proposed and took back, if nobody reviewed it."""
        paragraphs = list(self.paragraphs)
        for proposal, act in taken_back:
            place = _place_of(proposal, paragraphs)
            if place is not None and not paragraphs[place].is_reviewed:
                paragraphs[place] = paragraphs[place].withdrawn(act, act.reason)
        return replace(self, paragraphs=tuple(paragraphs))

    def from_proposal(self, proposal: ParagraphProposal) -> Paragraph | None:
        """Return what a proposal led to, `None` as long as it led to nothing."""
        place = _place_of(proposal, self.paragraphs)
        return None if place is None else self.paragraphs[place]

    def carried_over(
        self, to: Revision, proposals: Sequence[ParagraphProposal], at: datetime
    ) -> LetterParagraphs:
        """Return what becomes of the paragraphs in the letter of a later revision.

        What the new figures propose in the same words, and what notes and people wrote, keeps its
        review. What they propose in other words is to be reviewed again, and what they no longer
        say is withdrawn. This record itself stays as it is.
        """
        act = Act(f"figures of revision {to}", at)
        why = f"the figures of revision {to} differ"
        by_key = {each.key: each for each in proposals if each.origin is Origin.FIGURES}
        carried = []
        for each in self.paragraphs:
            proposal = by_key.get(each.id)
            if each.origin is not Origin.FIGURES or (proposal and proposal.text == each.proposed):
                carried.append(each)
            elif proposal:
                carried.append(each.proposed_again(proposal.text, act, why))
            else:
                carried.append(each.withdrawn(act, why))
        return LetterParagraphs(self.year, to, self.authority, tuple(carried))


def _place_of(proposal: ParagraphProposal, paragraphs: Sequence[Paragraph]) -> int | None:
    """Find what a proposal led to: figures are told by their key, notes by family and words."""
    for place, each in enumerate(paragraphs):
        if proposal.key and each.id == proposal.key:
            return place
        theirs = each.origin, each.family, each.proposed
        if not proposal.key and theirs == (proposal.origin, proposal.family, proposal.text):
            return place
    return None


def _new(proposal: ParagraphProposal, beside: Sequence[Paragraph], at: datetime) -> Paragraph:
    text = proposal.text
    return Paragraph(
        id=proposal.key or _free_id(proposal.origin.value, beside),
        family=proposal.family,
        origin=proposal.origin,
        proposed=text,
        text=text,
        status=Status.PROPOSED,
        history=(ParagraphChange(ChangeKind.PROPOSED, proposal.by, at, None, text),),
    )


def _free_id(word: str, beside: Iterable[Paragraph]) -> str:
    """Return the next of `note-1`, `note-2` …; nothing is ever taken out, so none comes twice."""
    return f"{word}-{1 + sum(each.id.startswith(f'{word}-') for each in beside)}"
