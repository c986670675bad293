"""The facts of invented letters: cases counted, compared and addressed as real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import (
    CasePart,
    CaseReference,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
    Version,
)
from annual_review.domain.figures import EarlierYear, figures_of_year
from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear
from annual_review.domain.tallies import (
    MEASURES,
    SATISFACTORY_REMEDY,
    Measure,
    Tally,
    TallyKey,
    subject_measure,
)
from annual_review.rendering.editions.edition import Edition
from annual_review.services.figures.counted_cases import CountedCase, tally_of_cases
from annual_review.services.letters.rendering import LetterFacts

_DAYS: Final = 365
_A_WEEK: Final = 7
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases of each kind an invented authority has."""

    invalid_or_incomplete: int = 0
    advice_given: int = 0
    referred_back: int = 0
    closed_after_initial_enquiries: int = 0
    not_upheld: int = 0
    upheld: int = 0
    satisfactory_remedy: int = 0
    on_time: int = 0
    late: int = 0
    not_complied: int = 0


ORDINARY: Final = Counts(
    invalid_or_incomplete=4,
    advice_given=9,
    referred_back=21,
    closed_after_initial_enquiries=17,
    not_upheld=7,
    upheld=33,
    satisfactory_remedy=4,
    on_time=24,
    late=2,
)
COUNTY: Final = Authority(
    AuthorityCode("E10000099"),
    "Ambershire County Council",
    AuthorityType.COUNTY,
    population=812_400,
)
DISTRICT: Final = Authority(
    AuthorityCode("E07000999"),
    "Westmere District Council",
    AuthorityType.DISTRICT,
    population=100_000,
)
_REST_OF_THE_GROUP: Final = Counts(
    not_upheld=550, upheld=450, satisfactory_remedy=90, on_time=390, late=6, not_complied=4
)
_RESIDENTS_OF_THE_GROUP: Final = 8_920_000


def facts_of(edition: Edition, authority: Authority, counts: Counts) -> LetterFacts:
    """Return the facts of an authority's letter, compared with an invented rest of its group."""
    year = edition.reporting_year
    rest = Authority(
        AuthorityCode("E00000001"),
        "The rest of the group",
        authority.type,
        population=_RESIDENTS_OF_THE_GROUP,
    )
    cases = tuple(sorted(_cases(year, counts)))
    figures = figures_of_year(
        year,
        Register([authority, rest]),
        {
            TallyKey(authority.code, year): tally_of_cases(cases),
            TallyKey(rest.code, year): tally_of(year, _REST_OF_THE_GROUP),
        },
    )
    return LetterFacts(
        letter=LetterId(year, FIRST_REVISION, authority.code),
        figures=figures.by_code[authority.code],
        recipient=Recipient(
            authority=authority.code,
            addressee="The Chief Executive",
            job_title="",
            salutation="Chief Executive",
            email=EmailAddress("chief.executive@authority.example"),
            copies=(EmailAddress("link.officer@authority.example"),),
        ),
        addressed_authority=authority.name,
        cases=cases,
    )


def earlier_year(year: ReportingYear, before: int, counts: Counts) -> EarlierYear:
    """Return what stood frozen a number of years before a year."""
    earlier = ReportingYear(year.ends - before)
    return EarlierYear(earlier, tally_of(earlier, counts))


def tally_of(year: ReportingYear, counts: Counts) -> Tally:
    """Return the tally of an invented authority, decisions by subject included."""
    return tally_of_cases(_cases(year, counts))


def _cases(year: ReportingYear, counts: Counts) -> Iterator[CountedCase]:
    subjects = cycle(Subject)
    number = 0
    for outcome in DecisionOutcome:
        for nth in range(getattr(counts, outcome.value)):
            measures = {Measure(outcome.value), subject_measure(next(subjects))}
            if outcome is DecisionOutcome.UPHELD and nth < counts.satisfactory_remedy:
                measures.add(SATISFACTORY_REMEDY)
            number += 1
            yield _case(year, CasePart.DECISION, number, measures)
    for result in ComplianceOutcome:
        for _ in range(getattr(counts, result.value)):
            number += 1
            yield _case(year, CasePart.COMPLIANCE, number, {Measure(result.value)})


def _case(year: ReportingYear, part: CasePart, number: int, measures: set[Measure]) -> CountedCase:
    return CountedCase(
        CaseReference(f"{(year.ends - 1) % _CENTURY:02d}{number:06d}"),
        part,
        Version(1),
        year.first_day + timedelta(days=number * _A_WEEK % _DAYS),
        tuple(measure for measure in MEASURES if measure in measures),
    )
