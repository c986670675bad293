"""The groups of the commands, as the README shows them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

OTHERS: Final = "For work on this system"
"""The group of the commands that the README does not name."""

_CODE: Final = re.compile(r"`([^`]+)`")
_TABLE: Final = re.compile(r"\| ([^|`]+) \| \|")


def groups_of(readme: str, program: str, commands: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the commands under the titles of the README, both in its order.

    A command belongs to the table in which it has a row. One without a row belongs to the section
    that names it first.
    """
    named = list(_named(readme, program, commands))
    title_of: dict[str, str] = {}
    for is_row in (True, False):
        for title, command, was_row in named:
            if was_row is is_row:
                title_of.setdefault(command, title)
    groups: dict[str, list[str]] = {}
    for title, command, _ in named:
        group = groups.setdefault(title, [])
        if title_of[command] == title and command not in group:
            group.append(command)
    groups[OTHERS] = [command for command in commands if command not in title_of]
    return {title: group for title, group in groups.items() if group}


def _named(readme: str, program: str, commands: Container[str]) -> Iterator[tuple[str, str, bool]]:
    """Go through the commands that are named: under which title, and whether in a table's row."""
    section = table = ""
    for line in readme.splitlines():
        is_row = line.startswith("|")
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif header := _TABLE.fullmatch(line):
            table = header[1]
        if is_row:
            first_cell = line.split(" | ")[0]
            words = [
                code.removeprefix(f"{program} ").split()[0] for code in _CODE.findall(first_cell)
            ]
        else:
            words = re.findall(rf"{program} ([a-z][a-z-]*)", line)
        for word in words:
            if word in commands:
                yield table if is_row else section, word, is_row
