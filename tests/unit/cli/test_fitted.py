"""What is watched, and the help, fit the terminal; what has no room is told."""

from __future__ import annotations

import io
from textwrap import fill

import pytest
from rich.text import Text
from typer.testing import CliRunner

from annual_review.cli.app import app
from annual_review.cli.commands.year_end.fitted import Fitted
from annual_review.console import SafeConsole

LINES = [Text(f"line {number}") for number in range(1, 8)]


def shown(parts: list[Text], width: int = 80, height: int = 5) -> list[str]:
    # As the console of the commands is set: it would print one long line and cut it.
    console = SafeConsole(file=io.StringIO(), soft_wrap=True, width=width, height=height)
    lines = console.render_lines(Fitted(parts, Text("Ctrl-C ends.")), pad=False)
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


@pytest.mark.parametrize("count", [1, 4])
def test_what_has_room_is_shown_whole(count: int) -> None:
    assert shown(LINES[:count]) == [*(line.plain for line in LINES[:count]), "Ctrl-C ends."]


def test_what_has_no_room_is_counted() -> None:
    *first, cut, footer = shown(LINES)

    assert first == ["line 1", "line 2", "line 3"]
    assert cut == "… 4 more lines; without --watch all are shown"
    assert footer == "Ctrl-C ends."


def test_lines_are_wrapped_and_counted_as_they_are_shown() -> None:
    *first, cut, _ = shown([Text("a " * 60)], width=50, height=3)

    assert first == [("a " * 25).strip()]
    assert cut == "… 2 more lines; without --watch all are shown"


@pytest.mark.parametrize("command", ["figures", "dead-letters list"])
def test_the_help_is_wrapped_only_where_the_terminal_ends(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "80"}).output

    told = shown.partition("Usage:")[2].partition("╭")[0].strip().split("\n")
    paragraphs = " ".join(line.strip() or "¶" for line in told).split("¶")[1:]
    broken = [fill(part.strip(), 78).splitlines() for part in paragraphs if part.strip()]
    assert [line.strip() for line in told if line.strip()][1:] == [
        line for part in broken for line in part
    ]
