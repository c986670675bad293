"""Notes of the data team as a CSV file, checked as a whole before anything is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from annual_review.adapters.files.register_files import InputFileError
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import ParagraphError, checked_text
from annual_review.services.letters.own_performance import Note

COLUMNS: Final = ("code", "family", "text")
_FAMILIES: Final = ", ".join(Family)
_COMMAS: Final = "separate the columns by commas, and put a text that has commas into double quotes"


def read_notes(path: Path, known: Collection[AuthorityCode]) -> Sequence[Note]:
    """Read notes from a CSV file with the columns `code`, `family` and `text`, in their order.

    Blank lines are passed over. `known` are the codes of the register.

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    problems: list[str] = []
    notes: dict[Note, int] = {}
    try:
        for line, cells in _lines(path):
            found = list(_problems(cells, known))
            if not found:
                note = _note(cells)
                if note in notes:
                    found = [f"the same note as on line {notes[note]}: take one of them out"]
                notes.setdefault(note, line)
            problems += [f"line {line}: {each}" for each in found]
    except InputFileError as error:
        # The file can't be read further; what was wrong before is told with it.
        problems += error.problems
    if not notes and not problems:
        problems = ["holds no line besides its heading"]
    if problems:
        raise InputFileError(path, problems)
    return tuple(notes)


def _lines(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Go through the lines: the number on which each begins, and its cells in our order."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputFileError(path, [error.strerror or "can't be read"]) from None
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 text (byte {error.start}): save it as CSV UTF-8"
        raise InputFileError(path, [problem]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
        if sorted(heading) != sorted(COLUMNS):
            named = ",".join(COLUMNS)
            problem = f"line 1: must name the columns {named} and no others; {_COMMAS}"
            raise InputFileError(path, [problem])
        order = [heading.index(name) for name in COLUMNS]
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                whole = len(cells) == len(COLUMNS)
                yield begins, [cells[place] for place in order] if whole else cells
            begins = reader.line_num + 1
    except csv.Error as error:
        problem = f"line {begins}: is not CSV ({error}); {_COMMAS}"
        raise InputFileError(path, [problem]) from None


def _problems(cells: Sequence[str], known: Collection[AuthorityCode]) -> Iterator[str]:
    if len(cells) != len(COLUMNS):
        yield f"has {len(cells)} columns instead of {len(COLUMNS)}; {_COMMAS}"
        return
    code, family, text = cells
    if code.strip() not in known:
        yield f"code: {code.strip() or 'an empty one'} is not in the register"
    if _family_name(family) not in list(Family):
        yield f"family: {family.strip() or 'an empty one'} is none; there are: {_FAMILIES}"
    try:
        checked_text(text)
    except ParagraphError as error:
        yield f"text: {error}"


def _note(cells: Sequence[str]) -> Note:
    code, family, text = cells
    return Note(AuthorityCode(code.strip()), Family(_family_name(family)), checked_text(text))


def _family_name(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")
