"""Notes as a file: taken whole, or refused with every line that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.note_files import read_notes
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import LONGEST_TEXT
from annual_review.services.letters.own_performance import Note
from tests.builders import COUNTY, ROCHFORD, a_register

Read = Callable[[str | bytes], Sequence[Note]]
HEADING = "code,family,text\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_it(content: str | bytes) -> Sequence[Note]:
        path = tmp_path / "notes.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_notes(path, a_register(ROCHFORD, COUNTY))

    return read_it


def problems(read: Read, content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(InputFileError) as raised:
        read(content)
    return raised.value.problems


def test_notes_come_in_the_order_of_the_file_with_their_texts_as_they_are(read: Read) -> None:
    notes = read(
        HEADING + f'{COUNTY},Late answers,"Twice, we asked for ""all"" papers."\r\n\r\n'
        f" {ROCHFORD} ,ombudsman-not-named,Nobody was told.\n"
    )

    assert notes == (
        Note(COUNTY, Family.LATE_ANSWERS, 'Twice, we asked for "all" papers.'),
        Note(ROCHFORD, Family.OMBUDSMAN_NOT_NAMED, "Nobody was told."),
    )


def test_columns_may_come_in_any_order_and_after_a_byte_order_mark(read: Read) -> None:
    (note,) = read(f"\ufeffText,CODE,family\nLate.,{ROCHFORD},late_answers\n")

    assert note == Note(ROCHFORD, Family.LATE_ANSWERS, "Late.")


def test_a_text_over_several_lines_is_one_paragraph(read: Read) -> None:
    (note,) = read(HEADING + f'{ROCHFORD},late_answers,"Late\nagain."\n')

    assert note.text == "Late again."


def test_every_line_that_is_wrong_is_named_with_what_to_do(read: Read) -> None:
    found = problems(
        read,
        HEADING
        + "E99,late_answers,A.\n"
        + f"{ROCHFORD},late,A.\n"
        + f"{ROCHFORD},late_answers,\n"
        + f"{ROCHFORD},late_answers,{'x' * (LONGEST_TEXT + 1)}\n"
        + f'{ROCHFORD},late_answers,"A\nnote."\n'
        + f"{ROCHFORD},late_answers,Late, again.\n"
        + f"{ROCHFORD},late_answers,A note.\n"
        + ",,x\n",
    )

    starts = [each.split(":")[0] for each in found]
    assert starts == [f"line {n}" for n in (2, 3, 4, 5, 8, 9, 10, 10)]
    assert '"E99" is not in the register' in found[0]
    assert '"late" is none of: late_answers, late_remedies' in found[1]
    assert "the text is empty" in found[2]
    assert "shorten it" in found[3]
    assert "double quotes" in found[4]
    assert "the same note as on line 6" in found[5]
    assert found[6] == "line 10: code: is empty"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "line 1: is empty; it has to name the columns: code,family,text"),
        ("code|family|text\nE|f|t\n", 'separates its columns by "|": use commas'),
        ("code,family,text,author\n", "the column author is not used: take it out"),
        ("code,family,text,text\n", "the column text is there twice"),
        (HEADING, "has no row below its heading"),
        (f"{HEADING}{ROCHFORD},late_answers,caf\xe9\n".encode("cp850"), "CSV UTF-8"),
        (f'{HEADING}{ROCHFORD},late_answers,"open\n', "line 2: is not CSV"),
    ],
)
def test_a_file_that_is_no_list_of_notes_is_refused(
    read: Read, content: str | bytes, what: str
) -> None:
    (problem,) = problems(read, content)

    assert what in problem


def test_what_was_wrong_before_the_file_breaks_off_is_told_with_it(read: Read) -> None:
    found = problems(read, f'{HEADING}E99,late_answers,A.\n{ROCHFORD},late_answers,"open\n')

    assert [each.split(":")[0] for each in found] == ["line 2", "line 3"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="No such file"):
        read_notes(tmp_path / "none.csv", a_register())


def test_a_text_that_no_letter_could_print_is_told_before_it_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(f"{HEADING}{ROCHFORD},late_answers,Well done ♥\n", encoding="utf-8")

    with pytest.raises(InputFileError) as raised:
        read_notes(
            path, a_register(ROCHFORD), lacking=lambda text: [one for one in text if one == "♥"]
        )

    assert raised.value.problems == (
        (
            "line 2: text: the letter's font lacks U+2665 (BLACK HEART SUIT): write it in other"
            " letters"
        ),
    )


def test_a_code_in_small_letters_is_told_with_the_one_that_is_meant(read: Read) -> None:
    assert problems(read, f"{HEADING}{ROCHFORD.lower()},late_answers,Late.\n") == (
        f'line 2: code: "{ROCHFORD.lower()}" is not in the register: write {ROCHFORD}',
    )
