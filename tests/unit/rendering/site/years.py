"""A small published year, as the tests of the site read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import cycle

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import CasePart, Subject
from annual_review.domain.figures import figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey, subject_measure
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import FrozenAuthority, Reissue
from annual_review.services.publication.public_year import (
    PublicLetter,
    PublicYear,
    public_authority,
)
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_tally, an_authority, cases_of

ENDED = "E07000076"
SUCCESSOR = "E06000060"

AUTHORITIES = (
    an_authority(ROCHFORD, name="Rochford & <District>", population=87_000),
    an_authority(
        OTHER_DISTRICT,
        name="Tendring District Council",
        in_being_to=date(2020, 3, 31),
        successors=(SUCCESSOR,),
        population=146_000,
    ),
    an_authority(COUNTY, name="Essex County Council", type_=AuthorityType.COUNTY),
    an_authority(SUCCESSOR, name="New Council", type_=AuthorityType.UNITARY),
)

TALLIES = {
    ROCHFORD: a_tally(upheld=1, satisfactory_remedy=0, on_time=1, late=1, referred_back=3),
    OTHER_DISTRICT: a_tally(upheld=8, not_upheld=12, satisfactory_remedy=2, not_complied=1),
    COUNTY: a_tally(upheld=249, not_upheld=1, on_time=4),
}


def improved(cases: tuple[CountedCase, ...]) -> tuple[CountedCase, ...]:
    """Give each decision a subject, and agree an improvement and a report in each upheld case."""
    subjects = cycle((Subject.HOUSING, Subject.HOUSING, Subject.OTHER))
    about = [
        replace(case, measures=(*case.measures, subject_measure(next(subjects))))
        if case.part is CasePart.DECISION
        else case
        for case in cases
    ]
    return tuple(
        replace(
            case,
            service_improvements=("=Train staff", "Review <leaflets>"),
            public_report=f"https://reports.example/{case.reference}",
        )
        if "upheld" in case.measures
        else case
        for case in about
    )


def a_public_year(
    year: ReportingYear = YEAR,
    *,
    letters: bool = True,
    reissue: Reissue | None = None,
    authorities: Iterable[Authority] = AUTHORITIES,
    counts: Mapping[AuthorityCode, Tally] = TALLIES,
) -> PublicYear:
    """Publish a year; `reissue` is a correction of Rochford's figures."""
    register = Register(authorities)
    tallies = {TallyKey(code, year): tally for code, tally in counts.items()}
    figures = figures_of_year(year, register, tallies)
    letter = PublicLetter(b"%PDF", b"<!DOCTYPE html><title>A letter</title>") if letters else None
    return PublicYear(
        year=year,
        revision=figures.revision,
        published_on=date(year.ends, 7, 29),
        authorities=tuple(
            public_authority(
                FrozenAuthority(
                    year,
                    figures.revision,
                    each,
                    improved(cases_of(counts.get(each.authority.code, Tally()))),
                    reissue=reissue if each.authority.code == ROCHFORD else None,
                ),
                register,
                letter,
            )
            for each in figures.authorities
        ),
        pools=figures.pools,
        national=figures.national,
        decision_address="https://decisions.example/{reference}",
    )
