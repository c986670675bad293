"""The schema of `edition.toml`: what an edition can set, and what each setting may be."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from annual_review.domain.invisible import first_invisible, named
from annual_review.domain.recipients import email_address
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Rounding, StatisticName
from annual_review.rendering.editions.edition_facts import EditionFacts
from annual_review.rendering.editions.own_performance import OwnPerformanceTexts
from annual_review.rendering.text.wording import counted


def _visible(text: str) -> str:
    if character := first_invisible(text):
        message = f"holds an invisible character, {named(character)}; type it again"
        raise ValueError(message)
    return text


def _one_mailbox(text: str) -> str:
    try:
        return email_address(text)
    except ValueError:
        message = "must be the address of one mailbox, such as office@ombudsman.example"
        raise ValueError(message) from None


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$"),
    AfterValidator(_visible),
]
"""One line of text that says something, all of which can be seen."""

Day = Annotated[date, Field(strict=True)]
"""A day, as TOML writes it without quotes: `2020-07-22`."""

Switch = Annotated[bool, Field(strict=True)]
"""`true` or `false`, and nothing that merely looks like it."""


_REFERENCE: Final = "{reference}"


class Content(BaseModel):
    """A table of `edition.toml`: every key is known, and none is changed once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterheadContent(Content):
    """The ombudsman's name as the letterhead sets it, and where the office is reached."""

    name: Text
    emphasised: Text
    website: AnyUrl
    email: Annotated[str, AfterValidator(_one_mailbox)]


class Signatory(Content):
    """Who signs, and in which offices."""

    name: Text
    offices: Annotated[tuple[Text, ...], Field(min_length=1)]


class CountedNoun(Content):
    """A noun as it stands after a number: one is singular, every other number plural."""

    one: Text
    many: Text

    def counted(self, number: int) -> str:
        """Return the number and the noun: `1 upheld decision`, `0 upheld decisions`."""
        return counted(number, self.one, self.many)


class Wording(Content):
    """Words of the statistics that differ from edition to edition.

    `remedies_base` names what the satisfactory remedy rate is based on. These are upheld decisions;
    the letters of 2019 to 2023 called them detailed investigations.
    """

    remedies_base: CountedNoun


class Printed(Content):
    """What is printed beside the statistics.

    `volumes`: what became of all complaints and enquiries. `upheld_per_100_000`: upheld decisions
    among residents, where their number is known. `small_numbers`: a caution where a percentage
    stands on fewer than five cases. `trend`: the same statistics of the years frozen before.
    """

    volumes: Switch
    upheld_per_100_000: Switch
    small_numbers: Switch
    trend: Switch


class Layout(StrEnum):
    """How a letter says and shows its statistics.

    `2020`: in the sentences of its time, on a page of their own. `2026`: the period once, the
    group by name, thousands separated; each statistic with its trend, after the text where it fits.
    """

    OF_2020 = "2020"
    OF_2026 = "2026"


def _each_once(names: tuple[StatisticName, ...]) -> tuple[StatisticName, ...]:
    if len(set(names)) < len(names):
        message = "a statistic is listed twice; name each once"
        raise ValueError(message)
    return names


def _https_with_reference(address: str) -> str:
    """Check where decisions can be read: a secure address with the reference somewhere in it."""
    if not address.startswith("https://") or address.count(_REFERENCE) != 1:
        message = f"begin with https:// and write {_REFERENCE} once, where that of the case belongs"
        raise ValueError(message)
    return address


DecisionAddress = Annotated[Text, AfterValidator(_https_with_reference)]


class EditionSettings(Content):
    """What `edition.toml` holds."""

    year: Annotated[int, Field(strict=True)]
    letter_date: Day
    publication_date: Day
    title: Text
    subject: Text
    preheader: Text
    author: Text
    delivery: Text
    closing: Text
    statistics_title: Text
    layout: Layout
    rounding: Rounding
    statistics: Annotated[
        tuple[StatisticName, ...], Field(min_length=1), AfterValidator(_each_once)
    ]
    printed: Printed
    letterhead: LetterheadContent
    signatory: Signatory
    wording: Wording
    own_performance: OwnPerformanceTexts
    decision_address: DecisionAddress | None = None
    facts: EditionFacts = EditionFacts()


def dates_out_of_order(year: int, letter_date: date, publication_date: date) -> str | None:
    """Say what is wrong with the dates of an edition; `None` if they follow one another."""
    year_end = ReportingYear(year).last_day
    if year_end < letter_date <= publication_date:
        return None
    return (
        f"dates out of order: the year ends on {year_end}, the letter is dated {letter_date} and "
        f"published on {publication_date}; write them in that order"
    )
