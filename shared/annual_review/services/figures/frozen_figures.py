"""The frozen record of a year: figures as canonical JSON with a hash, and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import AuthorityFigures, EarlierYear, Revision, YearFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic, Statistics
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON, authority_figures_name
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    authority_record,
    canonical,
    digest,
    figures_record,
    statistics_record,
    tally_record,
)

FORMAT: Final = 1
"""The version of the shape of a year's record."""

COLUMNS: Final = (
    "code",
    "authority",
    "type",
    "investigations",
    "upheld",
    "uphold_percent",
    "uphold_average",
    "compliance_outcomes",
    "complied",
    "compliance_percent",
    "compliance_average",
    "remedies",
    "remedy_percent",
    "remedy_average",
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
        "comparisons": {
            type_.value: statistics_record(pool) for type_, pool in figures.pools.items()
        },
        "national": {
            "decisions": figures.national.decisions,
            "tally": tally_record(figures.national),
            **statistics_record(Statistics.of(figures.national)),
        },
    }
    return record | {"sha256": digest(canonical(record))}


def figures_table(figures: YearFigures) -> bytes:
    """Return the figures as CSV, a row for each authority; where there is no figure, no text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(each) for each in figures.authorities)
    return text.getvalue().encode()


def _row(each: AuthorityFigures) -> Sequence[str | int | None]:
    own, beside = each.statistics, each.comparisons
    return (
        each.authority.code,
        each.authority.name,
        each.authority.type.value,
        own.uphold_rate.denominator,
        own.uphold_rate.numerator,
        own.uphold_rate.percentage,
        _percentage(beside.uphold_rate),
        own.compliance_rate.denominator,
        own.compliance_rate.numerator,
        own.compliance_rate.percentage,
        _percentage(beside.compliance_rate),
        own.satisfactory_remedy_rate.numerator,
        own.satisfactory_remedy_rate.percentage,
        _percentage(beside.satisfactory_remedy_rate),
    )


def _percentage(statistic: Statistic | None) -> int | None:
    return statistic.percentage if statistic else None
