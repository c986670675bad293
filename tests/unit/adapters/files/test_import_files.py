from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from annual_review.adapters.files.csv_mapping import read_mapping
from annual_review.adapters.files.import_files import ImportFile, ImportLine, problems_file
from annual_review.adapters.files.input_files import InputFileError
from tests.builders import an_event, without

SAMPLES = Path(__file__).parents[4] / "events" / "samples" / "import"
HEADING = (SAMPLES / "decisions.csv").read_text(encoding="utf-8").splitlines()[0]
ROW = "1;D;E07000075;05/11/2019;Upheld;Y;Housing;;;05/11/2019 10:00"


def json_lines(folder: Path, *lines: str | bytes) -> ImportFile:
    path = folder / "events.jsonl"
    as_bytes = (line if isinstance(line, bytes) else line.encode() for line in lines)
    path.write_bytes(b"".join(line + b"\n" for line in as_bytes))
    return ImportFile(path)


def rows(folder: Path, text: str, encoding: str = "utf-8") -> ImportFile:
    path = folder / "decisions.csv"
    path.write_bytes(text.encode(encoding))
    return ImportFile(path, read_mapping(SAMPLES / "mapping.toml"))


def problems(lines: Iterable[ImportLine]) -> list[tuple[int, str]]:
    return [(line.number, line.problem) for line in lines]


def test_a_line_is_published_as_the_event_that_was_checked(tmp_path: Path) -> None:
    event = an_event(later_field="“kept”")
    source = json_lines(tmp_path, json.dumps(event | {"id": "1", "time": "2019-11-05T10:00:01Z"}))

    assert [line.event for line in source.lines()] == [event]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not_json"),
        ("null", "wrong_envelope: event"),
        (json.dumps(without(an_event(), "outcome")), "missing_field: detail.outcome"),
        (json.dumps(an_event(version="1")), "invalid_field: detail.version (int_type)"),
        (
            json.dumps(an_event(satisfactory_remedy=0)),
            "invalid_field: detail.satisfactory_remedy (bool_type)",
        ),
        (json.dumps(an_event(later_field="x" * 2**18)), "too_large: 262495 bytes"),
        (json.dumps(an_event(later_field=float("nan"))), "not_json"),
        (b'{"caf\xe9": 1}', "not_utf8"),
        ('{"a": "\\ud800"}', "not_json"),
    ],
)
def test_a_line_that_would_be_rejected_is_a_problem(
    tmp_path: Path, line: str | bytes, problem: str
) -> None:
    [(number, found)] = problems(json_lines(tmp_path, line).lines())

    assert number == 1
    assert found == problem


def test_lines_are_numbered_as_an_editor_does_and_blank_ones_passed_over(tmp_path: Path) -> None:
    source = json_lines(tmp_path, "", json.dumps(an_event()), " ", "{")

    assert problems(source.lines()) == [(2, ""), (4, "not_json")]


def test_the_sample_can_be_imported() -> None:
    source = ImportFile(SAMPLES / "decisions.csv", read_mapping(SAMPLES / "mapping.toml"))

    assert problems(source.lines()) == [(2, ""), (3, ""), (4, "")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (ROW.replace("05/11/2019;", "5/11/2019;"), "wrong_cell: decided_on (DD/MM/YYYY)"),
        (ROW.replace(";Y;", ";yes;"), "wrong_cell: satisfactory_remedy (true, false)"),
        (ROW.replace("E07000075", ""), "invalid_field: detail.authority (string_pattern_mismatch)"),
        (ROW.replace("Upheld", "Not upheld"), "remedy_without_upheld: detail.satisfactory_remedy"),
        (
            ROW + ";more",
            (
                f'wrong_row: has 11 cells ("{ROW[:60]}…"), and the heading 10; most likely a cell'
                " has a semicolon in it: put that cell into double quotes"
            ),
        ),
        (ROW.replace("Housing", 'Hou"sing'), "wrong_cell: subject (values)"),
        (
            '1;D;"un"closed',
            (
                "wrong_row: is not CSV: a double quote is not closed, or stands inside a cell, or"
                " a cell is longer than 131,072 characters; put a cell that has separators or"
                " quotes into double quotes, and write each quote inside it twice"
            ),
        ),
    ],
)
def test_a_row_that_does_not_fit_is_a_problem_and_the_next_one_is_read(
    tmp_path: Path, row: str, problem: str
) -> None:
    source = rows(tmp_path, f"{HEADING}\n{row}\n{ROW}\n")

    assert problems(source.lines()) == [(2, problem), (3, "")]


