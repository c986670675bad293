"""Every command that the code advises, found in its source: it can be typed, on its stack."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

import annual_review
from annual_review.services.advised_commands import FILL_IN, Command
from annual_review.wiring.advice import REASON, typed, worded
from tests.unit.cli.typing_commands import type_in

SOURCES: Final = Path(annual_review.__file__).parent
STACK: Final = "test"
EXAMPLES: Final[Mapping[str, str]] = {
    "year": "2020",
    "of": "2020",
    "only": "--only E07000075",
    "chosen": "E07000075 E07000076",
    "nearest_edition": "2019",
    "code": "E07000075",
    "authority": "E07000075",
    "queue": "send",
    "reference": "19012345",
    "from_": "out/2020/review/review.json",
    "id": "note-1",
    "name": "0123456789ab",
    "number": "upheld",
    "rate": "uphold_rate",
    "type_.value": "district",
    "settlement.value": "delivered",
    "Settlement.DELIVERED.value": "delivered",
    "challenged[0]": "E07000075",
    "next(iter(full))": "send",
    "nearest": "2019",
    "where": "",
    "folder": ".",
    "to": "a@b.example",
    "FILL_IN": FILL_IN,
    "REASON": REASON,
}
"""What stands for the values in a command, by the last of their names."""
SPELLED_OUT: Final = re.compile(r"annual-review [a-z]")
WITHOUT_A_STACK: Final = ("`annual-review rehearse`", "`annual-review review`")
"""Named, and not advised: they tell what wrote a file."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        yield str(path.relative_to(SOURCES)), ast.parse(path.read_text(encoding="utf-8"))


def name_of(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", maxsplit=1)[-1]


def words_of(node: ast.expr) -> str:
    """Return the words of a command, with an example for each value in it."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words_of(part) for part in parts)
        case ast.FormattedValue(value=value):
            return EXAMPLES[name_of(value)]
        case _:
            return ""


def value_of(node: ast.expr) -> str:
    """Return what is passed to a command, or an example of it."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr():
            return words_of(node)
        case _:
            return EXAMPLES.get(ast.unparse(node)) or EXAMPLES[name_of(node)]


def command_of(call: ast.Call) -> Command:
    """Return the command that a service makes, with an example for each value in it."""
    name, *arguments = map(value_of, call.args)
    options = {str(each.arg): value_of(each.value) for each in call.keywords}
    switches = {name: value == "True" or value for name, value in options.items()}
    return Command.of(name, *arguments, **switches)


def advised() -> Iterator[tuple[str, str]]:
    """Go through the commands that are advised, each with the module that does."""
    for module, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "Command.of":
                yield module, worded(command_of(node))
            elif called == "typed" and (words := words_of(node.args[0])):
                yield module, words


def texts(tree: ast.Module) -> Iterator[str]:
    """Go through the strings of a module, but for those that stand by themselves as docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


@pytest.mark.usefixtures("where_a_review_lies")
@pytest.mark.parametrize(("module", "words"), sorted(set(advised())))
def test_what_is_advised_can_be_typed_and_carries_its_stack(module: str, words: str) -> None:
    has_stack = not words.startswith("edition ")

    taken = type_in(typed(words, STACK if has_stack else "annual-review"))

    assert taken.get("stack", STACK) == STACK, module


def test_advice_of_every_room_is_found() -> None:
    assert {words.split()[0] for _, words in advised()} >= {
        "approve",
        "challenge",
        "close",
        "edition",
        "paragraphs",
        "preview",
        "publish",
        "reconcile",
        "reissue",
        "release",
        "resend",
        "settle",
        "status",
    }


def test_no_message_spells_out_a_command_without_its_stack() -> None:
    spelled_out = [
        (module, text)
        for module, tree in modules()
        for text in texts(tree)
        if SPELLED_OUT.search(text) and not any(name in text for name in WITHOUT_A_STACK)
    ]

    assert not spelled_out
