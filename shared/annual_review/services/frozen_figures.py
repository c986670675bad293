"""The frozen record: figures as canonical JSON with a hash, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.cases import CasePart, CaseReference, Version
from annual_review.domain.figures import AuthorityFigures, Comparisons, Revision, YearFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic, Statistics
from annual_review.domain.tallies import MEASURES, Measure, Tally
from annual_review.services.counted_cases import CountedCase
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON, authority_figures_name

FORMAT: Final = 1
"""The version of the shape of a year's record."""

AUTHORITY_FORMAT: Final = 2
"""The version of the shape of an authority's record: since 2 each case says what it counted."""

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
class FrozenAuthority:
    """The frozen figures of one authority with the list of cases that makes them up (rule 9)."""

    year: ReportingYear
    revision: Revision
    figures: AuthorityFigures
    cases: tuple[CountedCase, ...]


def canonical(record: Mapping[str, Any]) -> bytes:
    """Write a record as JSON that is the same, byte for byte, whenever its content is the same."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n".encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class FrozenYear:
    """Everything that is kept of one revision: documents by name, with their content type."""

    year: ReportingYear
    revision: Revision
    sha256: str
    documents: Mapping[str, tuple[bytes, str]]


def freeze_figures(
    figures: YearFigures, cases: Mapping[AuthorityCode, Iterable[CountedCase]]
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
                )
            )
        )
        for each in figures.authorities
    }
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


def authority_record(frozen: FrozenAuthority) -> dict[str, Any]:
    """Return the record of one authority."""
    return {
        "format": AUTHORITY_FORMAT,
        "year": frozen.year.ends,
        "revision": frozen.revision,
        **_figures_of_authority(frozen.figures),
        "cases": [
            {
                "reference": case.reference,
                "part": case.part.value,
                "version": case.version,
                "counted_on": case.counted_on.isoformat(),
                "measures": list(case.measures),
            }
            for case in sorted(frozen.cases)
        ],
    }


def read_authority_record(content: bytes) -> FrozenAuthority:
    """Read the record of one authority back.

    Raises:
        ValueError: The content is not such a record.
    """
    record = json.loads(content)
    if record.get("format") != AUTHORITY_FORMAT:
        message = f"a frozen record of format {record.get('format')!r} can't be read here"
        raise ValueError(message)
    comparisons = record["comparisons"]
    return FrozenAuthority(
        year=ReportingYear(record["year"]),
        revision=Revision(record["revision"]),
        figures=AuthorityFigures(
            authority=Authority(
                code=AuthorityCode(record["code"]),
                name=record["authority"],
                type=AuthorityType(record["type"]),
                population=record["population"],
            ),
            tally=Tally(record["tally"]),
            comparisons=Comparisons(
                uphold_rate=_read_statistic(comparisons["uphold_rate"]),
                compliance_rate=_read_statistic(comparisons["compliance_rate"]),
                satisfactory_remedy_rate=_read_statistic(comparisons["satisfactory_remedy_rate"]),
            ),
        ),
        cases=tuple(
            CountedCase(
                CaseReference(case["reference"]),
                CasePart(case["part"]),
                Version(case["version"]),
                date.fromisoformat(case["counted_on"]),
                tuple(Measure(measure) for measure in case["measures"]),
            )
            for case in record["cases"]
        ),
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
            _figures_of_authority(each) | {"record_sha256": case_lists[each.authority.code]}
            for each in figures.authorities
        ],
        "comparisons": {type_.value: _statistics(pool) for type_, pool in figures.pools.items()},
        "national": {
            "decisions": figures.national.decisions,
            "tally": _tally(figures.national),
            **_statistics(Statistics.of(figures.national)),
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


def _figures_of_authority(each: AuthorityFigures) -> dict[str, Any]:
    beside = each.comparisons
    return {
        "code": each.authority.code,
        "authority": each.authority.name,
        "type": each.authority.type.value,
        "population": each.authority.population,
        "tally": _tally(each.tally),
        "statistics": _statistics(each.statistics),
        "comparisons": {
            "uphold_rate": _statistic(beside.uphold_rate),
            "compliance_rate": _statistic(beside.compliance_rate),
            "satisfactory_remedy_rate": _statistic(beside.satisfactory_remedy_rate),
        },
    }


def _statistics(statistics: Statistics) -> dict[str, Any]:
    return {
        "uphold_rate": _statistic(statistics.uphold_rate),
        "compliance_rate": _statistic(statistics.compliance_rate),
        "satisfactory_remedy_rate": _statistic(statistics.satisfactory_remedy_rate),
    }


def _statistic(statistic: Statistic | None) -> dict[str, int | None] | None:
    if statistic is None:
        return None
    return {
        "numerator": statistic.numerator,
        "denominator": statistic.denominator,
        "percentage": statistic.percentage,
    }


def _read_statistic(record: Mapping[str, int] | None) -> Statistic | None:
    return Statistic(record["numerator"], record["denominator"]) if record else None


def _tally(tally: Tally) -> dict[str, int]:
    return {measure: tally[measure] for measure in MEASURES}
