"""The tables that are published, of one year or of several."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.publication.intervals import Range
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.rendering.site.statistic_words import Reading, readings
from annual_review.services.publication.public_year import PublicAuthority, PublicYear

NOT_APPLICABLE: Final = "[z]"
"""There is no case to take a share of, or no similar authority."""

WITHHELD: Final = "[c]"
"""A count that might tell who a person is."""

_AUTHORITIES_TABLE: Final = "authorities"
_DECISIONS_TABLE: Final = "decisions"

Value: TypeAlias = str | int | None
Rows: TypeAlias = Sequence[Mapping[str, Value]]


class Kind(StrEnum):
    """What a column holds, in the words of CSV on the Web."""

    TEXT = "string"
    NUMBER = "integer"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, and what it means."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key` are the columns that name a row.

    `parents` are the tables that have a row for each of these, found by the columns of their keys.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Rows
    parents: tuple[str, ...] = (_AUTHORITIES_TABLE,)


_YEAR: Final = Column(
    "year",
    Kind.NUMBER,
    "Reporting year, named by the year it ends: 2020 is April 2019 to March 2020",
)
_CODE: Final = Column("code", Kind.TEXT, "Code of the authority in the government's register")
_NAME: Final = Column("authority", Kind.TEXT, "Name of the authority")
_REFERENCE: Final = Column("reference", Kind.TEXT, "Reference of the case")
_SUBJECT: Final = Column("subject", Kind.TEXT, "What the complaint was about")
_OF_EACH: Final = (
    _YEAR,
    Column(
        "revision", Kind.NUMBER, "Revision of the authority's figures; a revision never changes"
    ),
    _CODE,
    _NAME,
)

_FIGURES: Final = (
    *_OF_EACH,
    Column("type", Kind.TEXT, "county, district, metropolitan, unitary, london or other"),
    Column("statistic", Kind.TEXT, "uphold_rate, compliance_rate or satisfactory_remedy_rate"),
    Column("numerator", Kind.NUMBER, "Cases that count for the statistic"),
    Column("denominator", Kind.NUMBER, "Cases it is a share of"),
    Column("percent", Kind.NUMBER, "The share as a whole percentage; 100 and 0 only where exact"),
    Column("printed", Kind.TEXT, "The share as pages print it: 45%, more than 99%"),
    Column("marker", Kind.TEXT, "[z] where there is no case, so that there is no percentage"),
    Column(
        "percent_lower", Kind.NUMBER, "From which percentage chance could explain it (Wilson, 95%)"
    ),
    Column("percent_upper", Kind.NUMBER, "Up to which percentage chance could explain it"),
    Column("comparison_numerator", Kind.NUMBER, "The numerator over all authorities of the type"),
    Column("comparison_denominator", Kind.NUMBER, "The denominator over all of the type"),
    Column("comparison_percent", Kind.NUMBER, "The share over all of the type"),
    Column("comparison_marker", Kind.TEXT, "[z] where there is nothing to compare"),
    Column(
        "differs",
        Kind.TEXT,
        "higher or lower where chance does not explain it (99.8%), else neither",
    ),
    Column(
        "late", Kind.NUMBER, "Of the cases complied with, those that came late; compliance only"
    ),
)
_SUBJECTS: Final = (
    *_OF_EACH,
    _SUBJECT,
    Column("outcome", Kind.TEXT, "How the cases ended"),
    Column("decisions", Kind.NUMBER, "Decisions"),
    Column("marker", Kind.TEXT, "[c] where the count might tell who a person is"),
)
_DECISIONS: Final = (
    *_OF_EACH,
    _REFERENCE,
    Column("decided_on", Kind.DAY, "Day of the decision"),
    _SUBJECT,
    Column("outcome", Kind.TEXT, "upheld or not_upheld; only detailed investigations are listed"),
    Column("public_report", Kind.TEXT, "The public report on the case, where there is one"),
)
_IMPROVEMENTS: Final = (
    *_OF_EACH,
    _REFERENCE,
    Column("number", Kind.NUMBER, "Counts the improvements agreed in one case from 1"),
    Column("improvement", Kind.TEXT, "What the authority agreed to change"),
)
_COMPLIANCE: Final = (
    *_OF_EACH,
    _REFERENCE,
    Column("recorded_on", Kind.DAY, "Day on which it was recorded what became of the case"),
    Column("outcome", Kind.TEXT, "on_time, late or not_complied"),
)
_AUTHORITIES: Final = (
    _YEAR,
    _CODE,
    _NAME,
    Column("type", Kind.TEXT, "county, district, metropolitan, unitary, london or other"),
    Column("population", Kind.NUMBER, "Residents, where their number is known"),
    Column("in_being_from", Kind.DAY, "First day of its existence, where known"),
    Column("in_being_to", Kind.DAY, "Last day of its existence, where it has come"),
    Column("successors", Kind.TEXT, "Codes of those who took over, joined by +"),
)


_FINAL: Final = Column(
    "final", Kind.TEXT, "no: counted today, in no revision, and not for publication; else yes"
)


def tables_of(years: Sequence[PublicYear], *, tells_final: bool = False) -> Sequence[Table]:
    """Return every table, over the years in the order they are given.

    Where figures are not final, or where it is wished, every row tells whether its own are.
    """
    live = _live(years)
    tables = _tables(years)
    return [_telling_final(table, live) for table in tables] if live or tells_final else tables


def figures_table(years: Sequence[PublicYear]) -> Table:
    """Return the table of the statistics alone."""
    live = _live(years)
    return _telling_final(_figures_table(years), live) if live else _figures_table(years)


def _live(years: Sequence[PublicYear]) -> Collection[int]:
    return {year.year.ends for year in years if year.counted_at}


def _telling_final(table: Table, live: Collection[int]) -> Table:
    rows = [{**row, _FINAL.name: "no" if row["year"] in live else "yes"} for row in table.rows]
    return replace(table, columns=(*table.columns, _FINAL), rows=rows)


def _tables(years: Sequence[PublicYear]) -> Sequence[Table]:
    each = [(year, public) for year in years for public in year.authorities]
    return (
        _figures_table(years),
        Table(
            "subjects",
            "Decisions by subject and outcome, of subjects with any",
            ("year", "code", "subject", "outcome"),
            _SUBJECTS,
            [row for year, public in each for row in _subjects(year, public)],
        ),
        Table(
            _DECISIONS_TABLE,
            "Detailed investigations",
            ("year", "code", "reference"),
            _DECISIONS,
            [row for year, public in each for row in _decisions(year, public)],
        ),
        Table(
            "improvements",
            "Service improvements agreed",
            ("year", "code", "reference", "number"),
            _IMPROVEMENTS,
            [row for year, public in each for row in _improvements(year, public)],
            parents=(_AUTHORITIES_TABLE, _DECISIONS_TABLE),
        ),
        Table(
            "compliance",
            "What became of recommendations",
            ("year", "code", "reference"),
            _COMPLIANCE,
            [row for year, public in each for row in _compliance(year, public)],
        ),
        Table(
            _AUTHORITIES_TABLE,
            "Authorities with figures",
            ("year", "code"),
            _AUTHORITIES,
            [_authority(year, public) for year, public in each],
            parents=(),
        ),
    )


def _figures_table(years: Sequence[PublicYear]) -> Table:
    return Table(
        "figures",
        "The three statistics of every authority",
        ("year", "code", "statistic"),
        _FIGURES,
        [row for year in years for public in year.authorities for row in _figures(year, public)],
    )


def _of(year: PublicYear, public: PublicAuthority) -> dict[str, Value]:
    return {
        "year": year.year.ends,
        "revision": public.revision,
        "code": public.authority.code,
        "authority": public.authority.name,
    }


def _figures(year: PublicYear, public: PublicAuthority) -> Iterator[Mapping[str, Value]]:
    pool = year.pools.get(public.authority.type, {})
    late = sum(each.outcome is ComplianceOutcome.LATE for each in public.compliance)
    for reading in readings(public.figures.statistics, pool):
        beside = reading.beside
        lower, upper = _ends(reading.range)
        yield _of(year, public) | {
            "type": public.authority.type.value,
            "statistic": reading.name.value,
            "numerator": reading.own.numerator,
            "denominator": reading.own.denominator,
            "percent": _percent(reading.own),
            "printed": reading.percent or None,
            "marker": None if reading.own.denominator else NOT_APPLICABLE,
            "percent_lower": lower,
            "percent_upper": upper,
            "comparison_numerator": beside.numerator if beside else None,
            "comparison_denominator": beside.denominator if beside else None,
            "comparison_percent": _percent(beside) if beside else None,
            "comparison_marker": None if beside else NOT_APPLICABLE,
            "differs": _differs(reading),
            "late": late if reading.name is StatisticName.COMPLIANCE_RATE else None,
        }


def _differs(reading: Reading) -> str | None:
    if reading.beside is None:
        return None
    # Programs that guess types would read a column of "no" as true and false.
    return reading.differs.value if reading.differs else "neither"


def _percent(share: Statistic) -> int | None:
    found = share.printed()
    return None if found is None else found.whole


def _ends(found: Range | None) -> tuple[int | None, int | None]:
    return (None, None) if found is None else (_percent(found.lower), _percent(found.upper))


def _subjects(year: PublicYear, public: PublicAuthority) -> Iterator[Mapping[str, Value]]:
    for subject, row in public.outcomes.items():
        if not any(count is None or count for count in row.values()):
            continue
        for outcome, count in row.items():
            yield _of(year, public) | {
                "subject": subject.value,
                "outcome": outcome.value,
                "decisions": count,
                "marker": WITHHELD if count is None else None,
            }


def _decisions(year: PublicYear, public: PublicAuthority) -> Iterator[Mapping[str, Value]]:
    for each in public.decisions:
        yield _of(year, public) | {
            "reference": each.reference,
            "decided_on": each.decided_on.isoformat(),
            "subject": each.subject.value if each.subject else None,
            "outcome": "upheld" if each.is_upheld else "not_upheld",
            "public_report": each.public_report,
        }


def _improvements(year: PublicYear, public: PublicAuthority) -> Iterator[Mapping[str, Value]]:
    for each in public.decisions:
        for number, text in enumerate(each.service_improvements, 1):
            yield _of(year, public) | {
                "reference": each.reference,
                "number": number,
                "improvement": text,
            }


def _compliance(year: PublicYear, public: PublicAuthority) -> Iterator[Mapping[str, Value]]:
    for each in public.compliance:
        yield _of(year, public) | {
            "reference": each.reference,
            "recorded_on": each.recorded_on.isoformat(),
            "outcome": each.outcome.value,
        }


def _authority(year: PublicYear, public: PublicAuthority) -> Mapping[str, Value]:
    own = public.authority
    return {
        "year": year.year.ends,
        "code": own.code,
        "authority": own.name,
        "type": own.type.value,
        "population": own.population,
        "in_being_from": own.in_being_from.isoformat() if own.in_being_from else None,
        "in_being_to": own.in_being_to.isoformat() if own.in_being_to else None,
        "successors": "+".join(own.successors) or None,
    }
