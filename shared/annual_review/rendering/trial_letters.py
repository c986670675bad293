"""Invented letters on which an edition is tried: each brings out words that others don't."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.cases import ComplianceOutcome, DecisionOutcome
from annual_review.domain.figures import FIRST_REVISION, AuthorityFigures, Comparisons
from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import SATISFACTORY_REMEDY, Measure, Tally
from annual_review.services.rendering import LetterFacts

_CODE: Final = AuthorityCode("E07000999")
_SUCCESSOR: Final = AuthorityCode("E06000999")
_NAME: Final = "Northbridge District Council"
_LONGEST_NAME: Final = "Royal Borough of St Edmund’s, Llŷn & Great Northbridge Council"
_COMPARED: Final = Comparisons(Statistic(45, 100), Statistic(99, 100), Statistic(20, 100))
_NOT_COMPARED: Final = Comparisons()


def trial_letters(year: ReportingYear) -> Mapping[str, LetterFacts]:
    """Return the facts of one letter for each variant, by the name of the variant."""
    many = _tally(upheld=60, not_upheld=40, on_time=50, late=3, not_complied=2, remedies=12)
    return MappingProxyType(
        {
            "many of everything": _facts(year, many),
            "one of everything": _facts(year, _tally(upheld=1, on_time=1, remedies=1)),
            "nothing in the year": _facts(year, _tally(), comparisons=_NOT_COMPARED),
            "nothing upheld": _facts(
                year, _tally(not_upheld=3), comparisons=Comparisons(_COMPARED.uphold_rate)
            ),
            "no compliance outcome": _facts(year, _tally(upheld=2, not_upheld=2)),
            "late remedies": _facts(year, _tally(upheld=4, on_time=3, late=1)),
            "recommendation not complied with": _facts(year, _tally(upheld=4, not_complied=1)),
            "no similar authorities": _facts(
                year, many, type_=AuthorityType.OTHER, comparisons=_NOT_COMPARED
            ),
            "successor": _facts(year, many, to=_SUCCESSOR, addressed="Greater Northbridge Council"),
            "longest name": _facts(year, many, name=_LONGEST_NAME, addressed=_LONGEST_NAME),
        }
    )


def _tally(  # noqa: PLR0913 (a count of each kind)
    *,
    upheld: int = 0,
    not_upheld: int = 0,
    on_time: int = 0,
    late: int = 0,
    not_complied: int = 0,
    remedies: int = 0,
) -> Tally:
    return Tally(
        {
            Measure(DecisionOutcome.UPHELD.value): upheld,
            Measure(DecisionOutcome.NOT_UPHELD.value): not_upheld,
            Measure(ComplianceOutcome.ON_TIME.value): on_time,
            Measure(ComplianceOutcome.LATE.value): late,
            Measure(ComplianceOutcome.NOT_COMPLIED.value): not_complied,
            SATISFACTORY_REMEDY: remedies,
        }
    )


def _facts(  # noqa: PLR0913 (a letter has that many parts)
    year: ReportingYear,
    tally: Tally,
    *,
    name: str = _NAME,
    type_: AuthorityType = AuthorityType.DISTRICT,
    comparisons: Comparisons = _COMPARED,
    to: AuthorityCode = _CODE,
    addressed: str = _NAME,
) -> LetterFacts:
    office = "Chief Executive"
    return LetterFacts(
        letter=LetterId(year, FIRST_REVISION, _CODE),
        figures=AuthorityFigures(Authority(_CODE, name, type_), tally, comparisons),
        recipient=Recipient(
            authority=to,
            addressee=f"The {office}",
            job_title=office,
            salutation=office,
            email=EmailAddress("chief.executive@northbridge.example"),
        ),
        addressed_authority=addressed,
    )
