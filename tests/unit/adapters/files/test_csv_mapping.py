from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.files.csv_mapping import CellError, CsvMapping, FieldRule, read_mapping
from annual_review.adapters.files.input_files import InputFileError

LONDON = "Europe/London"
SAMPLES = Path(__file__).parents[4] / "events" / "samples" / "import"


def rule(**members: object) -> FieldRule:
    return FieldRule.model_validate({"column": "C", **members})


def mapping(tmp_path: Path, text: str) -> CsvMapping:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


@pytest.mark.parametrize(
    ("conversion", "cell", "value"),
    [
        ({}, "E07000075", "E07000075"),
        ({"date": "DD/MM/YYYY"}, "05/11/2019", "2019-11-05"),
        ({"date": "YYYYMMDD"}, "20200229", "2020-02-29"),
        (
            {"moment": "DD.MM.YYYY hh:mm:ss", "zone": LONDON},
            "01.07.2019 10:00:01",
            "2019-07-01T09:00:01Z",
        ),
        ({"moment": "YYYY-MM-DD", "zone": "UTC"}, "2019-11-05", "2019-11-05T00:00:00Z"),
        # An hour that came twice: the first, still in summer time.
        (
            {"moment": "YYYY-MM-DD hh:mm", "zone": LONDON},
            "2019-10-27 01:30",
            "2019-10-27T00:30:00Z",
        ),
        ({"whole_number": True}, "007", 7),
        ({"true": ["Y"], "false": ["N", ""]}, "Y", True),
        ({"true": ["Y"], "false": ["N", ""]}, "", False),
        ({"values": {"Upheld": "upheld"}}, "Upheld", "upheld"),
        ({"separator": "|"}, "one| two||", ["one", "two"]),
        ({"separator": "|"}, "", []),
    ],
)
def test_a_cell_that_fits_is_converted(
    conversion: dict[str, object], cell: str, value: object
) -> None:
    assert rule(**conversion).read(cell) == value


@pytest.mark.parametrize(
    ("conversion", "cells"),
    [
        (
            {"date": "DD/MM/YYYY"},
            [
                "5/11/2019",
                "05-11-2019",
                "31/02/2020",
                "05/11/19",
                "",
                "05/11/2019 ",
                "\u0660\u0665/11/2019",
            ],
        ),
        # The clocks skipped this hour.
        ({"moment": "YYYY-MM-DD hh:mm", "zone": LONDON}, ["2020-03-29 01:30", "2020-03-29 24:00"]),
        ({"whole_number": True}, ["", "1.0", "-1", "+1", "1e3", "1_000", "\u0663", "9" * 17]),
        ({"true": ["Y"], "false": ["N"]}, ["", "y", "Yes", "1", "TRUE"]),
        ({"values": {"Upheld": "upheld"}}, ["upheld", "", "UPHELD"]),
    ],
)
def test_a_cell_that_does_not_fit_is_refused(
    conversion: dict[str, object], cells: list[str]
) -> None:
    for cell in cells:
        with pytest.raises(CellError):
            rule(**conversion).read(cell)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"column": None}, "either column or value"),
        ({"value": 1}, "either column or value"),
        ({"column": None, "value": 1, "whole_number": True}, "too many conversions"),
        ({"date": "DD/MM/YYYY", "separator": "|"}, "too many conversions"),
        ({"true": ["Y"]}, "both true and false"),
        ({"true": ["Y"], "false": ["Y"]}, "under both"),
        ({"moment": "DD/MM/YYYY"}, "moment and zone"),
        ({"moment": "DD/MM/YYYY", "zone": "Europe/Londres"}, "no time zone"),
        ({"date": "%d/%m/%Y"}, "needs YYYY"),
        ({"date": "DD/MM"}, "needs YYYY"),
        ({"date": "DD/MM/YYYY hh:mm"}, "use moment"),
        ({"colum": "Ref"}, "Extra inputs"),
        ({"whole_number": False}, "True"),
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(
    members: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        rule(**members)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event_type = ", "is not TOML"),
        ('event_type = "Decision"\n[fields]', "event_type"),
        ("[fields]", "event_type: is missing"),
        ("fields = 1", "fields: is not what a mapping has there"),
        ("sorter = 1\n[fields]", "sorter: is nothing that a mapping knows"),
        ('event_type = "Decision Recorded"\n[fields]\noutcom = {value = "x"}', "no event has"),
        ('event_type = "Decision Recorded"\ndelimiter = ", "\n[fields]', "must be one character"),
        ('event_type = "Decision Recorded"\ndelimiter = ""\n[fields]', "must not be empty"),
        ('event_type = "Decision Recorded"\ndelimiter = 1\n[fields]', "in quotation marks"),
        ('event_type = "Decision Recorded"\nencoding = "latin"\n[fields]', "must be 'utf-8'"),
    ],
)
def test_a_mapping_that_can_not_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputFileError, match=said):
        mapping(tmp_path, text)


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="No such file"):
        read_mapping(tmp_path / "mapping.toml")


def test_a_row_becomes_an_event_of_its_type_with_the_fields_of_that_type() -> None:
    known = read_mapping(SAMPLES / "mapping.toml")
    cells = dict.fromkeys(known.columns, "") | {
        "Ref": " 19012345 ",
        "Kind": "C",
        "Council code": "E07000075",
        "Date": "31/03/2020",
        "Result": "In time",
        "Entered": "31/03/2020 16:00",
    }

    assert known.event(cells) == {
        "source": "ombudsman.casework",
        "detail-type": "Compliance Recorded",
        "detail": {
            "case_reference": "19012345",
            "version": 1,
            "authority": "E07000075",
            "recorded_at": "2020-03-31T15:00:00Z",
            "recorded_on": "2020-03-31",
            "outcome": "on_time",
        },
    }


def test_a_type_that_no_word_stands_for_is_refused() -> None:
    known = read_mapping(SAMPLES / "mapping.toml")

    with pytest.raises(CellError, match="event_type"):
        known.event(dict.fromkeys(known.columns, ""))
