"""Tables as people save them: read where it is certain how, refused with what to do where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.files.csv_tables import read_table
from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.table_faults import Columns

COLUMNS = Columns(("code", "name"), ("population",))
MON = "code,name\nE1,Ynys Môn\nE2,“King’s Lynn” – 5 £\n"


def read(
    folder: Path, content: bytes, columns: Columns = COLUMNS
) -> tuple[list[tuple[int, str]], str]:
    """Return the lines with their names, and how the file was read, if that was told."""
    path = folder / "table.csv"
    path.write_bytes(content)
    told: list[str] = []
    table, rows = read_table(path, columns, told.append)
    found = [(row.line, row.problem or table.cells(row)["name"]) for row in rows]
    return found, "".join(told)


def problems(folder: Path, content: bytes, columns: Columns = COLUMNS) -> list[str]:
    with pytest.raises(InputFileError) as refusal:
        read(folder, content, columns)
    return list(refusal.value.problems)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "table.csv was read as UTF-16, separated by commas."),
        ("cp1252", "table.csv was read as Windows-1252, separated by commas."),
    ],
)
def test_what_excel_saves_is_read_and_what_is_not_usual_is_told(
    tmp_path: Path, encoding: str, told: str
) -> None:
    found = [(2, "Ynys Môn"), (3, "“King’s Lynn” – 5 £")]

    assert read(tmp_path, MON.encode(encoding)) == (found, told)


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_from_either_end_with_its_mark_or_without(
    tmp_path: Path, encoding: str, mark: str
) -> None:
    found, told = read(tmp_path, f"{mark}{MON}".encode(encoding))

    assert found[0] == (2, "Ynys Môn")
    assert told == "table.csv was read as UTF-16, separated by commas."


@pytest.mark.parametrize("separator", [(";", "semicolons"), ("\t", "tabs")])
def test_semicolons_and_tabs_separate_cells_too(tmp_path: Path, separator: tuple[str, str]) -> None:
    by, called = separator
    found, told = read(tmp_path, f"Code{by}Name\r\nE1{by}One, of two\r\n".encode())

    assert found == [(2, "One, of two")]
    assert told == f"table.csv was read as UTF-8, separated by {called}."


def test_a_line_that_tells_excel_the_separator_is_no_heading(tmp_path: Path) -> None:
    found, told = read(tmp_path, b"sep=;\r\ncode;name\r\nE1;One\r\nE2;Two;2\r\n")

    assert found[0] == (3, "One")
    assert found[1][0] == 4
    assert told.endswith("semicolons.")


@pytest.mark.parametrize(
    "encoding",
    ["mac-roman", "cp850", "cp437"],
    ids=["Macintosh", "MS-DOS", "MS-DOS, United States"],
)
@pytest.mark.parametrize("name", ["Ynys Môn", "Café", "Seán", "Señor", "Zoë", "à la carte"])
def test_other_encodings_are_never_taken_for_windows_1252(
    tmp_path: Path, encoding: str, name: str
) -> None:
    found = problems(tmp_path, f"code,name\nE1,One\nE2,{name}\n".encode(encoding))

    assert found == ['line 3: is written in an unknown encoding: save it as "CSV UTF-8"']


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MON.encode("utf-32"), "is UTF-32 text, not CSV"),
        (MON.encode() + b"\0", "line 4: holds a null byte, which no text has"),
        (MON.encode("utf-16")[:-1], "begins as UTF-16 and is damaged further on"),
        (b"PK\x03\x04xl/workbook.xml", "is an Excel workbook or another zip file, not CSV"),
        (b'\xef\xbb\xbf [{"code": "E1"}]', "is JSON, not CSV"),
        (b"<!DOCTYPE html>", "is a web page or other XML, not CSV"),
        (MON.encode() + "E3,Ynys Môn\n".encode("cp1252"), "line 2: is written in an unknown"),
        ("code,name\nE1,Môn\n".encode("cp1252") + "E2,Môn\n".encode(), "line 3: is written in"),
    ],
)
def test_what_is_no_such_text_is_refused_by_name_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (problem,) = problems(tmp_path, content)

    assert problem.startswith(said)
    assert problem.endswith('save it as "CSV UTF-8"')


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("code|name", ['line 1: separates its columns by "|": use commas']),
        ("code,x;name", ['line 1: separates its columns by "," and ";": use one of them']),
        ("code name", ['line 1: says "code name"; it has to name the columns: code,name']),
        ("", ["line 1: is empty; it has to name the columns: code,name"]),
        ("code,place", ["line 1: the column name is missing"]),
        (
            '"code,name"',
            ['line 1: has the whole line in double quotes: take them out of "code,name"'],
        ),
        ("code,name,code", ["line 1: the column code is there twice: take one of them out"]),
        (
            "code,name,region,region",
            ["line 1: the column region is there twice: take one of them out"],
        ),
        (
            "code,name\u200b",
            [
                (
                    'line 1: the column "name<U+200B>" holds an invisible character,'
                    " U+200B (ZERO WIDTH SPACE): type it again"
                ),
                "line 1: the column name is missing",
            ],
        ),
    ],
)
def test_a_heading_that_does_not_fit_says_what_to_do(
    tmp_path: Path, heading: str, said: list[str]
) -> None:
    assert problems(tmp_path, f"{heading}\nE1,One\n".encode()) == said


def test_a_quote_that_is_not_closed_in_the_heading_is_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, b'"code,name\nE1,One\n')

    assert problem.startswith("line 1: is not CSV: a double quote is not closed")


def test_where_no_further_column_may_be_none_is(tmp_path: Path) -> None:
    columns = Columns(("code", "name"), no_more=True)

    assert problems(tmp_path, b"code,name,region,\nE1,One,East,\n", columns) == [
        "line 1: the column region is not used: take it out",
        "line 1: the column without a name is not used: take it out",
    ]


def test_a_row_with_too_many_or_too_few_cells_is_a_problem_and_the_next_one_is_read(
    tmp_path: Path,
) -> None:
    found, _ = read(
        tmp_path, b"code;name;population;\nE1;One;1;2;3\nE2;Two\nE3;Three;3;x\nE4;Four;;\n"
    )

    assert found == [
        (
            2,
            (
                'has 5 cells ("E1;One;1;2;3"), and the heading 4; most likely a cell has a'
                " semicolon in it: put that cell into double quotes"
            ),
        ),
        (
            3,
            (
                'is only partly there: it has 2 cells ("E2;Two"), and the heading 4; an empty cell'
                " needs its semicolon too"
            ),
        ),
        (4, 'has "x" in a column without a name: name it, or take it out'),
        (5, "Four"),
    ]


def test_an_empty_cell_too_many_is_one_too_many(tmp_path: Path) -> None:
    ((_, problem),), _ = read(tmp_path, b"code,name,population\nE1,One, of two,\n")

    assert "has 4 cells" in problem


def test_lines_are_those_of_the_file_after_quoted_line_breaks_and_blank_lines(
    tmp_path: Path,
) -> None:
    found, _ = read(
        tmp_path,
        b'"code",name\r\nE1,"One\r\nof\r\ntwo"\r\n\r\n,\r\nE2,Two\r\nE3,"T"hree\r\nE4,Four',
    )

    assert [line for line, _ in found] == [2, 7, 8, 9]
    assert found[0][1] == "One\r\nof\r\ntwo"
    assert found[2][1].startswith("is not CSV")
    assert found[3][1] == "Four"


def test_a_quote_that_is_never_closed_is_a_problem_of_the_line_on_which_it_opens(
    tmp_path: Path,
) -> None:
    found, _ = read(tmp_path, b'code,name\nE1,One\nE2,"Two\nE3,Three\n')

    assert [line for line, _ in found] == [2, 3]
    assert found[1][1].startswith("is not CSV: a double quote is not closed")


def test_a_long_value_is_shown_by_its_beginning(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, b"x" * 1000)

    assert f'says "{"x" * 60}…"' in problem


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('E1, "One, of two",', 'take the space out that stands before the quotes in " "One"'),
        ('E1, "One",', 'name: " "One"" has a space before its double quote: take it out'),
        ("E1;One;1", 'is separated by semicolons ("E1;One;1"), and the heading by commas'),
        ("E1,#REF!,", 'name: "#REF!" is what Excel shows in place of a value'),
        ("E1,One,#####", 'population: "#####" is what Excel shows in place of a value'),
        ("E1,Ynys M\ufffdn,", "has lost a character on its way (U+FFFD): type it again"),
        (
            "E1,Ynys MÃ\xb4n â€“ â€œthe Kingâ€™sâ€\x9d,",
            'most likely it was "Ynys Môn – “the King’s”"',
        ),
    ],
)
def test_what_happened_to_a_row_on_its_way_is_told(tmp_path: Path, row: str, said: str) -> None:
    ((_, problem),), _ = read(tmp_path, f"code,name,population\n{row}\n".encode())

    assert said in problem


@pytest.mark.parametrize("name", ["“Café’”", "Zoë–Ann", "Señor £5", "No. #1"])
def test_what_only_looks_like_damage_is_read(tmp_path: Path, name: str) -> None:
    found, _ = read(tmp_path, f"code,name\nE1,{name}\n".encode())

    assert found == [(2, name)]


def test_a_heading_may_begin_with_a_bracket(tmp_path: Path) -> None:
    columns = Columns(("[code]", "name"))

    assert read(tmp_path, b"[code],name\nE1,One\n", columns)[0] == [(2, "One")]


def test_columns_that_are_not_used_may_hold_anything(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "code,name,region\nE1,One,#N/A\nE2,Two,Ã\xb4\n".encode())

    assert found == [(2, "One"), (3, "Two")]


def test_a_cell_of_endless_length_is_a_problem_of_its_line(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"code,name\nE1,{'x' * 200_000}\nE2,Two\n".encode())

    assert "longer than 131,072 characters" in found[0][1]
    assert found[1] == (3, "Two")
