"""Words that every edition shares: dates, counted nouns, the names of groups of authorities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityType

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_APOSTROPHE: Final = re.compile(r"(?<=\w)'")

GROUPS: Final[Mapping[AuthorityType, str]] = MappingProxyType(
    {
        AuthorityType.COUNTY: "county councils",
        AuthorityType.DISTRICT: "district councils",
        AuthorityType.METROPOLITAN: "metropolitan boroughs",
        AuthorityType.UNITARY: "unitary councils",
        AuthorityType.LONDON: "London boroughs",
        AuthorityType.OTHER: "other authorities",
    }
)
"""What a letter calls the similar authorities of each type."""


def written_date(day: date) -> str:
    """Return a day as a British letter writes it, in any locale: `1 April 2019`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun, thousands separated: `1 case`, `0 cases`, `1,040 cases`.

    One is singular, every other number, zero too, plural.
    """
    return f"{number:,} {one if number == 1 else many}"


def one_decimal(tenths: int, *, trailing_zero: bool = False) -> str:
    """Return tenths with one decimal, thousands separated: 39 is `3.9`.

    50 is `5`, and `5.0` with a trailing zero, as beside a number that has a decimal.
    """
    whole, tenth = divmod(tenths, 10)
    return f"{whole:,}.{tenth}" if tenth or trailing_zero else f"{whole:,}"


def sentence_case(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def with_typographic_apostrophes(text: str) -> str:
    """Return a text with ’ for every straight apostrophe that follows a letter or a number."""
    return _APOSTROPHE.sub("’", text)
