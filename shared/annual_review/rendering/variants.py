"""Every variant that a letter has, as data: for checking an edition, for tests and for pictures.

The authorities are invented and nobody who is addressed has a name. Figures are counted from cases
and compared by the rules of the domain, so that whatever is made from either agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.figures import Revision
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.tallies import Tally
from annual_review.rendering.edition import Edition
from annual_review.rendering.variant_facts import Counts, earlier_year, facts_of, tally_of
from annual_review.services.frozen_authority import Reissue
from annual_review.services.rendering import LetterFacts

_ORDINARY: Final = Counts(
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
_COUNTY: Final = Authority(
    AuthorityCode("E10000099"),
    "Ambershire County Council",
    AuthorityType.COUNTY,
    population=812_400,
)
_DISTRICT: Final = Authority(
    AuthorityCode("E07000999"),
    "Westmere District Council",
    AuthorityType.DISTRICT,
    population=100_000,
)
_LONG_NAME: Final = "Northmarsh, Kingsholme & St Oswald's Metropolitan Borough Council"
_PARAGRAPH: Final = (
    "In 2 cases your authority carried out our recommendations after the date that had been agreed."
    " We count this as compliance, but each delay was a longer wait for somebody who had been let"
    " down already."
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant: its name, of small letters and hyphens, what it shows, and its facts."""

    name: str
    shows: str
    facts: LetterFacts


def variants_of(edition: Edition) -> tuple[Variant, ...]:
    """Return every variant of the letters of an edition, each under a name of its own."""
    return (
        *_of_figures(edition),
        *_of_comparisons(edition),
        *_of_earlier_years(edition),
        *_of_recipients(edition),
        *_of_reissues(edition),
        *_of_texts(edition),
    )


def _of_figures(edition: Edition) -> Iterator[Variant]:
    def counted(name: str, shows: str, counts: Counts) -> Variant:
        return Variant(name, shows, facts_of(edition, _DISTRICT, counts))

    yield Variant(
        "ordinary",
        "An ordinary letter: every figure there is, each beside that of similar authorities.",
        facts_of(edition, _COUNTY, _ORDINARY),
    )
    yield counted(
        "one-of-each",
        "One investigation, upheld, and one compliance outcome: all is singular, but not zero.",
        Counts(upheld=1, on_time=1),
    )
    yield counted(
        "one-remedy",
        "One upheld decision with a satisfactory remedy.",
        Counts(upheld=1, satisfactory_remedy=1, late=1),
    )
    yield counted(
        "two-of-each",
        "Two of everything: all is plural.",
        Counts(not_upheld=2, upheld=2, satisfactory_remedy=2, on_time=2),
    )
    yield counted(
        "four-cases",
        "Percentages on two to four cases, the most that call for a caution.",
        Counts(advice_given=3, not_upheld=1, upheld=3, satisfactory_remedy=1, on_time=2),
    )
    yield counted(
        "five-cases",
        "Percentages on five cases, the fewest that need no caution.",
        Counts(upheld=5, satisfactory_remedy=1, on_time=5),
    )
    yield counted(
        "nothing-counted",
        "A year without any case: a sentence in the place of each statistic.",
        Counts(),
    )
    yield counted(
        "no-investigation",
        "Complaints came, but none was investigated; recommendations of the year before were due.",
        Counts(invalid_or_incomplete=2, advice_given=5, referred_back=6, on_time=6),
    )
    yield counted(
        "nothing-upheld",
        "Complaints were investigated and none was upheld: 0%, and no base for remedies.",
        Counts(referred_back=3, not_upheld=6, on_time=5),
    )
    yield counted(
        "one-not-upheld",
        "One investigation, not upheld, and no compliance outcome.",
        Counts(not_upheld=1),
    )
    yield counted(
        "no-compliance-outcome",
        "No recommendation was due: one sentence in the place of the whole block.",
        Counts(advice_given=4, not_upheld=5, upheld=8, satisfactory_remedy=1),
    )
    yield counted(
        "below-100",
        "A compliance rate below 100%, a remedy rate of 100%.",
        Counts(upheld=6, satisfactory_remedy=6, on_time=6, late=1, not_complied=1),
    )
    yield Variant(
        "thousands",
        "The largest authority: four figures in every number.",
        facts_of(
            edition,
            replace(_COUNTY, type=AuthorityType.LONDON, name="London Borough of Eastgate"),
            Counts(
                invalid_or_incomplete=1004,
                advice_given=2312,
                referred_back=3077,
                closed_after_initial_enquiries=2650,
                not_upheld=1250,
                upheld=4150,
                satisfactory_remedy=1022,
                on_time=3800,
                late=199,
                not_complied=1,
            ),
        ),
    )


