"""The port through which letters are rendered, and the facts that a letter is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from annual_review.domain.figures import AuthorityFigures, EarlierYear
from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import Recipient
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import Reissue

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The content type of a spreadsheet."""


OpenMessage = Callable[[bytes], Mapping[str, bytes]]
"""Takes a letter's message, and returns what it brings by kind: `html`, `txt`, `pdf`, `xlsx`."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """All that distinguishes one letter from the next of the same edition.

    `addressed_authority` is the name above the address: the authority's own, or its successor's
    once it is abolished. `is_sample` marks a letter whose figures or recipients are invented.
    `cases` are those behind the figures, `earlier` the years frozen before, earliest first.
    `paragraphs` are what the letter says of the authority's own performance, in plain words.
    `reissue` is set where the letter belongs to a later revision.
    """

    letter: LetterId
    figures: AuthorityFigures
    recipient: Recipient
    addressed_authority: str
    is_sample: bool = False
    cases: tuple[CountedCase, ...] = ()
    earlier: tuple[EarlierYear, ...] = ()
    paragraphs: tuple[str, ...] = ()
    reissue: Reissue | None = None

    @property
    def goes_to_successor(self) -> bool:
        """Whether somebody other than the authority itself receives the letter."""
        return self.recipient.authority != self.figures.authority.code


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """One letter in every form: the same words in each.

    `pdf` is PDF/A-2a and PDF/UA-1, `html` a whole page that serves as the body of the message,
    `text` its plain-text alternative, `case_list` the cases behind its numbers as xlsx, `message`
    the complete MIME message, both files attached, ready to be sent raw.
    """

    subject: str
    pdf: bytes
    html: str
    text: str
    case_list: bytes
    message: bytes


class UnprintableLetterError(Exception):
    """This letter can't be printed as it is; the message says what a person can do about it."""

    retryable = False


class LetterRenderer(Protocol):
    """Renders letters of one edition."""

    def render(self, facts: LetterFacts) -> RenderedLetter:
        """Render one letter: equal facts give equal bytes.

        Raises:
            UnprintableLetterError: A character or a text can't be printed, or no mail can go to an
                address; the message names the letter and what a person can do.
        """
