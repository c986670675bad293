"""`annual-review edition`: editions listed, copied and checked."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated, Final

import typer

from annual_review.cli.options import DryRun, YearArgument, parse_year
from annual_review.console import CommandError, Exit, err, out, progress, show_list
from annual_review.domain.reporting_year import ReportingYear
from annual_review.views.table import Table
from annual_review.wiring.advice import USUAL_STACK, typed

editions_app = typer.Typer(
    help="List, copy and check the editions: what is particular to one year's letter.",
    no_args_is_help=True,
)

Editions = Annotated[
    Path | None,
    typer.Option(
        "--editions",
        file_okay=False,
        exists=True,
        help="Folder with a folder for each edition; else those that ship with the project.",
    ),
]

_COLUMNS: Final = ("edition", "letters", "publication", "signed by", "in order")


@editions_app.command("list")
def list_editions(editions: Editions = None) -> None:
    """List the editions with their dates and who signs.

    Exit status: 0, or 1 when one of them can't be used.
    """
    raise typer.Exit(_show_editions(editions))


@editions_app.command()
def new(
    year: YearArgument,
    from_: Annotated[
        ReportingYear,
        typer.Option("--from", parser=parse_year, metavar="YEAR", help="The edition to copy."),
    ],
    editions: Editions = None,
    dry_run: DryRun = False,
) -> None:
    """Copy an edition to another year, and say what a person must now look at.

    Its dates move by whole years, to the nearest day of the same weekday. Every other character
    stays, comments included. An edition that is there already is never overwritten.

    Exit status: 0, or 2 when it can't be copied.
    """
    raise typer.Exit(_copy(editions, year, from_, is_dry_run=dry_run))


@editions_app.command()
def check(year: YearArgument, editions: Editions = None) -> None:
    """Check an edition: its files first, then a letter of every variant as it would be printed.

    Says all that is wrong, with file and line: unknown placeholders and conditions, missing keys,
    dates out of order, Markdown that a letter can't have; overlong pages, characters that the font
    lacks, links that lead nowhere, texts too long for mail.

    Exit status: 0 when all is well, 1 when something is wrong.
    """
    raise typer.Exit(_check_year(editions, year))


def _show_editions(editions: Path | None) -> Exit:
    from annual_review.rendering.editions.edition import edition_years, load_edition
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.errors import EditionError
    from annual_review.rendering.text.wording import written_date

    folder = editions or SHIPPED_EDITIONS
    rows: list[tuple[object, ...]] = []
    for year in edition_years(folder):
        try:
            edition = load_edition(folder, year)
        except EditionError:
            rows.append((str(year), "", "", "", f"no: {_check_command(editions, year)}"))
            continue
        dates = (written_date(edition.letter_date), written_date(edition.publication_date))
        rows.append((str(year), *dates, edition.signatory.name, "yes"))
    if not rows:
        raise CommandError(f"{folder} has no edition; each is a folder <year> with edition.toml")
    show_list(Table("", _COLUMNS, rows))
    return Exit.DONE if all(row[-1] == "yes" for row in rows) else Exit.NOT_IN_ORDER


def _copy(
    editions: Path | None, year: ReportingYear, source: ReportingYear, *, is_dry_run: bool
) -> Exit:
    from annual_review.rendering.editions.edition import edition_years, load_edition, new_edition
    from annual_review.rendering.editions.edition_copy import copy_edition
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.errors import EditionError

    folder = editions or SHIPPED_EDITIONS
    target = folder / str(year)
    if target.exists():
        raise CommandError(
            f"{target} already exists and was not overwritten",
            "Edit it, or remove the folder first to start again.",
        )
    try:
        # One that can't be used is fixed first, and not copied with its faults.
        load_edition(folder, source)
        copy = copy_edition(folder / str(source), source, year)
    except EditionError as error:
        lines = [f"the edition of {source} can't be copied:", *str(error).splitlines()]
        if source not in edition_years(folder) and (instead := new_edition(folder, year)):
            lines.append(typed(instead.with_(dry_run=is_dry_run or None), USUAL_STACK))
        raise CommandError(*lines) from error
    if not is_dry_run:
        target.mkdir()
        for name, content in copy.files.items():
            (target / name).write_bytes(content)
    out.print(f"Edition {year}, copied from {source}: {target}", style="bold", markup=False)
    for name in sorted(copy.files):
        out.print(f"  {name}", markup=False)
    out.print("\nA person should now check:", style="bold")
    for each in copy.to_check:
        out.print(f"  {target / each.name}, line {each.line}: {each.why}", markup=False)
        out.print(f"    {each.text}", markup=False)
    out.print(f"  {target}: is the wording still what you want to say?", markup=False)
    out.print(f"\nThen: {_check_command(editions, year)}", markup=False)
    if is_dry_run:
        out.print("\nNothing was changed: this was a dry run.")
    return Exit.DONE


def _check_command(editions: Path | None, year: ReportingYear) -> str:
    where = f" --editions {quote(str(editions))}" if editions else ""
    return typed(f"edition check {year}{where}", USUAL_STACK)


def _check_year(editions: Path | None, year: ReportingYear) -> Exit:
    from annual_review.rendering.checks.edition_check import check_letters
    from annual_review.rendering.checks.variants import variants_of
    from annual_review.rendering.editions.edition import load_edition
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.errors import EditionError

    folder = editions or SHIPPED_EDITIONS
    try:
        edition = load_edition(folder, year)
    except EditionError as error:
        for line in str(error).splitlines():
            out.print(line, markup=False)
        if error.command:
            err.print(f"Copy one: {typed(error.command, USUAL_STACK)}", markup=False)
        else:
            err.print("Fix these first. The letters are checked after that.")
        return Exit.NOT_IN_ORDER
    letters = {variant.name: variant.facts for variant in variants_of(edition)}
    with progress("Trying the letters", len(letters)) as step:
        findings = check_letters(folder / str(year), edition, letters, step)
    for finding in findings:
        out.print(str(finding), markup=False)
    if findings:
        return Exit.NOT_IN_ORDER
    out.print(f"The edition of {year} is in order: {len(letters)} variants of its letter tried.")
    return Exit.DONE
