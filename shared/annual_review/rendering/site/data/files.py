"""The tables as files: CSV, JSON, XLSX and SQLite, the same bytes for the same tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.rendering.site import addresses
from annual_review.rendering.site.data.database import database_of
from annual_review.rendering.site.data.descriptions import (
    LICENCE,
    DataSet,
    csv_metadata,
    data_package,
)
from annual_review.rendering.site.data.tables import (
    Column,
    Kind,
    Table,
    Value,
    figures_table,
    tables_of,
)
from annual_review.services.publication.public_year import PublicYear
from annual_review.services.spreadsheets import harmless

_WIDEST: Final = 60


def data_of_year(year: PublicYear) -> Iterator[tuple[str, bytes]]:
    """Write the data of a year."""
    data = DataSet(
        f"Annual reviews of local authorities: year to 31 March {year.year}",
        year.published_on,
        year.is_sample,
        tables_of([year]),
        year.counted_at,
    )
    return _files(addresses.data_folder(year.year, year.revision), f"{year.year}", data)


def data_of_all_years(years: Sequence[PublicYear]) -> Iterator[tuple[str, bytes]]:
    """Write the data of all years together, which are given latest first."""
    data = DataSet(
        f"Annual reviews of local authorities: {years[-1].year} to {years[0].year}",
        years[0].published_on,
        years[0].is_sample,
        tables_of(years[::-1]),
        years[0].counted_at,
    )
    return _files(addresses.DATA_OF_ALL_YEARS, "all-years", data)


def data_of_authorities(years: Sequence[PublicYear]) -> Iterator[tuple[str, bytes]]:
    """Write the figures of every authority, the earliest year first, for its page."""
    table = figures_table(years[::-1])
    rows: dict[str, list[Mapping[str, Value]]] = {}
    for row in table.rows:
        rows.setdefault(str(row["code"]), []).append(row)
    for code, own in rows.items():
        yield addresses.figures_of(AuthorityCode(code)), _csv(replace(table, rows=own))


def _files(folder: str, name: str, data: DataSet) -> Iterator[tuple[str, bytes]]:
    tables = {f"{table.name}.csv": _csv(table) for table in data.tables}
    made = tables | {
        f"{table.name}.json": _json(data, table) for table in data.tables if table.name == "figures"
    }
    made |= {
        addresses.workbook(name): _xlsx(data),
        addresses.database(name): database_of(data),
        "csv-metadata.json": csv_metadata(data),
        "datapackage.json": data_package(f"annual-reviews-{name}", data, tables),
    }
    for file, content in made.items():
        yield f"{folder}/{file}", content


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = [column.name for column in table.columns]
    writer.writerow(names)
    for row in table.rows:
        cells = (row[name] for name in names)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode()


def _json(data: DataSet, table: Table) -> bytes:
    record = {
        "title": data.title,
        "published": data.published_on.isoformat(),
        "sample": data.is_sample,
        **({"final": False} if data.counted_at else {}),
        "licence": LICENCE,
        "columns": {column.name: column.meaning for column in table.columns},
        "rows": table.rows,
    }
    return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"


def _xlsx(data: DataSet) -> bytes:
    from xlsxwriter import Workbook

    content = io.BytesIO()
    workbook = Workbook(content, {"in_memory": True, "default_date_format": "d mmmm yyyy"})
    workbook.set_properties(
        # The library would take the clock's.
        {"title": data.title, "created": datetime.combine(data.published_on, time())}
    )
    bold = workbook.add_format({"bold": True})
    about = workbook.add_worksheet("about")
    about.set_column(0, 1, 24)
    about.set_column(2, 2, 90)
    lines = [(data.title,), *([(data.description,)] if data.description else []), (LICENCE,), ()]
    lines += [(table.name, c.name, c.meaning) for table in data.tables for c in table.columns]
    for down, line in enumerate(lines):
        for across, text in enumerate(line):
            about.write_string(down, across, text, bold if not down else None)
    for table in data.tables:
        sheet = workbook.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A:Z"})
        for across, column in enumerate(table.columns):
            sheet.set_column(across, across, _width(column))
            sheet.write_string(0, across, column.name, bold)
            for down, row in enumerate(table.rows, 1):
                match _typed(column, row[column.name]):
                    case str() as text:
                        sheet.write_string(down, across, text)
                    case date() as day:
                        sheet.write_datetime(down, across, datetime.combine(day, time()))
                    case int() as number:
                        sheet.write_number(down, across, number)
                    case None:
                        pass
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
    workbook.close()
    return content.getvalue()


def _typed(column: Column, value: Value) -> str | int | date | None:
    if column.kind is Kind.DAY and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _width(column: Column) -> int:
    wide = {"authority": 36, "subject": 36, "improvement": _WIDEST, "public_report": 40}
    return wide.get(column.name, max(12, len(column.name) + 2))
