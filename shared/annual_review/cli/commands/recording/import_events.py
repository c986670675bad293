"""`annual-review import`: publish a file of past events to the bus of a deployed system.

Importing is harmless to repeat, in whole or in part: what counts is the version that an event
carries, however often it arrives. So an import that broke off is run again, and a queue that it
fills is emptied while it grows: nobody has to hold it back.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annual_review.cli.file_options import INPUT, tell_how_read
from annual_review.cli.options import StackName, is_given
from annual_review.console import CommandError, Exit, out, progress, show_table, warn
from annual_review.services.errors import PortError
from annual_review.services.recording.record_decisions import AuthorityLookup, Verdict
from annual_review.services.wording import counted

if TYPE_CHECKING:
    from annual_review.adapters.files.import_files import ImportFile
    from annual_review.rehearsal.import_check import ImportCheck
    from annual_review.wiring.system import System

_SHOWN: Final = 20
_AGAIN: Final = "What was published stays. Import the file again: that changes nothing."


class Format(StrEnum):
    """How the events of a file are written."""

    JSONL = "jsonl"
    CSV = "csv"


def import_events(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The file of past events.")
    ],
    stack: StackName = "annual-review",
    format_: Annotated[
        Format, typer.Option("--format", help="One JSON object a line, or CSV.")
    ] = Format.JSONL,
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What the columns of a CSV file mean."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only check the file; without AWS unless --stack is given."),
    ] = False,
    authorities: Annotated[
        Path | None,
        typer.Option(**INPUT, help="With --check: the register that codes are looked up in."),
    ] = None,
    skip_rejected: Annotated[
        bool,
        typer.Option(
            "--skip-rejected", help="Publish the valid lines even if others are rejected."
        ),
    ] = False,
) -> None:
    """Publish a file of past events, checked as a whole first. Importing twice changes nothing.

    The check finds all for which a line would end among the dead letters: what breaks the contract,
    codes that are not in the register, versions that contradict each other or what is recorded.
    Such lines are shown, and all of them written to FILE.problems.jsonl; then nothing is published.
    Cases that count in a year that is closed are told. If an import breaks off, run it again. What
    a CSV file needs is told in events/samples/import/README.md.

    Exit status: 0, 1 when it was stopped, the file holds no event, or --check found that a closed
    year is concerned, 2 for wrong usage or input, 3 when lines were rejected, 4 when AWS failed.
    """
    if (format_ is Format.CSV) != (mapping is not None):
        raise typer.BadParameter("--format csv and --mapping go together")
    if authorities and not check:
        raise typer.BadParameter("--authorities goes with --check: the stack has a register")
    from annual_review.adapters.files.csv_mapping import read_mapping
    from annual_review.adapters.files.import_files import ImportFile

    source = ImportFile(file, read_mapping(mapping) if mapping else None)
    try:
        system = _system(stack) if not check or is_given(context, "stack") else None
        checked = _check(source, system, authorities)
        is_doubtful = _tell_doubts(checked, system)
        if system is None:
            _tell_unchecked(is_register_known=authorities is not None)
        elif not check and checked.sound and (skip_rejected or not checked.rejected):
            _publish(checked, system)
        elif not check:
            out.print("Nothing was published.")
    except PortError as error:
        told = f"{error} ({type(error).__name__})"
        raise CommandError(told, _AGAIN, code=Exit.AWS_FAILED) from error
    except KeyboardInterrupt:
        raise CommandError("stopped", _AGAIN, code=Exit.NOT_IN_ORDER) from None
    if checked.rejected:
        raise typer.Exit(Exit.LINES_REJECTED)
    is_in_order = checked.lines and not (check and is_doubtful)
    raise typer.Exit(Exit.DONE if is_in_order else Exit.NOT_IN_ORDER)


def _system(stack: str) -> System:
    from annual_review.wiring.system import deployed

    return deployed(stack)


def _check(source: ImportFile, system: System | None, authorities: Path | None) -> ImportCheck:
    """Check the file; show the first problems and write all of them down."""
    from annual_review.adapters.files.import_files import problems_file
    from annual_review.adapters.memory.cases import InMemoryCaseStore
    from annual_review.rehearsal.import_check import check_import

    lookup = _lookup(system, authorities)
    stored = system.cases if system else InMemoryCaseStore()
    with progress("Checking") as step:
        checked = check_import(source, lookup, stored, tell_how_read, step)
    into = source.path.with_name(f"{source.path.name}.problems.jsonl")
    with problems_file(into) as note:
        for place, line in enumerate(checked.problems):
            note(line)
            if place < _SHOWN:
                warn(f"line {line.number}: {line.words or line.problem}")
    verdicts = checked.recorded.verdicts
    show_table(
        f"Check of {source.path.name}",
        [
            ("Sound", checked.sound),
            ("of these, duplicates", verdicts[Verdict.DUPLICATE]),
            ("of these, superseded versions", verdicts[Verdict.STALE]),
            ("Rejected", checked.rejected),
        ],
    )
    if checked.rejected:
        out.print(f"\nAll lines that can't be used: {into}", markup=False)
    return checked


def _lookup(system: System | None, authorities: Path | None) -> AuthorityLookup:
    """Return the register that is given, or that of the stack; without either any code will do."""
    from annual_review.adapters.files.register_files import read_register
    from annual_review.adapters.memory.directory import AnyAuthorities, InMemoryDirectory

    if authorities:
        return InMemoryDirectory(read_register(authorities, tell_how_read))
    return InMemoryDirectory(system.directory.register()) if system else AnyAuthorities()


def _tell_doubts(checked: ImportCheck, system: System | None) -> bool:
    """Warn of what is no fault of a line and still may be a mistake; return whether there is any.

    Raises:
        PortError: It could not be read which years are closed.
    """
    doubts = [] if checked.lines else ["the file holds no event"]
    for year, cases in checked.cases.changed.items():
        if system and system.closes.latest(year):
            doubts.append(
                f"what counts in {year} changes by {counted(len(cases), 'case', 'cases')}, and that"
                " year is closed: its frozen figures stay as they are"
            )
    for doubt in doubts:
        warn(doubt)
    return bool(doubts)


def _tell_unchecked(*, is_register_known: bool) -> None:
    """Say what only a stack, or a register, can tell."""
    if not is_register_known:
        out.print("Not checked: the codes of authorities. Give a register with --authorities.")
    out.print(
        "Not checked: which years are closed, and what is recorded. Name a --stack to check these."
    )


def _publish(checked: ImportCheck, system: System) -> None:
    """Publish the valid lines in their order.

    Raises:
        CommandError: They are not those any more that were checked.
        PortError: The bus did not take a portion.
    """
    published = 0
    with progress("Publishing", checked.sound) as step:
        for number in system.stack.bus.publish_all(checked.events):
            published += number
            step(published, checked.sound)
    if published != checked.sound:
        raise CommandError("the file was changed while it was imported", _AGAIN)
    name = checked.source.path.name
    show_table(f"Import of {name} into {system.name}", [("Published", published)])
