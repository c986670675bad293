"""The names and texts that a letter takes from its facts: literal, on one line, and printable."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from annual_review.domain.invisible import first_invisible, named
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError

OWN_PERFORMANCE: Final = "own-performance paragraph"
REASON: Final = "reason of the re-issue"


@dataclass(frozen=True, slots=True)
class GivenText:
    """A text that people wrote: what it is, and what they do where it can't be printed."""

    what: str
    value: str
    remedy: str

    @property
    def composed(self) -> str:
        """The text on one line, composed (NFC)."""
        return unicodedata.normalize("NFC", " ".join(self.value.split()))


def given_texts(facts: LetterFacts) -> Iterator[GivenText]:
    """Go through all that people wrote of one letter, its edition left aside."""
    authorities, recipients = "among the authorities", "among the recipients"
    yield _from_a_file("authority's name", facts.figures.authority.name, authorities)
    yield _from_a_file("addressed authority's name", facts.addressed_authority, authorities)
    yield _from_a_file("salutation", facts.recipient.salutation, recipients)
    yield _from_a_file("addressee", facts.recipient.addressee, recipients)
    yield _from_a_file("job title", facts.recipient.job_title, recipients)
    for number, paragraph in enumerate(facts.paragraphs, start=1):
        what = f"{OWN_PERFORMANCE} {number}"
        yield GivenText(what, paragraph, f"edit the {what} and prepare the letter again")
    if facts.reissue:
        yield GivenText(
            REASON, facts.reissue.reason, "re-issue the letter with a reason typed again"
        )


def _from_a_file(what: str, value: str, where: str) -> GivenText:
    return GivenText(what, value, f"correct the {what} {where} and prepare the letter again")


def printable_texts(facts: LetterFacts) -> dict[str, str]:
    """Return each given text under what it is, ready to be printed literally.

    Raises:
        UnprintableLetterError: A text holds characters that can't be seen.
    """
    return {each.what: _printable(facts, each) for each in given_texts(facts)}


def _printable(facts: LetterFacts, given: GivenText) -> str:
    text = given.composed
    if character := first_invisible(text):
        message = (
            f"letter {facts.letter.tag}: the {given.what} holds an invisible character, "
            f"{named(character)}; {given.remedy}"
        )
        raise UnprintableLetterError(message)
    return text


def what_to_correct(facts: LetterFacts, characters: Collection[str]) -> str:
    """Say where those of the given texts are corrected that hold one of some characters."""
    remedies = (
        each.remedy
        for each in given_texts(facts)
        if any(character in each.composed for character in characters)
    )
    found = "; ".join(dict.fromkeys(remedies))
    return found or "take it out of the edition and prepare the letter again"
