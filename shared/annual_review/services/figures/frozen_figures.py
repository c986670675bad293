"""The frozen record of a year: figures as canonical JSON with a hash, and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, assert_never

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.figures import AuthorityFigures, EarlierYear, YearFigures
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic, StatisticName, percentage_of, statistics_of
from annual_review.services.documents import (
    FIGURES_CSV,
    FIGURES_JSON,
    authority_figures_name,
    digest,
)
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    authority_record,
    canonical,
    figures_record,
    read_figures_record,
    read_statistics_record,
    statistics_record,
    tally_record,
)
from annual_review.services.spreadsheets import harmless

FORMAT: Final = 1
"""The version of the shape of a year's record."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of one statistic are called; there is none without a name."""

    denominator: str | None
    numerator: str
    percent: str
    average: str

    @property
    def names(self) -> list[str]:
        """The names, in order."""
        names = (self.denominator, self.numerator, self.percent, self.average)
        return [name for name in names if name is not None]

    def cells(self, own: Statistic | None, beside: Statistic | None) -> list[int | None]:
        """Return what stands under them."""
        if own is None:
            return [None for _ in self.names]
        numbers = (own.numerator,) if self.denominator is None else (own.denominator, own.numerator)
        return [*numbers, own.percentage, percentage_of(beside)]


def _columns(name: StatisticName) -> _Columns:
    """Return the columns of a statistic: a promise, so that none moves and new ones come last."""
    match name:
        case StatisticName.UPHOLD_RATE:
            return _Columns("investigations", "upheld", "uphold_percent", "uphold_average")
        case StatisticName.COMPLIANCE_RATE:
            return _Columns(
                "compliance_outcomes", "complied", "compliance_percent", "compliance_average"
            )
        case StatisticName.SATISFACTORY_REMEDY_RATE:
            # They are of the upheld decisions, which have a column already.
            return _Columns(None, "remedies", "remedy_percent", "remedy_average")
        case _:
            assert_never(name)


COLUMNS: Final = (
    "code",
    "authority",
    "type",
    *(column for name in StatisticName for column in _columns(name).names),
)


@dataclass(frozen=True, slots=True)
class FrozenYear:
    """Everything that is kept of one revision: documents by name, with their content type."""

    year: ReportingYear
    revision: Revision
    sha256: str
    documents: Mapping[str, tuple[bytes, str]]


EarlierYears = Mapping[AuthorityCode, tuple[EarlierYear, ...]]
"""The years frozen before, earliest first, of each authority that was in their figures."""


def freeze_figures(
    figures: YearFigures,
    cases: Mapping[AuthorityCode, Iterable[CountedCase]],
    earlier: EarlierYears = MappingProxyType({}),
) -> FrozenYear:
    """Write figures down for good, with the list of cases that makes up each authority's tally.

    Equal figures and cases give equal bytes. Document names are those of `services.documents`.
    """
    contents = {
        each.authority.code: canonical(
            authority_record(
                FrozenAuthority(
                    figures.year,
                    figures.revision,
                    each,
                    tuple(cases.get(each.authority.code, ())),
                    earlier.get(each.authority.code, ()),
                )
            )
        )
        for each in figures.authorities
    }
    return freeze_records(figures, contents)


def freeze_records(figures: YearFigures, contents: Mapping[AuthorityCode, bytes]) -> FrozenYear:
    """Write the figures of a year down over the records of its authorities, byte for byte."""
    record = year_record(figures, {code: digest(each) for code, each in contents.items()})
    return FrozenYear(
        figures.year,
        figures.revision,
        record["sha256"],
        {
            **{
                authority_figures_name(code): (content, "application/json")
                for code, content in contents.items()
            },
            FIGURES_JSON: (canonical(record), "application/json"),
            FIGURES_CSV: (figures_table(figures), "text/csv; charset=utf-8"),
        },
    )


def year_record(figures: YearFigures, case_lists: Mapping[AuthorityCode, str]) -> dict[str, Any]:
    """Return the record of a whole year, with the hash over everything else in it.

    `case_lists` holds the hash of each authority's own record, which names the cases.
    """
    record = {
        "format": FORMAT,
        "year": figures.year.ends,
        "revision": figures.revision,
        "from": figures.year.first_day.isoformat(),
        "to": figures.year.last_day.isoformat(),
        "authorities": [
            figures_record(each) | {"record_sha256": case_lists[each.authority.code]}
            for each in figures.authorities
        ],
        **sums_record(figures),
    }
    return record | {"sha256": digest(canonical(record))}


def sums_record(figures: YearFigures) -> dict[str, Any]:
    """Return what stands in the record of a year over several authorities."""
    return {
        "comparisons": {
            type_.value: statistics_record(pool) for type_, pool in figures.pools.items()
        },
        "national": {
            "decisions": figures.national.decisions,
            "tally": tally_record(figures.national),
            **statistics_record(statistics_of(figures.national)),
        },
    }


def read_year_record(record: Mapping[str, Any]) -> YearFigures:
    """Read the figures of a whole year back."""
    return YearFigures(
        year=ReportingYear(record["year"]),
        revision=Revision(record["revision"]),
        authorities=tuple(read_figures_record(each) for each in record["authorities"]),
        pools={
            AuthorityType(type_): read_statistics_record(pool)
            for type_, pool in record["comparisons"].items()
        },
    )


def figures_table(figures: YearFigures) -> bytes:
    """Return the figures as CSV, a row for each authority; where there is no figure, no text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(figures_row(each) for each in figures.authorities)
    return text.getvalue().encode()


def figures_row(each: AuthorityFigures) -> Sequence[str | int | None]:
    """Return what stands under `COLUMNS` for one authority."""
    own, beside = each.statistics, each.comparisons.statistics
    cells = (_columns(name).cells(own.get(name), beside.get(name)) for name in StatisticName)
    authority = each.authority
    return (
        authority.code,
        harmless(authority.name),
        authority.type.value,
        *chain.from_iterable(cells),
    )