def _of_comparisons(edition: Edition) -> Iterator[Variant]:
    yield Variant(
        "type-other",
        "An authority that is compared with no other: the line with the average is left out.",
        facts_of(
            edition,
            Authority(
                AuthorityCode("E26000099"),
                "Highmoor National Park Authority",
                AuthorityType.OTHER,
            ),
            Counts(referred_back=2, not_upheld=4, upheld=3, satisfactory_remedy=1, on_time=7),
        ),
    )
    yield Variant(
        "population-unknown",
        "The number of residents is not known: nothing is said per 100,000 of them.",
        facts_of(edition, replace(_COUNTY, population=None), _ORDINARY),
    )
    yield Variant(
        "whole-rates",
        "Whole rates by population, without a decimal: 1 of its own, 5 in similar authorities.",
        facts_of(edition, _DISTRICT, Counts(not_upheld=5, upheld=1, on_time=5)),
    )


def _of_earlier_years(edition: Edition) -> Iterator[Variant]:
    facts = facts_of(edition, _COUNTY, _ORDINARY)
    years = edition.reporting_year
    some = (
        earlier_year(years, 3, Counts(not_upheld=20, upheld=11, on_time=11)),
        earlier_year(years, 2, Counts(not_upheld=12, upheld=18, satisfactory_remedy=1, on_time=9)),
        earlier_year(years, 1, Counts(not_upheld=9, upheld=27, satisfactory_remedy=4, late=16)),
    )
    yield Variant(
        "trend",
        "Three years were frozen before this one.",
        replace(facts, earlier=some),
    )
    gaps = (
        earlier_year(years, 5, Counts(not_upheld=1, upheld=2, on_time=1)),
        earlier_year(years, 4, Counts(referred_back=2)),
        earlier_year(years, 2, Counts(not_upheld=3, on_time=2)),
        earlier_year(years, 1, Counts(upheld=2, satisfactory_remedy=1, on_time=1, not_complied=1)),
    )
    yield Variant(
        "trend-with-gaps",
        "Earlier years without any case, and one that was never frozen: the lines break.",
        replace(
            facts_of(edition, _DISTRICT, Counts(not_upheld=2, upheld=1, on_time=1)), earlier=gaps
        ),
    )
    many = tuple(
        earlier_year(
            years,
            before,
            Counts(
                not_upheld=20 + before,
                upheld=40 - before,
                satisfactory_remedy=before,
                on_time=19,
                not_complied=before % 2,
            ),
        )
        for before in range(12, 0, -1)
    )
    yield Variant(
        "long-trend",
        "Twelve years were frozen before this one: the latest of them are shown.",
        replace(facts, earlier=many),
    )


def _of_recipients(edition: Edition) -> Iterator[Variant]:
    abolished = replace(
        _DISTRICT, name="Old Westmere District Council", successors=(AuthorityCode("E06000099"),)
    )
    facts = facts_of(edition, abolished, Counts(not_upheld=3, upheld=5, on_time=5))
    to_successor = replace(
        facts,
        recipient=replace(facts.recipient, authority=AuthorityCode("E06000099")),
        addressed_authority="Westmere and Fenland Council",
    )
    yield Variant(
        "successor",
        "An authority that was abolished: its successor receives the letter and is told why.",
        to_successor,
    )
    yield Variant(
        "several-successors",
        "An authority that was divided: addressed to one successor, copied to the other.",
        replace(
            to_successor,
            recipient=replace(
                to_successor.recipient,
                copies=(
                    *to_successor.recipient.copies,
                    EmailAddress("chief.executive@fenland.example"),
                ),
            ),
        ),
    )


