"""Arguments and options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from annual_review.cli.refusals import note_stack
from annual_review.domain.reporting_year import ReportingYear

_EARLIEST_YEAR = 1975
_LATEST_YEAR = 2999


def parse_year(value: str) -> ReportingYear:
    """Read a reporting year.

    Raises:
        BadParameter: It is none.
    """
    if not value.isascii() or not value.isdigit():
        raise typer.BadParameter("a year is a number such as 2020")
    if not _EARLIEST_YEAR <= int(value) <= _LATEST_YEAR:
        raise typer.BadParameter(f"a year lies between {_EARLIEST_YEAR} and {_LATEST_YEAR}")
    return ReportingYear(int(value))


def is_given(context: typer.Context, option: str) -> bool:
    """Whether somebody gave an option, though it be the value that it has by default."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


YearArgument = Annotated[ReportingYear, typer.Argument(parser=parse_year, metavar="YEAR")]
StackName = Annotated[
    str,
    typer.Option(
        "--stack",
        callback=note_stack,
        envvar="ANNUAL_REVIEW_STACK",
        help="Name of the deployed stack.",
    ),
]
AuthorityArgument = Annotated[
    str, typer.Argument(metavar="AUTHORITY", help="E07000075, or a part of its name.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation; for scripts.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")
]
By = Annotated[
    str,
    typer.Option(help="Who does this; kept in the history. Default: your login name."),
]
Reason = Annotated[str, typer.Option(help="Why; kept in the history.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="AUTHORITY",
        help="Only this authority's letter, by its code or a part of its name; may be given more"
        " than once.",
    ),
]
