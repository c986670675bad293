"""The figures of a year as CSV and JSON: one row for each authority and statistic."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

from annual_review.domain.publication.intervals import Range
from annual_review.domain.statistics import Statistic
from annual_review.rendering.site import addresses
from annual_review.rendering.site.statistic_words import Reading, readings
from annual_review.services.publication.public_year import PublicAuthority, PublicYear
from annual_review.services.spreadsheets import harmless

NOTHING_TO_SHOW: Final = "[z]"
"""Not applicable: there is no case to take a share of, or no similar authority."""

COLUMNS: Final = {
    "year": "Reporting year, named by the year it ends: 2020 is 1 April 2019 to 31 March 2020",
    "revision": "Revision of the figures; a revision never changes",
    "code": "Code of the authority in the Government Statistical Service's register",
    "authority": "Name of the authority",
    "type": "county, district, metropolitan, unitary, london or other",
    "statistic": "uphold_rate, compliance_rate or satisfactory_remedy_rate",
    "numerator": "Cases that count for the statistic",
    "denominator": "Cases it is a share of",
    "percent": "The share as pages print it: 100 and 0 only where they are exactly true",
    "percent_lower": "Lower end of the range that chance alone could explain (Wilson, 95%)",
    "percent_upper": "Upper end of that range",
    "comparison_numerator": "The numerator pooled over all authorities of the type",
    "comparison_denominator": "The denominator pooled over all authorities of the type",
    "comparison_percent": "The pooled share",
    "differs": "higher or lower where chance does not explain the difference (99.8%), else no",
    "late": "Of the compliance outcomes counted as complied, those that came late",
}


def data_files(year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Write the data files of a year."""
    rows = list(_rows(year))
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: NOTHING_TO_SHOW if value is None else value for name, value in row.items()}
        for row in ({**row, "authority": harmless(row["authority"])} for row in rows)
    )
    yield addresses.data(year.year, year.revision, "figures.csv"), text.getvalue().encode()
    record = {
        "year": year.year.ends,
        "revision": year.revision,
        "published": year.published_on.isoformat(),
        "sample": year.is_sample,
        "licence": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "columns": COLUMNS,
        "rows": rows,
    }
    content = json.dumps(record, ensure_ascii=False, indent=1).encode()
    yield addresses.data(year.year, year.revision, "figures.json"), content + b"\n"


def _rows(year: PublicYear) -> Iterator[dict[str, Any]]:
    for public in year.authorities:
        pool = year.pools.get(public.authority.type, {})
        for reading in readings(public.figures.statistics, pool):
            yield _row(year, public, reading)


def _row(year: PublicYear, public: PublicAuthority, reading: Reading) -> dict[str, Any]:
    lower, upper = _ends(reading.range)
    beside = reading.beside
    is_compliance = reading.name.value == "compliance_rate"
    return {
        "year": year.year.ends,
        "revision": public.revision,
        "code": public.authority.code,
        "authority": public.authority.name,
        "type": public.authority.type.value,
        "statistic": reading.name.value,
        "numerator": reading.own.numerator,
        "denominator": reading.own.denominator,
        "percent": _bounded(reading.own),
        "percent_lower": lower,
        "percent_upper": upper,
        "comparison_numerator": beside.numerator if beside else None,
        "comparison_denominator": beside.denominator if beside else None,
        "comparison_percent": _bounded(beside) if beside else None,
        "differs": (reading.differs.value if reading.differs else "no") if beside else None,
        "late": sum(each.outcome.value == "late" for each in public.compliance)
        if is_compliance
        else None,
    }


def _bounded(share: Statistic) -> int | None:
    printed = share.printed()
    return None if printed is None else printed.whole


def _ends(found: Range | None) -> tuple[int | None, int | None]:
    return (None, None) if found is None else (_bounded(found.lower), _bounded(found.upper))
