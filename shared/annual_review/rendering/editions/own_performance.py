"""The words for an authority's own performance: what an edition proposes where figures say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
)

from annual_review.domain.authorities import Authority
from annual_review.domain.own_performance import Finding, FindingKind
from annual_review.domain.paragraphs import checked_text
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.text.placeholders import fill, placeholder_faults
from annual_review.rendering.text.wording import written_date

PLACEHOLDERS: Final = frozenset(
    {"authority", "cases", "references", "year", "year_from", "year_to", "years_in_a_row"}
)
"""What a text of `[own_performance]` may ask for; `write` fills in each of them."""

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def _with_known_placeholders(text: str) -> str:
    for fault in placeholder_faults(text, PLACEHOLDERS):
        raise ValueError(fault)
    return text


_Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(checked_text),
    AfterValidator(_with_known_placeholders),
]


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CountedText(_Content):
    """A text that tells a number of cases: one is singular, every other number plural."""

    one: _Text
    many: _Text

    def counted(self, number: int) -> str:
        """Return the text for a number of cases."""
        return self.one if number == 1 else self.many


class OwnPerformanceTexts(_Content):
    """The section `[own_performance]` of `edition.toml`: a text for each finding.

    Implements `ParagraphWriter`.
    """

    late_remedies: CountedText
    not_complied: CountedText
    late_remedies_again: _Text
    not_complied_again: _Text

    def write(self, finding: Finding, authority: Authority, year: ReportingYear) -> str:
        """Return the text of a paragraph, on one line."""
        values = {
            "authority": authority.name,
            "cases": str(finding.cases),
            "references": _listed(finding.references),
            "year": str(year),
            "year_from": written_date(year.first_day),
            "year_to": written_date(year.last_day),
            "years_in_a_row": ordinal(finding.years_in_a_row),
        }
        return fill(self._text(finding), values)

    def _text(self, finding: Finding) -> str:
        match finding.kind:
            case FindingKind.LATE_REMEDIES:
                return self.late_remedies.counted(finding.cases)
            case FindingKind.NOT_COMPLIED:
                return self.not_complied.counted(finding.cases)
            case FindingKind.LATE_REMEDIES_AGAIN:
                return self.late_remedies_again
            case FindingKind.NOT_COMPLIED_AGAIN:
                return self.not_complied_again


def ordinal(number: int) -> str:
    """Return the ordinal of a number from 1 as a letter writes it: `second`, `9th`, `22nd`."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    teens = number // 10 % 10 == 1
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(references: Sequence[str]) -> str:
    """Return references in a row: `19012345, 19012346 and 19012347`."""
    *others, last = references or ("",)
    return f"{', '.join(others)} and {last}" if others else last
