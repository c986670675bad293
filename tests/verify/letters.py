"""The letters that are verified: every variant there is, in every edition that ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.figures import Comparisons
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.edition import edition_years
from annual_review.rendering.shipped import SHIPPED_EDITIONS
from annual_review.services.rendering import LetterFacts
from tests.builders import a_tally
from tests.unit.rendering.letters import a_renderer, an_addressee, facts_of, to_a_successor

YEARS: Final = edition_years(SHIPPED_EDITIONS)
NO_COMPARISONS: Final = Comparisons(None, None, None)

VARIANTS: Final[dict[str, LetterFacts]] = {
    "one of each": facts_of(),
    "many of each": facts_of(
        a_tally(upheld=61, not_upheld=30, on_time=40, late=5, not_complied=2, satisfactory_remedy=9)
    ),
    "late and not complied": facts_of(a_tally(upheld=3, late=1, not_complied=1)),
    "no compliance outcome": facts_of(a_tally(upheld=2)),
    "no detailed investigation": facts_of(a_tally(on_time=1)),
    "nothing upheld": facts_of(a_tally(not_upheld=4)),
    "nothing at all": facts_of(a_tally()),
    "no comparison": facts_of(comparisons=NO_COMPARISONS),
    "type other": facts_of(type_=AuthorityType.OTHER, comparisons=NO_COMPARISONS),
    "to a successor": to_a_successor(),
    "a sample": facts_of(is_sample=True),
    "odd names": facts_of(
        name='Cyngor "Ŵrecsam" & <Łódź> #1 $x$',
        recipient=an_addressee(addressee="Ms Świnoujście-Żółć", salutation="Ms Świnoujście-Żółć"),
    ),
    "a long name": facts_of(name="Bournemouth, Christchurch and Poole Metropolitan Borough Cou"),
}


def printed_letters() -> Iterator[tuple[str, bytes]]:
    """Print every variant in every edition; each goes by the name of both."""
    for year in YEARS:
        renderer = a_renderer(year)
        for name, facts in VARIANTS.items():
            yield name_of(name, year), renderer.render(facts).pdf


def name_of(variant: str, year: ReportingYear) -> str:
    return f"{variant}, edition {year}"
