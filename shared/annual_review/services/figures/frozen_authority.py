"""The frozen record of one authority: all that its letter prints, with the cases behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import Any, Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.cases import CasePart, CaseReference, Version
from annual_review.domain.figures import AuthorityFigures, Comparisons, EarlierYear
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import PopulationRate, Statistic, StatisticName, Statistics
from annual_review.domain.tallies import MEASURES, Measure, Tally
from annual_review.services.documents import digest
from annual_review.services.figures.counted_cases import CountedCase

AUTHORITY_FORMAT: Final = 4
"""The version of the shape of an authority's record.

Since 2 each case says what it counted; since 3 the record holds all else that a letter prints:
upheld decisions by population, earlier years, and what a re-issue replaces; since 4 decisions have
their service improvements and public reports. A new statistic or measure is no new shape: what a
record was written without is missing when it is read.
"""
_READABLE: Final = (3, AUTHORITY_FORMAT)
_NAMES_ITS_HASH: Final = re.compile(rb'^ "sha256": "[0-9a-f]{64}",\n', re.MULTILINE)
"""One space stands before what is of the record itself, and more before all within."""


@dataclass(frozen=True, slots=True)
class Reissue:
    """Why a revision replaces an earlier one (rule 8).

    `dated` is the day of the new letter. `replaces` is the revision whose letter was sent, dated
    `replaced_date`, with the `before` figures; it is `None` where no letter had been sent.
    """

    dated: date
    reason: str
    replaces: Revision | None
    replaced_date: date
    before: Tally


@dataclass(frozen=True, slots=True)
class FrozenAuthority:
    """The frozen figures of one authority with the list of cases that makes them up (rule 9).

    `earlier` are the years frozen before, earliest first: a letter prints nothing from elsewhere.
    """

    year: ReportingYear
    revision: Revision
    figures: AuthorityFigures
    cases: tuple[CountedCase, ...]
    earlier: tuple[EarlierYear, ...] = ()
    reissue: Reissue | None = None


def canonical(record: Mapping[str, Any]) -> bytes:
    """Write a record as JSON that is the same, byte for byte, whenever its content is the same.

    It is what `json` writes with sorted keys and an indent of 1, in half the time: all else waits
    while a year is frozen.
    """
    return f"{_indented(record, _NEW_LINE)}\n".encode()


_NEW_LINE: Final = "\n"
_other: Final = json.JSONEncoder(ensure_ascii=False).encode


def _indented(value: object, line: str) -> str:
    """Write a value that ends on a line with this indent."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    inner = f"{line} "
    if isinstance(value, dict) and value:
        parts = [f"{_other(key)}: {_indented(value[key], inner)}" for key in sorted(value)]
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if isinstance(value, list | tuple) and value:
        parts = [_indented(each, inner) for each in value]
        return f"[{inner}{f',{inner}'.join(parts)}{line}]"
    return _other(value)


def digest_of_rest(content: bytes) -> str:
    """Return the hash that a canonical record names of itself: over all but the line that names it.

    The bytes are hashed as they are: writing a whole year again would take most of the time that
    it takes to prepare a letter.
    """
    return digest(_NAMES_ITS_HASH.sub(b"", content, count=1))


def authority_record(frozen: FrozenAuthority) -> dict[str, Any]:
    """Return the record of one authority."""
    return {
        "format": AUTHORITY_FORMAT,
        "year": frozen.year.ends,
        "revision": frozen.revision,
        **figures_record(frozen.figures),
        "cases": [
            {
                "reference": case.reference,
                "part": case.part.value,
                "version": case.version,
                "counted_on": case.counted_on.isoformat(),
                "measures": list(case.measures),
                "service_improvements": list(case.service_improvements),
                "public_report": case.public_report,
            }
            for case in sorted(frozen.cases)
        ],
        "earlier": [
            {"year": each.year.ends, "tally": tally_record(each.tally)} for each in frozen.earlier
        ],
        "reissue": _reissue(frozen.reissue),
    }


