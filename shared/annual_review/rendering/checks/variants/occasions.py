"""Variants that the occasion makes: who receives a letter, why again, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import Tally
from annual_review.rendering.checks.variants.facts import (
    COUNTY,
    DISTRICT,
    ORDINARY,
    Counts,
    earlier_year,
    facts_of,
    tally_of,
)
from annual_review.rendering.checks.variants.variant import Variant
from annual_review.rendering.editions.edition import Edition
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.letters.rendering import LetterFacts

_LONG_NAME: Final = "North Marsh, Kingsholme and St Oswald's Metropolitan Borough"
_PARAGRAPH: Final = (
    "In 2 cases your authority carried out our recommendations after the date that had been agreed."
    " We count this as compliance, but each delay was a longer wait for somebody who had been let"
    " down already."
)


def variants_of_recipients(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of who receives the letter of another authority."""
    abolished = replace(
        DISTRICT, name="Old Westmere District Council", successors=(AuthorityCode("E06000099"),)
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


def variants_of_reissues(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of later revisions."""
    facts = facts_of(edition, COUNTY, ORDINARY)
    wrong = tally_of(edition.reporting_year, replace(ORDINARY, upheld=35, on_time=23))
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
        "A later revision of a letter that was never sent: it replaces nothing, and is dated"
        " again.",
        again(soon, "a compliance outcome was recorded late.", replaces=False),
    )


def variants_of_texts(edition: Edition) -> Iterator[Variant]:
    """Go through the variants of names and texts, and of the length that they come to."""
    facts = facts_of(edition, COUNTY, ORDINARY)
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
        replace(COUNTY, name=_LONG_NAME, type=AuthorityType.METROPOLITAN),
        ORDINARY,
    )
    yield Variant(
        "long-name",
        "A name of sixty characters, and a long job title.",
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
                    COUNTY,
                    name='St Edmund\'s & "Bury" <i> #1 $2 _3_ *4* \\5 [6] @7 //8 `9` {{ x }}',
                    type=AuthorityType.UNITARY,
                ),
                ORDINARY,
            ),
            paragraphs=("We thank <b>#you</b> & $all$ *of* _you_ at [the] office @ \\ // http.",),
        ),
    )
    yield Variant(
        "other-alphabets",
        "Welsh and Polish letters.",
        facts_of(
            edition,
            replace(COUNTY, name="Cyngor Bwrdeistref Ŵyr Ŷstrad â Świętej Łodzi, Żółć i Źrebięta"),
            ORDINARY,
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
            earlier=tuple(earlier_year(years, ago, before) for ago in range(9, 0, -1)),
            paragraphs=(_PARAGRAPH,),
            reissue=Reissue(
                edition.letter_date + timedelta(days=1),
                "4 cases were counted that belong to another year.",
                Revision(2),
                edition.letter_date,
                tally_of(years, before),
            ),
        ),
    )
