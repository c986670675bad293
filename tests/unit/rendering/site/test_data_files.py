"""The data files, read as those who download them would: without any help from this project."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Any
from zipfile import ZipFile

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.pages import Site
from annual_review.services.publication.public_year import PublicYear
from tests.builders import COUNTY, ROCHFORD
from tests.unit.rendering.site.years import SUCCESSOR, a_public_year

GUESSED: Mapping[str, Callable[[Collection[str]], bool]] = {
    "integer": lambda cells: all(cell.isdecimal() for cell in cells),
    "date": lambda cells: all(date.fromisoformat(cell).isoformat() == cell for cell in cells),
    # Programs take a column of such words for true and false.
    "string": lambda cells: not cells or not {"yes", "no", "true", "false"}.issuperset(cells),
}
FOLDER = "data/2020/r1"
ALL_YEARS = "data/all"
DATA_FILES = {".csv", ".json", ".sqlite", ".xlsx"}


@cache
def files() -> Mapping[str, bytes]:
    return data_of(a_public_year(ReportingYear(2021)), a_public_year())


def data_of(*latest_first: PublicYear) -> Mapping[str, bytes]:
    built = files_of(Site(latest_first))
    return {path: content for path, content in built if PurePath(path).suffix in DATA_FILES}


def table(name: str, folder: str = FOLDER) -> list[dict[str, str]]:
    text = files()[f"{folder}/{name}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def database_in(folder: str) -> str:
    (path,) = (each for each in files() if each.startswith(folder) and each.endswith(".sqlite"))
    return path


def described(folder: str = FOLDER) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(files()[f"{folder}/datapackage.json"])
    return {each["name"]: each for each in found["resources"]}


def test_counts_stand_beside_every_percentage_and_a_marker_where_there_can_be_none() -> None:
    rows = {(row["code"], row["statistic"]): row for row in table("figures")}

    county = rows[COUNTY, "uphold_rate"]
    assert (county["numerator"], county["denominator"]) == ("249", "250")
    assert (county["percent"], county["printed"], county["marker"]) == ("99", "more than 99%", "")
    remedies = rows[SUCCESSOR, "satisfactory_remedy_rate"]
    assert (remedies["denominator"], remedies["percent"], remedies["marker"]) == ("0", "", "[z]")
    assert remedies["comparison_marker"] == "[z]"


def test_a_count_that_might_tell_who_somebody_is_stays_empty_in_every_form() -> None:
    rows = [row for row in table("subjects") if row["code"] == ROCHFORD]
    withheld = {row["subject"] for row in rows if row["marker"] == "[c]"}

    assert withheld
    assert all(row["decisions"] == "" for row in rows if row["subject"] in withheld)
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files()[f"{FOLDER}/annual-reviews-2020.sqlite"])
        told = database.execute("SELECT count(decisions) FROM subjects WHERE marker IS NOT NULL")
        assert told.fetchone() == (0,)


@pytest.mark.parametrize("folder", [FOLDER, ALL_YEARS])
def test_columns_hold_what_they_are_described_to_hold(folder: str) -> None:
    for name, each in described(folder).items():
        fields = each["schema"]["fields"]
        rows = table(name, folder)
        assert [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            cells = [row[field["name"]] for row in rows if row[field["name"]]]
            assert GUESSED[field["type"]](cells), (name, field)
        keys = [tuple(row[part] for part in each["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("folder", [FOLDER, ALL_YEARS])
def test_every_row_belongs_to_an_authority_and_every_improvement_to_a_decision(folder: str) -> None:
    tables = json.loads(files()[f"{folder}/csv-metadata.json"])["tables"]
    on_the_web = {
        (each["url"].removesuffix(".csv"), key["reference"]["resource"].removesuffix(".csv"))
        for each in tables
        for key in each["tableSchema"]["foreignKeys"]
    }
    keys = {
        (name, key["reference"]["resource"]): key["fields"]
        for name, each in described(folder).items()
        for key in each["schema"]["foreignKeys"]
    }

    assert set(keys) == on_the_web
    assert {name for name, _ in keys} == described().keys() - {"authorities"}
    assert keys["improvements", "decisions"] == ["year", "code", "reference"]
    for (name, parent), fields in keys.items():
        known = {tuple(row[field] for field in fields) for row in table(parent, folder)}
        rows = table(name, folder)
        assert rows
        assert {tuple(row[field] for field in fields) for row in rows} <= known
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files()[database_in(folder)])
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {
            (name, row[2])
            for name in described()
            for row in database.execute(f"PRAGMA foreign_key_list({name})")
        }
    assert found == set(keys)


def test_the_database_shows_each_statistic_with_a_row_for_every_authority() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files()[database_in(FOLDER)])
        shown = database.execute("SELECT code, numerator, denominator FROM uphold_rate").fetchall()

    assert sorted(shown) == sorted(
        (row["code"], int(row["numerator"]), int(row["denominator"]))
        for row in table("figures")
        if row["statistic"] == "uphold_rate"
    )


def test_files_are_described_by_their_hashes() -> None:
    for each in described().values():
        content = files()[f"{FOLDER}/{each['path']}"]
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert each["bytes"] == len(content)


def test_csv_on_the_web_names_the_same_tables_and_columns() -> None:
    metadata = json.loads(files()[f"{FOLDER}/csv-metadata.json"])

    assert {
        each["url"]: [column["name"] for column in each["tableSchema"]["columns"]]
        for each in metadata["tables"]
    } == {
        each["path"]: [field["name"] for field in each["schema"]["fields"]]
        for each in described().values()
    }


def test_no_text_is_a_formula_to_a_spreadsheet_and_all_forms_say_the_same() -> None:
    improvements = table("improvements")

    assert improvements[0]["improvement"] == "'=Train staff"
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files()[f"{FOLDER}/annual-reviews-2020.sqlite"])
        kept = database.execute("SELECT improvement FROM improvements ORDER BY rowid").fetchall()
    assert kept[0] == ("=Train staff",)
    assert len(kept) == len(improvements)
    with ZipFile(io.BytesIO(files()[f"{FOLDER}/annual-reviews-2020.xlsx"])) as workbook:
        sheets = [name for name in workbook.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 1 + len(described())
        assert not [name for name in sheets if b"<f>" in workbook.read(name)]


def test_all_years_together_are_the_years_one_after_another() -> None:
    both = table("figures", ALL_YEARS)

    assert both == table("figures") + table("figures", "data/2021/r1")


def test_an_authority_has_its_own_figures_of_all_years() -> None:
    own = table("figures", f"authorities/{ROCHFORD.lower()}")

    assert own == [row for row in table("figures", ALL_YEARS) if row["code"] == ROCHFORD]


def test_one_year_alone_has_no_files_of_all_years() -> None:
    assert not [path for path in data_of(a_public_year()) if path.startswith(ALL_YEARS)]
