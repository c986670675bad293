"""A variant of the letter: a name, what it shows, and the facts it is made from."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.services.letters.rendering import LetterFacts


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant: its name, of small letters and hyphens, what it shows, and its facts."""

    name: str
    shows: str
    facts: LetterFacts
