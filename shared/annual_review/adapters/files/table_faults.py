"""What is wrong with a heading, a row or a cell of a table, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from annual_review.adapters.files.csv_encodings import EXPECTED, WINDOWS_1252
from annual_review.adapters.files.input_files import shown, visible

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
QUOTES: Final = (
    "is not CSV: a double quote is not closed, or stands inside a cell, or a cell is longer than"
    " 131,072 characters; put a cell that has separators or quotes into double quotes, and write"
    " each quote inside it twice"
)
_EXCEL_ERROR: Final = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)")
_BEYOND_ASCII: Final = re.compile("[^\0-\x7f]{2,}")
_LOST: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Columns:
    """What the heading of a table has to name.

    `others` are used where they are there. With `no_more`, no further column may be there. With
    `as_written`, capitals matter in the names.
    """

    required: Sequence[str]
    others: Sequence[str] = ()
    no_more: bool = False
    as_written: bool = False

    @property
    def known(self) -> Collection[str]:
        """Every column that is used where it is there."""
        return {*self.required, *self.others}

    def named(self, cells: Sequence[str]) -> list[str]:
        """Return the names of columns, as they are compared."""
        names = [cell.strip() for cell in cells]
        return names if self.as_written else [name.lower() for name in names]


def heading_faults(heading: Sequence[str], columns: Columns, separator: str) -> Iterator[str]:
    """Go through what is wrong with a heading."""
    if not set(columns.known).intersection(heading):
        yield _other_heading(heading, columns, separator)
        return
    for name in dict.fromkeys(heading):
        try:
            visible(name)
        except ValueError as error:
            yield f"the column {error}"
            continue
        if name and heading.count(name) > 1:
            yield f"the column {name} is there twice: take one of them out"
        if columns.no_more and name not in columns.known:
            yield f"the column {name or 'without a name'} is not used: take it out"
    in_small = {name.lower(): name for name in heading}
    for name in columns.required:
        if name not in heading:
            other = in_small.get(name.lower())
            written = f": it is written {other}, and capitals matter here" if other else ""
            yield f"the column {name} is missing{written}"


def _other_heading(heading: Sequence[str], columns: Columns, separator: str) -> str:
    written = separator.join(heading).strip(separator)
    due = ",".join(columns.required)
    if not written:
        return f"is empty; it has to name the columns: {due}"
    known = {name.lower() for name in columns.known}
    if len(heading) == 1 and any(
        by in written and known & set(written.lower().split(by)) for by in SEPARATORS
    ):
        return f"has the whole line in double quotes: take them out of {shown(written)}"
    note = ""
    if known & {name.lower() for name in heading}:
        note = " (capitals matter here)"
    return f"says {shown(written)}; it has to name the columns{note}: {due}"


def row_fault(
    cells: Sequence[str], heading: Sequence[str], used: Collection[str], separator: str
) -> str:
    """Return what is wrong with a row; nothing if it is in order."""
    if len(cells) != len(heading):
        return _uneven(cells, len(heading), separator)
    for name, cell in zip(heading, cells, strict=True):
        if not name and cell.strip():
            return f"has {shown(cell)} in a column without a name: name it, or take it out"
        if name in used and (fault := _cell_fault(cell)):
            return f"{name}: {shown(cell)} {fault}"
    return ""


def _uneven(cells: Sequence[str], due: int, separator: str) -> str:
    """Say that a row has more or fewer cells than the heading, and why most likely."""
    count, one = len(cells), one_separator(separator)
    row = shown(separator.join(cells))
    are = f"{count} {'cell' if count == 1 else 'cells'} ({row}), and the heading {due}"
    if count < due:
        for other, name in SEPARATORS.items():
            if count == 1 and other != separator and cells[0].count(other) == due - 1:
                by = SEPARATORS.get(separator, one)
                return f"is separated by {name} ({row}), and the heading by {by}"
        return f"is only partly there: it has {are}; an empty cell needs its {one} too"
    if quoted := next((cell for cell in cells if _is_quoted_late(cell)), None):
        return f"has {are}: take the space out that stands before the quotes in {shown(quoted)}"
    if any(cell.strip() for cell in cells[due:]):
        why = f"a cell has a {one} in it: put that cell into double quotes"
    else:
        why = f"a cell with a {one} in it is not in double quotes, or the line ends in one too many"
    return f"has {are}; most likely {why}"


def _cell_fault(cell: str) -> str:
    if _is_quoted_late(cell):
        return "has a space before its double quote: take it out"
    if _EXCEL_ERROR.fullmatch(cell.strip()):
        return "is what Excel shows in place of a value: correct it there and save again"
    if cell.isascii():
        return ""
    if _LOST in cell:
        return "has lost a character on its way (U+FFFD): type it again"
    if (meant := _ungarbled(cell)) != cell:
        return f"was read in the wrong encoding on its way; most likely it was {shown(meant)}"
    return ""


def _is_quoted_late(cell: str) -> bool:
    return cell[:1].isspace() and cell.lstrip().startswith('"')


def _ungarbled(text: str) -> str:
    """Return a text with what is UTF-8 that was read as Windows-1252 as it was meant."""
    return _BEYOND_ASCII.sub(lambda found: _as_meant(found[0]), text)


def _as_meant(characters: str) -> str:
    try:
        meant = b"".join(map(_byte, characters)).decode("utf-8")
    except UnicodeError:
        return characters
    # Anything else may be chance: "é’”" would be one character of Chinese.
    return meant if EXPECTED.fullmatch(meant) else characters


def _byte(character: str) -> bytes:
    # Five bytes are no character in Windows-1252, and programs let them pass as they are.
    return character.encode("latin-1" if ord(character) in range(0x80, 0xA0) else WINDOWS_1252)


def one_separator(separator: str) -> str:
    """Return what one separator is called: "comma"."""
    return SEPARATORS.get(separator, shown(separator)).removesuffix("s")
