"""The reference of the command line, made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from annual_review.console import Exit
from infrastructure.reference.groups import groups_of

Command: TypeAlias = TyperCommand | TyperGroup

_INTRODUCTION: Final = """\
# Commands

<!-- Made from the code by `make reference`. Change the commands, not this page. -->

What each command is for and what it takes. `--help` shows the same in a terminal. In the usage
lines, square brackets mark what can be left out, and "…" what can be repeated.
"""
_RECORD: Final = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?", re.DOTALL)
"""A text of the help, and what it says in brackets behind it: a default, a range, `required`."""
_SPECIAL: Final = re.compile(r"(`[^`]*`)|([*<])")


def commands_page(
    app: typer.Typer, program: str, readme: str, exit_codes: Mapping[Exit, str]
) -> str:
    """Return the page as Markdown: the commands of a program, grouped as its README groups them."""
    shown = _commands_in(get_command(app))
    index: list[str] = []
    sections: list[str] = []
    for title, names in groups_of(readme, program, list(shown)).items():
        index += ["", f"| {title} | |", "|---|---|"]
        sections += ["", f"## {title}"]
        for name in names:
            for path, command in _with_subcommands(f"{program} {name}", shown[name]):
                sections += ["", f"### `{path}`", "", *_about(command)]
                if not isinstance(command, TyperGroup):
                    sections += _usage(path, command)
                    index.append(f"| [`{path}`](#{path.replace(' ', '-')}) | {_purpose(command)} |")
    statuses = ["", "| exit status | meaning |", "|---|---|"]
    statuses += [f"| {code:d} | {_cell(meaning)} |" for code, meaning in exit_codes.items()]
    return "\n".join([_INTRODUCTION.rstrip(), *statuses, *index, *sections, ""])


def _commands_in(command: object) -> Mapping[str, Command]:
    if not isinstance(command, TyperGroup):
        return {}
    return {
        name: found
        for name, found in command.commands.items()
        if isinstance(found, TyperCommand | TyperGroup) and not found.hidden
    }


def _with_subcommands(path: str, command: Command) -> Iterator[tuple[str, Command]]:
    yield path, command
    for name, subcommand in _commands_in(command).items():
        yield from _with_subcommands(f"{path} {name}", subcommand)


def _about(command: Command) -> list[str]:
    return _escaped(command.help or "").splitlines()


def _purpose(command: Command) -> str:
    """Return the first sentences of a command's help, fit for a cell."""
    return _cell((command.help or "").split("\n\n")[0])


def _usage(path: str, command: TyperCommand) -> Iterator[str]:
    context = typer.Context(command, info_name=path)
    words = [path]
    rows: list[str] = []
    can_be_left_out = False
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is None:
            continue
        name = record[0]
        if isinstance(parameter, TyperArgument):
            words.append(_placeholder(parameter))
            # Without a placeholder of its own it is a choice, which the help spells out.
            name = _placeholder(parameter) if parameter.metavar else name
        elif parameter.required:
            words.append(name)
        else:
            can_be_left_out = True
        found = _RECORD.fullmatch(record[1])
        text, note = found.groups("") if found else (record[1], "")
        rows.append(f"| {_cell(f'`{name}`')} | {_cell(text)} | {_cell(note)} |")
    if can_be_left_out:
        words.append("[OPTIONS]")
    yield from ("", "```console", f"$ {' '.join(words)}", "```")
    if rows:
        yield from ("", "| argument or option | meaning | default |", "|---|---|---|", *rows)


def _placeholder(argument: TyperArgument) -> str:
    bare = (argument.metavar or argument.name or "").strip("[]…. ")
    several = f"{bare}…" if argument.nargs != 1 else bare
    return several if argument.required else f"[{several}]"


def _cell(text: str) -> str:
    return " ".join(_escaped(text).split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Return a text of the help without what Markdown would take as markup, but for code."""
    return _SPECIAL.sub(lambda found: found[1] or f"\\{found[2]}", text)