def _of_reissues(edition: Edition) -> Iterator[Variant]:
    facts = facts_of(edition, _COUNTY, _ORDINARY)
    wrong = tally_of(edition.reporting_year, replace(_ORDINARY, upheld=35, on_time=23))
    soon = edition.letter_date + timedelta(days=2)
    later = edition.publication_date + timedelta(days=30)

    def again(
        dated: date, reason: str, *, before: Tally = wrong, replaces: bool = True
    ) -> LetterFacts:
        replaced = Revision(1) if replaces else None
        return replace(
            facts,
            letter=replace(facts.letter, revision=Revision(2)),
            reissue=Reissue(dated, reason, replaced, edition.letter_date, before),
        )

    yield Variant(
        "re-issue",
        "A letter that replaces an earlier one: which, why, and what has changed.",
        again(later, "2 complaints were counted for your authority that concerned another."),
    )
    yield Variant(
        "re-issue-same-figures",
        "A letter that replaces an earlier one with the same figures, before publication.",
        again(
            soon,
            "the first letter was sent to an address that is no longer in use.",
            before=facts.figures.tally,
        ),
    )
    yield Variant(
        "re-issue-never-sent",
        "A later revision of a letter that was never sent: it replaces nothing, and is dated anew.",
        again(soon, "a compliance outcome was recorded late.", replaces=False),
    )


def _of_texts(edition: Edition) -> Iterator[Variant]:
    facts = facts_of(edition, _COUNTY, _ORDINARY)
    yield Variant(
        "own-performance",
        "Something is said of the authority's own performance.",
        replace(facts, paragraphs=(_PARAGRAPH,)),
    )
    yield Variant(
        "own-performance-at-length",
        "Three paragraphs on the authority's own performance: the letter keeps to two pages.",
        replace(facts, paragraphs=(_PARAGRAPH, f"{_PARAGRAPH} {_PARAGRAPH}", _PARAGRAPH)),
    )
    yield Variant(
        "sample", "Simulated figures say so on every page.", replace(facts, is_sample=True)
    )
    long = facts_of(
        edition,
        replace(_COUNTY, name=_LONG_NAME, type=AuthorityType.METROPOLITAN),
        _ORDINARY,
    )
    yield Variant(
        "long-name",
        "A name of more than sixty characters, and a long job title.",
        replace(
            long,
            recipient=replace(
                long.recipient,
                job_title="Chief Executive, Head of Paid Service and Returning Officer",
            ),
        ),
    )
    yield Variant(
        "odd-signs",
        "Signs that mean something to a program mean nothing here: they are printed as they are.",
        replace(
            facts_of(
                edition,
                replace(
                    _COUNTY,
                    name='St Edmund\'s & "Bury" <Council> #1 $2 _3_ *4* \\5 [6] @7 //8 `9` {{ ten }}',
                    type=AuthorityType.UNITARY,
                ),
                _ORDINARY,
            ),
            paragraphs=("We thank <b>#you</b> & $all$ *of* _you_ at [the] office @ \\ // http.",),
        ),
    )
    yield Variant(
        "other-alphabets",
        "Welsh and Polish letters.",
        facts_of(
            edition,
            replace(_COUNTY, name="Cyngor Bwrdeistref Ŵyr Ŷstrad â Świętej Łodzi, Żółć i Źrebięta"),
            _ORDINARY,
        ),
    )
    yield _longest(edition, long)


def _longest(edition: Edition, facts: LetterFacts) -> Variant:
    """Return a letter in which all comes together that makes a letter long."""
    small = facts_of(
        edition,
        facts.figures.authority,
        Counts(not_upheld=1, upheld=3, satisfactory_remedy=1, on_time=2, not_complied=1),
    )
    years = edition.reporting_year
    before = Counts(not_upheld=2, upheld=4, satisfactory_remedy=2, on_time=4, not_complied=1)
    return Variant(
        "longest",
        "All at once: a successor, a long name, small numbers, earlier years, own performance, and "
        "a re-issue in which every figure has changed.",
        replace(
            small,
            letter=replace(small.letter, revision=Revision(3)),
            recipient=replace(small.recipient, authority=AuthorityCode("E06000099")),
            addressed_authority="Westmere and Fenland Council",
            is_sample=True,
            earlier=tuple(earlier_year(years, ago, before) for ago in range(9, 0, -1)),
            paragraphs=(_PARAGRAPH, _PARAGRAPH),
            reissue=Reissue(
                edition.letter_date + timedelta(days=1),
                "2 decisions and 2 compliance outcomes were counted that belong to another year.",
                Revision(2),
                edition.letter_date,
                tally_of(years, before),
            ),
        ),
    )
