"""Options that name files, and the notice of how a file was read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from annual_review.console import err

INPUT: Final[dict[str, Any]] = {"exists": True, "dir_okay": False, "readable": True}
"""What holds of every file that is read."""

AUTHORITIES: Final = typer.Option(
    **INPUT,
    help="Register as CSV: code,name,type; and, where they are there: in_being_from,"
    " in_being_to, successor, population, former_codes (joined by +).",
)
Authorities = Annotated[Path, AUTHORITIES]
Recipients = Annotated[
    Path,
    typer.Option(
        **INPUT,
        help="Recipients as CSV: code,addressee,job_title,salutation,email,cc (cc joined by ;).",
    ),
]
EVENTS: Final = typer.Option(
    **INPUT, help="Events, one JSON object a line, as they come over the bus."
)
Events = Annotated[Path, EVENTS]
OUT: Final = typer.Option(file_okay=False, help="Folder to write to; results go to OUT/YEAR.")
Out = Annotated[Path, OUT]


def tell_how_read(notice: str) -> None:
    """Say on standard error how a file was read that is written in an unusual way."""
    err.print(notice, markup=False)
