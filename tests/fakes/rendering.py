"""A renderer that prints the facts it was given, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from annual_review.domain.authorities import Authority
from annual_review.domain.own_performance import Finding
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters.rendering import (
    LetterFacts,
    RenderedLetter,
    UnprintableLetterError,
)


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


@dataclass
class PlainWriter:
    """Words a finding by its kind and its numbers."""

    wording: str = "found"

    def write(self, finding: Finding, authority: Authority, year: ReportingYear) -> str:
        """Return the text of a paragraph."""
        numbers = f"{finding.cases} cases, year {finding.years_in_a_row}"
        about = f"{authority.code} in {year}: {finding.kind.value}, {numbers}"
        return f"{self.wording}: {about}; {' '.join(finding.references)}".rstrip("; ")


@dataclass
class PlainEditions:
    """One renderer and one writer, whatever the year."""

    plain_renderer: PlainRenderer
    day: Callable[[ReportingYear], date]
    writer: PlainWriter = field(default_factory=PlainWriter)

    def renderer(self, _year: ReportingYear) -> PlainRenderer:
        return self.plain_renderer

    def issue_date(self, year: ReportingYear) -> date:
        return self.day(year)

    def wording(self, _year: ReportingYear) -> PlainWriter:
        return self.writer
