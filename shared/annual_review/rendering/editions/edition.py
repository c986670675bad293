"""Editions: what is particular to one year's letter, kept as content in `editions/<year>/`.

`edition.toml` holds dates, names and wording, `letter.md` the running text. Both may use the
placeholders of `PLACEHOLDERS`, written `{{ name }}`.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import InstanceOf

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition_copy import moved
from annual_review.rendering.editions.edition_facts import facts_of
from annual_review.rendering.editions.edition_faults import settings_faults
from annual_review.rendering.editions.edition_schema import EditionSettings
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from annual_review.rendering.text.letter_markdown import TextTerms, read_letter_template
from annual_review.rendering.text.letter_template import LetterTemplate
from annual_review.services.advised_commands import Command

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
_SATURDAY: Final = 5
_WEEK: Final = 7


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

        The issue date moves by whole years, to a weekday, and publication stays as long after it.
        Nobody has decided these dates: an edition adapted in this way is for rehearsing and must
        not be sent.
        """
        shift = year.ends - self.year
        if not shift:
            return self
        issued = _on_a_weekday(moved(self.letter_date, shift))
        published = _on_a_weekday(issued + (self.publication_date - self.letter_date))
        return self.model_copy(
            update={
                "year": year.ends,
                "letter_date": issued,
                "publication_date": published,
                "adapted_from": self.adapted_from or self.year,
            }
        )


def _on_a_weekday(day: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return day + timedelta(days=_WEEK - day.weekday()) if is_weekend(day) else day


def is_weekend(day: date) -> bool:
    """Whether a day is a Saturday or a Sunday: nobody is in the office who could answer."""
    return day.weekday() >= _SATURDAY


def edition_years(editions: Path) -> tuple[ReportingYear, ...]:
    """Return the years that have an edition in the folder, earliest first."""
    if not editions.is_dir():
        return ()
    folders = (each.parent.name for each in editions.glob(f"*/{_SETTINGS_FILE}"))
    return tuple(
        sorted(ReportingYear(int(name)) for name in folders if re.fullmatch(r"\d{4}", name))
    )


def nearest_edition(editions: Path, year: ReportingYear) -> ReportingYear | None:
    """Return the edition nearest to a year, its own first; of two as near, the earlier."""
    years = edition_years(editions)
    return min(years, key=lambda each: abs(each.ends - year.ends), default=None)


def new_edition(editions: Path, year: ReportingYear) -> Command | None:
    """Return the command that copies the nearest edition to a year, if there is one to copy."""
    nearest = nearest_edition(editions, year)
    folder = None if editions == SHIPPED_EDITIONS else editions
    if nearest is None:
        return None
    return Command.of("edition new", year, from_=nearest, editions=folder)


def load_edition(editions: Path, year: ReportingYear) -> Edition:
    """Load the edition of a year from `<editions>/<year>/`.

    Raises:
        EditionError: There is none, or it can't be used; says all that is wrong and what to do.
    """
    folder = editions / str(year)
    path = folder / _SETTINGS_FILE
    if not path.is_file():
        what = f"there is no edition of {year}; {_those_there_are(editions)}"
        raise EditionError(folder, what, command=new_edition(editions, year))
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

    `adapted_from` of the result then tells which it was, and whoever rehearses should be told.

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
