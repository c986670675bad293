"""Editions: what is particular to one year's letter, kept as content in `editions/<year>/`.

`edition.toml` holds dates, names and wording, `letter.md` the running text. Both may use the
placeholders of `PLACEHOLDERS`, written `{{ name }}`.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import (
    AnyUrl,
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    StringConstraints,
    ValidationError,
    model_validator,
)

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.errors import EditionError
from annual_review.rendering.letter_template import LetterTemplate, read_letter_template
from annual_review.rendering.own_performance import OwnPerformanceTexts
from annual_review.rendering.placeholders import check_placeholders

PLACEHOLDERS: Final = frozenset(
    {
        "addressed_authority",
        "authority",
        "late_cases",
        "letter_date",
        "not_complied_cases",
        "publication_date",
        "similar_authorities",
        "year",
        "year_from",
        "year_to",
    }
)
"""What a text of an edition may ask for; `compose` fills in each of them."""

CONDITIONS: Final = frozenset({"compared", "late", "not_complied", "own_performance", "successor"})
"""On what a part of `letter.md` may depend; `compose` decides each of them."""

_SETTINGS_FILE: Final = "edition.toml"
_TEXT_FILE: Final = "letter.md"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$")]
"""One line of text that says something."""


class StatisticName(StrEnum):
    """The statistics that an edition can print."""

    UPHOLD_RATE = "uphold_rate"
    COMPLIANCE_RATE = "compliance_rate"
    SATISFACTORY_REMEDY_RATE = "satisfactory_remedy_rate"


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterheadContent(_Content):
    """The ombudsman's name as the letterhead sets it, and where the office is reached."""

    name: Text
    emphasised: Text
    website: AnyUrl
    email: Annotated[str, StringConstraints(pattern=r"^[!-?A-~]+@[0-9A-Za-z.-]+$")]


class Signatory(_Content):
    """Who signs, and in which offices."""

    name: Text
    offices: Annotated[tuple[Text, ...], Field(min_length=1)]


class CountedNoun(_Content):
    """A noun as it stands after a number: one is singular, every other number plural."""

    one: Text
    many: Text

    def counted(self, number: int) -> str:
        """Return the number and the noun: `1 upheld decision`, `0 upheld decisions`."""
        return f"{number} {self.one if number == 1 else self.many}"


class Wording(_Content):
    """Words of the statistics that differ from edition to edition.

    `remedies_base` names what the satisfactory remedy rate is based on. These are upheld decisions;
    the letters of 2019 to 2023 called them detailed investigations.
    """

    remedies_base: CountedNoun


class EditionSettings(_Content):
    """What `edition.toml` holds."""

    year: int
    letter_date: date
    publication_date: date
    title: Text
    subject: Text
    preheader: Text
    author: Text
    delivery: Text
    closing: Text
    statistics_title: Text
    statistics: Annotated[tuple[StatisticName, ...], Field(min_length=1)]
    letterhead: LetterheadContent
    signatory: Signatory
    wording: Wording
    own_performance: OwnPerformanceTexts

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        year_end = ReportingYear(self.year).last_day
        if not year_end < self.letter_date <= self.publication_date:
            message = (
                f"dates out of order: the year ends on {year_end}, the letter is dated "
                f"{self.letter_date} and published on {self.publication_date}"
            )
            raise ValueError(message)
        if len(set(self.statistics)) < len(self.statistics):
            message = "a statistic is listed twice under `statistics`; name each once"
            raise ValueError(message)
        return self


