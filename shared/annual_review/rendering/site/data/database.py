"""The tables as a database of SQLite, with their keys, and a view for each statistic."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Final

from annual_review.domain.statistics import StatisticName
from annual_review.rendering.site.data.descriptions import DataSet
from annual_review.rendering.site.data.tables import Kind, Table

_SQL_TYPES: Final = {Kind.TEXT: "TEXT", Kind.NUMBER: "INTEGER", Kind.DAY: "TEXT"}
_WRITTEN_BY: Final = slice(96, 100)
"""Where a database names the release of SQLite that wrote it: another one on each machine."""

_FIGURES: Final = "figures"


def database_of(data: DataSet) -> bytes:
    """Write the tables: the same bytes for the same tables."""
    with closing(sqlite3.connect(":memory:")) as database:
        for table in data.tables:
            database.execute(_created(data, table))
            marks = ", ".join("?" * len(table.columns))
            database.executemany(
                f'INSERT INTO "{table.name}" VALUES ({marks})',  # noqa: S608 (names of our own)
                ([row[c.name] for c in table.columns] for row in table.rows),
            )
            if table.name == _FIGURES:
                for view in _views(table):
                    database.execute(view)
        database.execute("CREATE TABLE columns (table_name TEXT, name TEXT, meaning TEXT)")
        database.executemany(
            "INSERT INTO columns VALUES (?, ?, ?)",
            [(table.name, c.name, c.meaning) for table in data.tables for c in table.columns],
        )
        database.commit()
        content = bytearray(database.serialize())
    content[_WRITTEN_BY] = bytes(4)
    return bytes(content)


def _created(data: DataSet, table: Table) -> str:
    columns = [
        f'"{column.name}" {_SQL_TYPES[column.kind]}'
        + (" NOT NULL" if column.name in table.key else "")
        for column in table.columns
    ]
    keys = [f"PRIMARY KEY ({_listed(table.key)})"]
    keys += [
        f'FOREIGN KEY ({_listed(key)}) REFERENCES "{parent}" ({_listed(key)})'
        for parent, key in data.parents_of(table).items()
    ]
    return f'CREATE TABLE "{table.name}" ({", ".join([*columns, *keys])})'


def _views(figures: Table) -> Iterable[str]:
    """Give every statistic a view, which has a row for each authority and year."""
    shown = _listed(column.name for column in figures.columns if column.name != "statistic")
    return (
        f'CREATE VIEW "{name.value}" AS SELECT {shown} FROM "{_FIGURES}"'  # noqa: S608 (ours)
        f" WHERE statistic = '{name.value}'"
        for name in StatisticName
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
