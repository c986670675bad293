"""A renderer that prints the facts it was given, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from annual_review.services.rendering import LetterFacts, RenderedLetter, UnprintableLetterError


@dataclass
class PlainRenderer:
    """Every form of a letter holds its facts; the codes in `unprintable` can't be printed."""

    unprintable: set[str] = field(default_factory=set)
    wording: str = "first wording"
    rendered: list[LetterFacts] = field(default_factory=list)

    def render(self, facts: LetterFacts) -> RenderedLetter:
        """Render a letter as the text of its facts.

        Raises:
            UnprintableLetterError: The authority is one of `unprintable`.
        """
        if facts.letter.authority in self.unprintable:
            raise UnprintableLetterError("the font lacks a character: use another one")
        self.rendered.append(facts)
        text = f"{self.wording}\n{facts!r}\n"
        return RenderedLetter(
            subject="Annual Review letter",
            pdf=f"pdf {text}".encode(),
            html=f"html {text}",
            text=f"text {text}",
            case_list=f"xlsx {text}".encode(),
            message=f"eml {text}".encode(),
        )