def test_a_row_over_several_lines_has_the_number_of_its_first(tmp_path: Path) -> None:
    long = ROW.replace(";;;", ';"Train\nstaff";;')
    source = rows(tmp_path, f"\ufeff{HEADING}\n{long}\n;;;;;;;;;\n{ROW}\n")

    first, second = source.lines()
    assert (first.number, second.number) == (2, 5)
    assert first.event is not None
    assert first.event["detail"]["service_improvements"] == ["Train\nstaff"]  # type: ignore[index]


def test_bytes_that_are_no_text_are_a_problem_of_their_row(tmp_path: Path) -> None:
    row = ROW.replace(";;;", ";café;;")
    source = rows(tmp_path, f"{HEADING}\n{row}\n{ROW}\n", "cp1252")

    assert problems(source.lines()) == [(2, "not_utf8"), (3, "")]


def test_a_file_in_another_encoding_is_read_when_its_mapping_says_so(tmp_path: Path) -> None:
    text = (SAMPLES / "mapping.toml").read_text(encoding="utf-8")
    (tmp_path / "m.toml").write_text(text.replace('"utf-8"', '"windows-1252"'), encoding="utf-8")
    path = rows(tmp_path, f"{HEADING}\n{ROW.replace(';;;', ';café;;')}\n", "cp1252").path

    [line] = ImportFile(path, read_mapping(tmp_path / "m.toml")).lines()

    assert "café" in str(line.event)


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        (HEADING.replace("Ref", "Reference"), "the column Ref is missing"),
        (HEADING + ";Date", "the column Date is there twice"),
        ("", "line 1: is empty; it has to name the columns: Council code,"),
    ],
)
def test_a_heading_that_does_not_fit_is_told_at_once(
    tmp_path: Path, heading: str, said: str
) -> None:
    with pytest.raises(InputFileError, match=said):
        list(rows(tmp_path, f"{heading}\n").lines())


def test_problems_are_written_down_with_their_lines_and_old_ones_do_not_linger(
    tmp_path: Path,
) -> None:
    path = tmp_path / "problems.jsonl"
    with problems_file(path) as note:
        note(ImportLine(7, "caf\udce9", problem="not_utf8", words="is not UTF-8"))
    record = json.loads(path.read_text(encoding="ascii"))
    assert record == {
        "line_number": 7,
        "reason": "not_utf8",
        "words": "is not UTF-8",
        "line": "caf\udce9",
    }

    with problems_file(path):
        pass
    assert not path.exists()


def without_hints(folder: Path) -> Path:
    """A mapping that says neither how the file is encoded nor by what its cells are separated."""
    text = (SAMPLES / "mapping.toml").read_text(encoding="utf-8")
    path = folder / "mapping.toml"
    path.write_text(
        text.replace('delimiter = ";"\n', "").replace('encoding = "utf-8"\n', ""),
        encoding="utf-8-sig",
    )
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_mapping_may_leave_it_to_the_file_how_it_is_written(
    tmp_path: Path, encoding: str
) -> None:
    path = rows(tmp_path, f"{HEADING}\n{ROW.replace(';;;', ';café;;')}\n", encoding).path

    [line] = ImportFile(path, read_mapping(without_hints(tmp_path))).lines()

    assert "café" in str(line.event)


def test_a_mapping_may_say_that_cells_are_separated_in_an_unusual_way(tmp_path: Path) -> None:
    text = (SAMPLES / "mapping.toml").read_text(encoding="utf-8")
    (tmp_path / "m.toml").write_text(text.replace('";"', '"^"'), encoding="utf-8")
    path = rows(tmp_path, f"{HEADING}\n{ROW}\n".replace(";", "^")).path

    [line] = ImportFile(path, read_mapping(tmp_path / "m.toml")).lines()

    assert line.problem == ""


