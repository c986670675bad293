"""Every command that takes an authority takes a part of its name in place of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from typer.main import get_command

from annual_review.cli.app import app
from tests.builders import OTHER_DISTRICT, ROCHFORD
from tests.integration.operators import Operators
from tests.integration.world import World, a_closed_year

NAME: Final = f"council {ROCHFORD.lower()}"
EXAMPLES: Final = {
    "family": "late_answers",
    "ids": "late_remedies",
    "id_": "late_remedies",
    "number": "upheld",
    "objector": "the council",
    "reason": "for a test",
    "settlement": "accepted",
    "text": "It is too high.",
    "year": "2020",
}
MORE: Final = {
    ("figures",): ("2020", "--live"),
    ("challenge", "answer"): ("--unchanged", "--reason", "for a test"),
    ("reissue",): ("--reason", "for a test"),
    ("paragraphs", "edit"): ("--text", "Another text."),
    ("paragraphs", "add"): ("--text", "Another text."),
}


def commands(below: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 (typer's own)
    """Go through the commands that take an authority, each with its path."""
    for name, command in below.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        elif any("AUTHORITY" in (each.metavar or "") for each in command.params):
            yield (*path, name), command


FOUND: Final = dict(commands(get_command(app)))


def words_for(path: Sequence[str], authority: str) -> Iterator[str]:
    """Return a command on an authority, as it is typed; tried out, where that can be."""
    yield from path
    for each in FOUND[tuple(path)].params:
        is_authority = "AUTHORITY" in (each.metavar or "")
        if not (each.required or is_authority):
            continue
        if each.param_type_name == "option":
            yield each.opts[0]
        yield authority if is_authority else EXAMPLES[each.name]
    yield from MORE.get(tuple(path), ())
    if any(each.name == "dry_run" for each in FOUND[tuple(path)].params):
        yield "--dry-run"


@pytest.mark.parametrize("path", FOUND, ids=" ".join)
def test_a_name_does_what_the_code_does(
    operators: Operators, deployed: World, path: tuple[str, ...]
) -> None:
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    notes = "".join(f"{code},late_answers,A note.\n" for code in (ROCHFORD, OTHER_DISTRICT))
    (operators.folder / "notes.csv").write_text(f"code,family,text\n{notes}")
    operators.run("notes", "load", "2020", "notes.csv")

    by_code, by_name = (operators.run(*words_for(path, each)) for each in (ROCHFORD, NAME))

    assert by_name.returncode == by_code.returncode
    assert without_numbers(by_name.words) == without_numbers(by_code.words)


def without_numbers(words: str) -> str:
    """Leave out what may differ from one run to the next."""
    return re.sub(r"\d+([:.]\d+)+|Challenge \d+", "", words)
