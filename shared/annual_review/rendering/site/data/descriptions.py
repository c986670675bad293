"""What the data files are, for machines: CSV on the Web, and a Frictionless data package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from annual_review.rendering.site.data.tables import Kind, Table
from annual_review.rendering.site.statistic_words import not_final

LICENCE: Final = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_LICENCE_NAME: Final = "OGL-UK-3.0"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A set of tables that is published together."""

    title: str
    published_on: date
    is_sample: bool
    tables: Sequence[Table]
    counted_at: datetime | None = None

    def parents_of(self, table: Table) -> Mapping[str, Sequence[str]]:
        """Return the tables that have a row for each of a table's, with the columns they share."""
        return {each.name: each.key for each in self.tables if each.name in table.parents}

    @property
    def description(self) -> str:
        """What a reader of the files has to know first."""
        invented = "The figures are invented: a sample." if self.is_sample else ""
        live = not_final(self.counted_at) if self.counted_at else ""
        return " ".join(filter(None, (live, invented)))


def csv_metadata(data: DataSet) -> bytes:
    """Describe the CSV files as the W3C's CSV on the Web does."""
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": data.title,
            **({"dc:description": data.description} if data.description else {}),
            "dc:issued": data.published_on.isoformat(),
            "dc:license": {"@id": LICENCE},
            "tables": [
                {
                    "url": f"{table.name}.csv",
                    "dc:title": table.title,
                    "tableSchema": {
                        "columns": [
                            {
                                "name": column.name,
                                "titles": column.name,
                                "datatype": column.kind.value,
                                "dc:description": column.meaning,
                            }
                            for column in table.columns
                        ],
                        "primaryKey": list(table.key),
                        "foreignKeys": [
                            {
                                "columnReference": list(key),
                                "reference": {
                                    "resource": f"{parent}.csv",
                                    "columnReference": list(key),
                                },
                            }
                            for parent, key in data.parents_of(table).items()
                        ],
                    },
                }
                for table in data.tables
            ],
        }
    )


def data_package(name: str, data: DataSet, files: Mapping[str, bytes]) -> bytes:
    """Describe the files with their hashes as a Frictionless data package."""
    return _json(
        {
            "profile": "data-package",
            "name": name,
            "title": data.title,
            **({"description": data.description} if data.description else {}),
            "created": f"{data.published_on.isoformat()}T00:00:00Z",
            "licenses": [{"name": _LICENCE_NAME, "path": LICENCE}],
            "resources": [
                _resource(data, table, files[f"{table.name}.csv"]) for table in data.tables
            ],
        }
    )


def _resource(data: DataSet, table: Table, content: bytes) -> Mapping[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {
            "fields": [
                {
                    "name": column.name,
                    "type": column.kind.value,
                    "description": column.meaning,
                    **({"format": "default"} if column.kind is Kind.DAY else {}),
                }
                for column in table.columns
            ],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(key),
                    "reference": {"resource": parent, "fields": list(key)},
                }
                for parent, key in data.parents_of(table).items()
            ],
            "missingValues": [""],
        },
    }


def _json(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"