def test_what_a_mapping_says_of_an_encoding_and_the_file_contradicts_is_refused(
    tmp_path: Path,
) -> None:
    source = rows(tmp_path, f"{HEADING}\n{ROW}\n", "utf-16")

    with pytest.raises(InputFileError, match="is UTF-16, and the mapping says another encoding"):
        list(source.lines())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not one event in JSON: begin a line for each, and end it with the event"),
        (b'{"caf\xe9": 1}', "is not UTF-8: save the file as UTF-8"),
        ("3", 'needs "source": "ombudsman.casework", "detail-type" and "detail"'),
        (
            json.dumps(an_event() | {"detail": 3}),
            'needs "source": "ombudsman.casework", "detail-type" and "detail"',
        ),
        (json.dumps(without(an_event(), "outcome")), "outcome: is missing"),
        (
            json.dumps(an_event(version="1")),
            'version: "1" is not a whole number from 1, without quotes',
        ),
        (json.dumps(an_event(satisfactory_remedy=0)), "satisfactory_remedy: 0 is neither true"),
        (
            json.dumps(an_event(authority="E07000075\u200b")),
            'authority: "E07000075<U+200B>" holds an invisible character, U+200B',
        ),
        (
            json.dumps(an_event(service_improvements=["Train staff", ""])),
            "service_improvements: is empty",
        ),
        (
            json.dumps(an_event(decided_on="2052-11-05")),
            'decided_on: "2052-11-05" lies after the day on which it was recorded',
        ),
        (json.dumps(an_event(later_field="x" * 2**18)), "is larger than the event bus takes"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_with_its_field_and_value(
    tmp_path: Path, line: str | bytes, words: str
) -> None:
    [found] = json_lines(tmp_path, line).lines()

    assert found.words.startswith(words)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ROW.replace("05/11/2019;", "5/11/2019;"),
            'Date: "5/11/2019" is not written as DD/MM/YYYY',
        ),
        (ROW.replace("05/11/2019;", "31/02/2019;"), 'Date: "31/02/2019" is a day or a time that'),
        (ROW.replace(";Y;", ";yes;"), 'Remedy: "yes" is none of: Y, N, nothing'),
        (ROW.replace("Upheld", "Part"), 'Result: "Part" is none of: Upheld, Not upheld'),
        (ROW.replace(";D;", ";X;"), 'Kind: "X" is none of: D, C'),
        (ROW.replace("E07000075", ""), "Council code: is empty"),
        (ROW.replace("1;D", "19012345.0;D"), 'Ref: "19012345.0" is a number with decimals'),
        (ROW.replace("Upheld", "Not upheld"), "Remedy: true belongs to an upheld decision"),
        (ROW.replace(";;;", ";Trainâ€™s;;"), 'Improvements: "Trainâ€™s" was read in the wrong'),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_column_and_value(
    tmp_path: Path, row: str, words: str
) -> None:
    [found] = rows(tmp_path, f"{HEADING}\n{row}\n").lines()

    assert found.words.startswith(words)


def test_what_is_wrong_beside_other_lines_names_the_column_too(tmp_path: Path) -> None:
    source = rows(tmp_path, f"{HEADING}\n{ROW}\n")

    [found] = source.lines(refused={2: "unknown_authority: E07000075"})

    assert found.problem == "unknown_authority: E07000075"
    assert found.words == 'Council code: "E07000075" is not in the register'


def test_a_workbook_is_told_though_the_mapping_says_how_the_file_is_written(
    tmp_path: Path,
) -> None:
    source = rows(tmp_path, "PK\x03\x04xl/workbook.xml")

    with pytest.raises(InputFileError, match="is an Excel workbook or another zip file, not CSV"):
        list(source.lines())


def test_names_of_columns_that_differ_in_capitals_alone_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="Ref is missing: it is written REF, and capitals"):
        list(rows(tmp_path, HEADING.replace("Ref", "REF")).lines())
    with pytest.raises(InputFileError, match=r"\(capitals matter here\)"):
        list(rows(tmp_path, HEADING.upper()).lines())
