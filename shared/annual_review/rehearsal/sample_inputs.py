"""What sample years are simulated from: facts of one year, and the register of every year."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from annual_review.adapters.files.register_files import read_register
from annual_review.domain.authorities import Register
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year import (
    ModelYear,
    SampleYear,
    make_sample_year,
    make_up_year,
    read_published,
    read_targets,
)

_REPOSITORY: Final = Path(__file__).resolve().parents[3]
_REGISTERS: Final = _REPOSITORY / "infrastructure" / "register"
REGISTER: Final = _REGISTERS / "authorities-2020.csv"
SAMPLE_YEARS: Final = _REPOSITORY / "events" / "sample_years"
SEED: Final = 2020

MODEL: Final = ReportingYear(2020)
"""The year that has facts, and that all others are made up after."""
FIRST: Final = ReportingYear(2017)
LAST: Final = ReportingYear(2026)
"""From when to when it is known which authorities there were."""

_LETTERS_BY: Final = (7, 31)
_FORMER_CODES: Final = "former_codes"
_OTHER_YEARS: Final = _REGISTERS / "authorities-other-years.csv"


def has_facts(year: ReportingYear) -> bool:
    """Whether anything was published of a year; all others are made up."""
    return (SAMPLE_YEARS / str(year)).is_dir()


def sample_register(year: ReportingYear) -> Register:
    """Return the register of a sample year.

    It holds who was in being in the year, who had ended in the year before, as there is still
    something to record of them, and who began before the letters go out: some may go to them. One
    whose code had changed by then stands under its new one.
    """
    if year == MODEL:
        return read_register(REGISTER)
    known = {**read_register(REGISTER), **read_register(_OTHER_YEARS)}
    letters_go_out = date(year.ends, *_LETTERS_BY)
    long_ago = ReportingYear(year.ends - 1).first_day - timedelta(days=1)
    there = [
        each
        for each in known.values()
        if (each.in_being_from or date.min) <= letters_go_out and not each.is_abolished_by(long_ago)
    ]
    former = {code for each in there for code in each.former_codes}
    return Register(each for each in there if each.code not in former)


def register_csv(year: ReportingYear) -> bytes:
    """Return the register of a sample year as a file."""
    if year == MODEL:
        return REGISTER.read_bytes()
    rows = {**_rows(REGISTER), **_rows(_OTHER_YEARS)}
    there = [rows[code] for code in sample_register(year)]
    # The column of former codes is there where somebody has any.
    columns = [name for name in there[0] if name != _FORMER_CODES]
    if any(row.get(_FORMER_CODES) for row in there):
        columns.append(_FORMER_CODES)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(there)
    return text.getvalue().encode()


def made_up_notice(year: ReportingYear, seed: int) -> str:
    """Return what to say of a year that has no facts."""
    return f"""\
The year {year} is made up.

Nothing was published of it that this sample could follow. Volumes and percentages drifted from
the targets of {MODEL} by the seed {seed}, and every single case is invented. The authorities are
those of the register, with the days on which they began and ended. Recipients are job titles at
addresses that can't exist.
"""


def sample_year(register: Register, year: ReportingYear, seed: int) -> SampleYear:
    """Simulate a year from its facts, or make it up where it has none.

    Raises:
        UnreachableTargetsError: A published or known figure can't be met.
    """
    targets = read_targets(SAMPLE_YEARS / str(year if has_facts(year) else MODEL) / "targets.toml")
    if has_facts(year):
        published = read_published(SAMPLE_YEARS / str(year) / "published.csv")
        return make_sample_year(register, year, published, targets, seed)
    return make_up_year(register, year, ModelYear(MODEL, read_register(REGISTER), targets), seed)


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}
