"""The names under which a letter's files travel: each fits one line of a mail header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST_NAME: Final = 63
"""Characters: with ` filename="";` around it, a line of 76. Outlook shows no name that is longer,
for that has to be cut into pieces."""

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%]+')


@dataclass(frozen=True, slots=True)
class FileNames:
    """The names of the two files that go with a letter."""

    letter: str
    case_list: str


def safe_in_file_names(text: str) -> str:
    """Return a text without the characters that a file system minds."""
    return _UNSAFE.sub("-", text)


def file_names(stem: str, year: int, authority: str, *, is_reissue: bool) -> FileNames:
    """Name the files of a letter: in full where that fits one line, else in short.

    `stem` is the name in full without its ending. A name that is too long even in short loses its
    last words.
    """
    after = " - re-issued" if is_reissue else ""
    return FileNames(
        _fitting(stem, f"Letter {year} - ", authority, f"{after}.pdf", ".pdf"),
        _fitting(
            f"{stem} - case list", f"Case list {year} - ", authority, f"{after}.xlsx", ".xlsx"
        ),
    )


def _fitting(in_full: str, before: str, authority: str, after: str, ending: str) -> str:
    if len(in_full) + len(ending) <= LONGEST_NAME:
        return f"{in_full}{ending}"
    room = LONGEST_NAME - len(before) - len(after)
    name = safe_in_file_names(authority)
    if len(name) > room:
        name = name[: room + 1].rpartition(" ")[0] or name[:room]
    return f"{before}{name.strip(' .,&-')}{after}"