def read_authority_record(content: bytes) -> FrozenAuthority:
    """Read the record of one authority back.

    Raises:
        ValueError: The content is not such a record.
    """
    record = json.loads(content)
    if record.get("format") not in _READABLE:
        message = f"a frozen record of format {record.get('format')!r} can't be read here"
        raise ValueError(message)
    return FrozenAuthority(
        year=ReportingYear(record["year"]),
        revision=Revision(record["revision"]),
        figures=read_figures_record(record),
        cases=tuple(
            CountedCase(
                CaseReference(case["reference"]),
                CasePart(case["part"]),
                Version(case["version"]),
                date.fromisoformat(case["counted_on"]),
                tuple(Measure(measure) for measure in case["measures"]),
                tuple(case.get("service_improvements", ())),
                case.get("public_report"),
            )
            for case in record["cases"]
        ),
        earlier=tuple(
            EarlierYear(ReportingYear(each["year"]), read_tally_record(each["tally"]))
            for each in record["earlier"]
        ),
        reissue=_read_reissue(record["reissue"]),
    )


def figures_record(each: AuthorityFigures) -> dict[str, Any]:
    """Return what stands in the records of the authority and of the year."""
    beside = each.comparisons
    return {
        "code": each.authority.code,
        "authority": each.authority.name,
        "type": each.authority.type.value,
        "population": each.authority.population,
        "tally": tally_record(each.tally),
        "statistics": statistics_record(each.statistics),
        "upheld_per_100_000": _rate(each.upheld_per_100_000),
        "comparisons": {
            **{name.value: _statistic(beside.statistics.get(name)) for name in StatisticName},
            "upheld_per_100_000": _rate(beside.upheld_per_100_000),
        },
    }


def read_figures_record(record: Mapping[str, Any]) -> AuthorityFigures:
    """Read back what stands in the records of the authority and of the year."""
    comparisons = record["comparisons"]
    return AuthorityFigures(
        authority=Authority(
            code=AuthorityCode(record["code"]),
            name=record["authority"],
            type=AuthorityType(record["type"]),
            population=record["population"],
        ),
        tally=read_tally_record(record["tally"]),
        comparisons=Comparisons(
            read_statistics_record(comparisons),
            upheld_per_100_000=_read_rate(comparisons["upheld_per_100_000"]),
        ),
    )


def statistics_record(statistics: Statistics) -> dict[str, Any]:
    """Return the statistics, each with its percentage."""
    return {name.value: _statistic(each) for name, each in statistics.items()}


def read_statistics_record(record: Mapping[str, Mapping[str, int] | None]) -> Statistics:
    """Read statistics back, those that were known when the record was written."""
    return {
        name: Statistic(found["numerator"], found["denominator"])
        for name in StatisticName
        if (found := record.get(name))
    }


def _statistic(statistic: Statistic | None) -> dict[str, int | None] | None:
    if statistic is None:
        return None
    return {
        "numerator": statistic.numerator,
        "denominator": statistic.denominator,
        "percentage": statistic.percentage,
    }


def _rate(rate: PopulationRate | None) -> dict[str, int] | None:
    if rate is None:
        return None
    return {
        "cases": rate.cases,
        "population": rate.population,
        "tenths": rate.tenths_per_100_000,
    }


def _read_rate(record: Mapping[str, int] | None) -> PopulationRate | None:
    return PopulationRate(record["cases"], record["population"]) if record else None


def _reissue(reissue: Reissue | None) -> dict[str, Any] | None:
    if reissue is None:
        return None
    return {
        "dated": reissue.dated.isoformat(),
        "reason": reissue.reason,
        "replaces": reissue.replaces,
        "replaced_date": reissue.replaced_date.isoformat(),
        "before": tally_record(reissue.before),
    }


def _read_reissue(record: Mapping[str, Any] | None) -> Reissue | None:
    if record is None:
        return None
    return Reissue(
        dated=date.fromisoformat(record["dated"]),
        reason=record["reason"],
        replaces=None if record["replaces"] is None else Revision(record["replaces"]),
        replaced_date=date.fromisoformat(record["replaced_date"]),
        before=read_tally_record(record["before"]),
    )


def tally_record(tally: Tally) -> dict[str, int]:
    """Return every measure that was counted, zeros too."""
    return {measure: tally[measure] for measure in MEASURES if measure not in tally.unknown}


def read_tally_record(record: Mapping[Measure, int]) -> Tally:
    """Read a tally back; measures that came later are unknown to it, and not zero."""
    return Tally(record, frozenset(MEASURES) - record.keys())
