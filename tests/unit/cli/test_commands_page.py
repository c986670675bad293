"""The reference of the command line: the page that is kept is the one that the code makes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import pytest
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from annual_review.cli.app import app
from annual_review.console import Exit
from infrastructure.reference.commands import Command, commands_page
from infrastructure.reference.groups import OTHERS, groups_of
from infrastructure.reference.run import ROOT, pages

README = """\
## Trying it
First `tool load-all`, then `tool send`.

| Every day | |
|---|---|
| `tool send E07000075`, `stop` | sends a letter; `tool load-all` comes before |
"""


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def a_program() -> typer.Typer:
    """A program with a command of every kind: arguments, options, a subcommand, a hidden one."""
    program = typer.Typer()

    @program.command()
    def send(
        codes: Annotated[list[str], typer.Argument(metavar="CODE…", help="One | or *more*.")],
        reason: Annotated[str, typer.Option(help="Why; `a|b`.")],
        colour: Annotated[Colour, typer.Option(help="Its colour.")] = Colour.RED,
        seed: Annotated[int, typer.Option(min=1, help="Chance.")] = 7,
        *,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
    ) -> None:
        """Send letters.

        Twice does no harm.
        """

    @program.command()
    def stop(
        finding: Colour, note: Annotated[str | None, typer.Argument(metavar="[NOTE]")] = None
    ) -> None:
        """Stop it."""

    @program.command(hidden=True)
    def secret() -> None:
        """Never shown."""

    loads = typer.Typer(help="Load things.")
    program.add_typer(loads, name="load-all")

    @loads.command()
    def files() -> None:
        """Load files."""

    @loads.command()
    def tables() -> None:
        """Load tables."""

    return program


@pytest.fixture
def page() -> str:
    return commands_page(a_program(), "tool", README, {Exit.DONE: "done", Exit.AWS_FAILED: "a|b"})


def test_every_page_that_is_kept_is_the_one_that_the_code_makes() -> None:
    made = pages()
    assert len(made) > 4
    for path, page in made.items():
        kept = path.read_text(encoding="utf-8")
        assert kept == page, f"the code has moved on: `make reference` renews {path.name}"


def test_the_readme_names_every_command_but_those_for_work_on_this_system() -> None:
    commands = [command.name or "" for command in typer.main.get_group(app).commands.values()]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    groups = groups_of(readme, "annual-review", commands)
    assert groups[OTHERS] == ["schemas"]


def test_commands_stand_under_the_titles_of_the_readme() -> None:
    groups = groups_of(README, "tool", ["stop", "send", "load-all", "other"])
    assert list(groups.items()) == [
        ("Trying it", ["load-all"]),
        ("Every day", ["send", "stop"]),
        (OTHERS, ["other"]),
    ]


def test_a_command_is_shown_with_its_purpose_and_its_usage(page: str) -> None:
    _, _, after = page.partition("### `tool send`")
    section, _, _ = after.partition("###")
    assert section.startswith("\n\nSend letters.\n\nTwice does no harm.\n")
    assert "$ tool send CODE… --reason <str> [OPTIONS]\n" in section
    assert "| [`tool send`](#tool-send) | Send letters. |\n" in page


def test_every_option_is_shown_with_its_default(page: str) -> None:
    assert "| `--reason <str>` | Why; `a\\|b`. | required |\n" in page
    assert "| `--colour <red\\|blue>` | Its colour. | default: red |\n" in page
    assert "| `--seed <int range>` | Chance. | default: 7; x>=1 |\n" in page
    assert "| `--dry-run` | Change nothing. |  |\n" in page


def test_every_argument_is_shown_with_what_it_may_be(page: str) -> None:
    assert "| `CODE…` | One \\| or \\*more\\*. | required |\n" in page
    assert "$ tool stop finding [NOTE]\n" in page
    assert "| `finding <red\\|blue>` |  | required |\n" in page
    assert "| `[NOTE]` |  |  |\n" in page


def test_subcommands_follow_what_they_belong_to(page: str) -> None:
    titles = [line for line in page.splitlines() if line.startswith("#")]
    assert titles == [
        "# Commands",
        "## Trying it",
        "### `tool load-all`",
        "### `tool load-all files`",
        "### `tool load-all tables`",
        "## Every day",
        "### `tool send`",
        "### `tool stop`",
    ]
    assert "Load things." in page


def test_a_hidden_command_stays_hidden(page: str) -> None:
    assert "secret" not in page


def test_what_each_exit_status_means_stands_before_the_commands(page: str) -> None:
    top, _ = page.split("| Every day | |")

    assert "| 0 | done |\n| 4 | a\\|b |" in top


def arguments_of(command: Command) -> Iterator[tuple[str, list[str]]]:
    """Go through a command and those below it, each with the names of its arguments."""
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            assert isinstance(below, TyperCommand | TyperGroup)
            yield from arguments_of(below)
    else:
        of = [each.name or "" for each in command.params if isinstance(each, TyperArgument)]
        yield command.name or "", of


def test_every_command_that_takes_a_year_as_an_argument_takes_it_first() -> None:
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    order = dict(arguments_of(command))

    takes_a_year = {name: names for name, names in order.items() if "year" in names}

    assert {"hold", "unhold", "resend", "settle", "status"} <= takes_a_year.keys()
    assert {names[0] for names in takes_a_year.values()} == {"year"}
    about_authorities = {"authority", "code", "codes", "whose"}
    assert all("year" in names for names in order.values() if about_authorities & {*names})


def test_the_help_groups_the_commands_as_the_readme_does() -> None:
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    groups = groups_of(readme, "annual-review", list(command.commands))

    shown: dict[str, set[str]] = {}
    for name, below in command.commands.items():
        assert isinstance(below, TyperCommand | TyperGroup)
        shown.setdefault(str(below.rich_help_panel), set()).add(name)

    assert shown == {title: {*names} for title, names in groups.items()}


def test_no_option_has_a_short_alias_and_the_shell_completes() -> None:
    command = get_command(app)
    options = {each for below in (command, *commands_below(command)) for each in words_of(below)}

    assert {"--install-completion", "--stack"} <= options
    assert [each for each in options if not each.startswith("--")] == []


def commands_below(command: object) -> Iterator[Command]:
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            assert isinstance(below, TyperCommand | TyperGroup)
            yield below
            yield from commands_below(below)


def words_of(command: object) -> Iterator[str]:
    """Go through the options of a command as they are typed."""
    assert isinstance(command, TyperCommand | TyperGroup)
    for each in command.params:
        if not isinstance(each, TyperArgument):
            yield from each.opts
