"""Notes of the data team as a CSV file, checked as a whole before anything is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from annual_review.adapters.files.csv_tables import Notice, read_table
from annual_review.adapters.files.input_files import InputFileError, shown
from annual_review.adapters.files.table_faults import Columns
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.invisible import lacks
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import ParagraphError, checked_text
from annual_review.services.letters.own_performance import Note

COLUMNS: Final = ("code", "family", "text")
_FAMILIES: Final = ", ".join(Family)


Lacking = Callable[[str], Sequence[str]]
"""Takes a text, and returns the characters of it that a letter can't print."""


def read_notes(
    path: Path,
    register: Register,
    notice: Notice | None = None,
    lacking: Lacking = lambda _text: (),
) -> Sequence[Note]:
    """Read notes from a CSV file with the columns `code`, `family` and `text`, in their order.

    Blank lines are passed over. Any code of an authority in the register will do. What is `lacking`
    is no text for a letter.

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    table, rows = read_table(path, Columns(COLUMNS, no_more=True), notice)
    problems: list[str] = []
    notes: dict[Note, int] = {}
    for row in rows:
        found = (
            [row.problem] if row.problem else list(_problems(table.cells(row), register, lacking))
        )
        if not found:
            note = _note(table.cells(row), register)
            if note in notes:
                found = [f"the same note as on line {notes[note]}: take one of them out"]
            notes.setdefault(note, row.line)
        problems += [f"line {row.line}: {problem}" for problem in found]
    if problems:
        raise InputFileError(path, problems)
    return tuple(notes)


def _problems(cells: Mapping[str, str], register: Register, lacking: Lacking) -> Iterator[str]:
    code, family = cells["code"].strip(), cells["family"]
    if not code:
        yield "code: is empty"
    elif register.find(AuthorityCode(code)) is None:
        hint = f": write {code.upper()}" if register.find(AuthorityCode(code.upper())) else ""
        yield f"code: {shown(code)} is not in the register{hint}"
    if _family_name(family) not in list(Family):
        yield f"family: {shown(family.strip())} is none of: {_FAMILIES}"
    try:
        text = checked_text(cells["text"])
    except ParagraphError as error:
        yield f"text: {error}"
    else:
        if characters := lacking(text):
            yield f"text: {lacks(characters)}"


def _note(cells: Mapping[str, str], register: Register) -> Note:
    return Note(
        register.present_code(AuthorityCode(cells["code"].strip())),
        Family(_family_name(cells["family"])),
        checked_text(cells["text"]),
    )


def _family_name(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")
