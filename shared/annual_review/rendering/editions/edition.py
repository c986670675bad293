"""Editions: what is particular to one year's letter, kept as content in `editions/<year>/`.

`edition.toml` holds dates, names and wording, `letter.md` the running text. Both may use the
placeholders of `PLACEHOLDERS`, written `{{ name }}`.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import InstanceOf

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition_facts import facts_of
from annual_review.rendering.editions.edition_faults import settings_faults
from annual_review.rendering.editions.edition_schema import EditionSettings
from annual_review.rendering.errors import EditionError
from annual_review.rendering.text.letter_markdown import TextTerms, read_letter_template
from annual_review.rendering.text.letter_template import LetterTemplate

PLACEHOLDERS: Final = frozenset(
    {
        "addressed_authority",
        "authority",
        "letter_date",
        "publication_date",
        "similar_authorities",
        "year",
        "year_from",
        "year_to",
    }
)
"""What a text of any edition may ask for, beside its own facts; `compose` fills in each of them."""

CONDITIONS: Final = frozenset({"compared", "own_performance", "published", "successor", "trend"})
"""On what a part of `letter.md` may depend; `compose` decides each of them."""

INSERTIONS: Final = frozenset({"own_performance"})
"""What is inserted into `letter.md` as it stands: each has to have its place in the text."""

_SETTINGS_FILE: Final = "edition.toml"
_TEXT_FILE: Final = "letter.md"


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


def nearest_edition(editions: Path, year: ReportingYear) -> ReportingYear | None:
    """Return the year's own edition, or else the latest earlier, or else the earliest of all."""
    years = edition_years(editions)
    earlier = [each for each in years if each <= year]
    return earlier[-1] if earlier else next(iter(years), None)


def load_edition(editions: Path, year: ReportingYear) -> Edition:
    """Load the edition of a year from `<editions>/<year>/`.

    Raises:
        EditionError: There is none, or it can't be used; says all that is wrong and what to do.
    """
    folder = editions / str(year)
    path = folder / _SETTINGS_FILE
    if not path.is_file():
        raise EditionError(folder, f"there is no edition of {year}; {_those_there_are(editions)}")
    source, content = _read_settings(path)
    placeholders = PLACEHOLDERS | facts_of(content).values.keys()
    faults = list(settings_faults(path, source, content, year=year.ends, placeholders=placeholders))
    try:
        text = read_letter_template(
            folder / _TEXT_FILE, TextTerms(placeholders, CONDITIONS, INSERTIONS)
        )
    except EditionError as error:
        raise EditionError.of([*faults, *error.faults]) from None
    if faults:
        raise EditionError.of(faults)
    return Edition.model_validate({**content, "text": text})


def edition_for(editions: Path, year: ReportingYear) -> Edition:
    """Load the edition of a year, or adapt the nearest one for a rehearsal of that year.

    That is the latest earlier edition, or else the earliest of all; `adapted_from` of the result
    then tells which, and whoever rehearses should be told.

    Raises:
        EditionError: There is no edition at all, or the one chosen can't be used.
    """
    nearest = nearest_edition(editions, year)
    if nearest is None:
        raise EditionError(editions, _those_there_are(editions))
    return load_edition(editions, nearest).adapted_to(year)


def _those_there_are(editions: Path) -> str:
    years = ", ".join(str(each) for each in edition_years(editions))
    if not years:
        return f"this folder has no edition; each is a folder <year> with {_SETTINGS_FILE}"
    return f"there are editions of: {years}; copy one and edit it"


def _read_settings(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        source = path.read_text(encoding="utf-8-sig")
        return source, tomllib.loads(source)
    except UnicodeDecodeError:
        raise EditionError(path, "not UTF-8; save it in that encoding") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise EditionError(
            path, f"not TOML: {error}", int(line.group(1)) if line else None
        ) from None