class Edition(EditionSettings):
    """One year's letter: its settings and its text.

    `adapted_from` is the year of the edition that this one was made from for a rehearsal, `None`
    for an edition that its editors wrote for its year.
    """

    text: InstanceOf[LetterTemplate]
    adapted_from: int | None = None

    @property
    def reporting_year(self) -> ReportingYear:
        """The year whose figures the letters of this edition print."""
        return ReportingYear(self.year)

    def adapted_to(self, year: ReportingYear) -> Edition:
        """Return this edition for the rehearsal of another year.

        Every date moves by whole years, 29 February to the 28th where it has to. Nobody has
        decided these dates: an edition adapted in this way is for rehearsing and must not be sent.
        """
        shift = year.ends - self.year
        if not shift:
            return self
        return self.model_copy(
            update={
                "year": year.ends,
                "letter_date": _moved(self.letter_date, shift),
                "publication_date": _moved(self.publication_date, shift),
                "adapted_from": self.adapted_from or self.year,
            }
        )


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def edition_years(editions: Path) -> tuple[ReportingYear, ...]:
    """Return the years that have an edition in the folder, earliest first."""
    if not editions.is_dir():
        return ()
    folders = (each.parent.name for each in editions.glob(f"*/{_SETTINGS_FILE}"))
    return tuple(
        sorted(ReportingYear(int(name)) for name in folders if re.fullmatch(r"\d{4}", name))
    )


def load_edition(editions: Path, year: ReportingYear) -> Edition:
    """Load the edition of a year from `<editions>/<year>/`.

    Raises:
        EditionError: There is none, or it can't be used; says what to do.
    """
    folder = editions / str(year)
    path = folder / _SETTINGS_FILE
    if not path.is_file():
        raise EditionError(folder, f"there is no edition of {year}; {_those_there_are(editions)}")
    source, content = _read_settings(path)
    for name in ("title", "subject", "preheader", "statistics_title"):
        if isinstance(value := content.get(name), str):
            check_placeholders(value, PLACEHOLDERS, path, _line_of(source, (name,)))
    if content.get("year") != year.ends:
        message = f"`year` must be {year}, as the folder is named"
        raise EditionError(path, message, _line_of(source, ("year",)))
    text = read_letter_template(folder / _TEXT_FILE, PLACEHOLDERS, CONDITIONS)
    try:
        return Edition.model_validate({**content, "text": text})
    except ValidationError as error:
        raise _explained(error, path, source) from None


def edition_for(editions: Path, year: ReportingYear) -> Edition:
    """Load the edition of a year, or adapt the nearest one for a rehearsal of that year.

    That is the latest earlier edition, or else the earliest of all; `adapted_from` of the result
    then tells which, and whoever rehearses should be told.

    Raises:
        EditionError: There is no edition at all, or the one chosen can't be used.
    """
    years = edition_years(editions)
    if not years:
        raise EditionError(editions, _those_there_are(editions))
    earlier = [each for each in years if each <= year]
    return load_edition(editions, earlier[-1] if earlier else years[0]).adapted_to(year)


def _those_there_are(editions: Path) -> str:
    years = ", ".join(str(each) for each in edition_years(editions))
    if not years:
        return f"this folder has no edition; each is a folder <year> with {_SETTINGS_FILE}"
    return f"there are editions of: {years}; copy one and edit it"


def _read_settings(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        source = path.read_text(encoding="utf-8")
        return source, tomllib.loads(source)
    except UnicodeDecodeError:
        raise EditionError(path, "not UTF-8; save it in that encoding") from None
    except tomllib.TOMLDecodeError as error:
        raise EditionError(path, f"not TOML: {error}") from None


def _explained(error: ValidationError, path: Path, source: str) -> EditionError:
    """Say all that is wrong in one message, at the line of the first fault."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    whats = [
        f"`{'.'.join(map(str, fault['loc']))}`: {fault['msg']}" if fault["loc"] else fault["msg"]
        for fault in faults
    ]
    return EditionError(path, "; ".join(whats), _line_of(source, faults[0]["loc"]))


def _line_of(source: str, loc: tuple[int | str, ...]) -> int | None:
    """Return the line that sets a key, or opens its table if the key itself is missing."""
    names = [str(name) for name in loc if isinstance(name, str)]
    table = ""
    opened: int | None = None
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.fullmatch(r"\s*\[([\w.]+)\]\s*", line):
            table = header.group(1)
            if table and ".".join(names).startswith(table):
                opened = number
        elif key := re.match(r"\s*([\w.]+)\s*=", line):
            path = [*filter(None, table.split(".")), *key.group(1).split(".")]
            if path == names[: len(path)]:
                return number
    return opened
