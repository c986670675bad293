"""`annual-review journal`: who did what in a year, when and why."""

from __future__ import annotations

from typing import Annotated

import typer

from annual_review.cli.forms import AsCsv, AsJson, Form, form_of, write_csv, write_json
from annual_review.cli.options import StackName, YearArgument
from annual_review.console import out, show_list
from annual_review.services.year_end.journal import JournalKind, chosen_entries
from annual_review.views.authority_names import authority_in
from annual_review.views.journal import COLUMNS, journal_table, row_of


def journal(
    year: YearArgument,
    authority: Annotated[
        str,
        typer.Option(help="Only what concerns this authority: its code or a part of its name."),
    ] = "",
    by: Annotated[str, typer.Option(help="Only what this person did.")] = "",
    kind: Annotated[
        list[JournalKind] | None,
        typer.Option(help="Only entries of this kind; may be given more than once."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    stack: StackName = "annual-review",
) -> None:
    """List who did what in a year, when and why, newest first. It changes nothing.

    Approvals, holds, resends and re-issues of letters, reviews of paragraphs, notes, phases,
    sending stops, accepted volumes, repairs, challenges and publications, out of their records.
    What one act did to several letters is one line; as CSV and JSON each letter has its own.

    Exit status: 0.
    """
    from annual_review.wiring.journal import read_journal
    from annual_review.wiring.system import deployed

    form, system = form_of(is_json=as_json, is_csv=as_csv), deployed(stack)
    register = system.directory.register()
    read_codes = system.codes_of_letters(year)
    code = authority_in(authority, lambda: register, read_codes) if authority else None
    entries = chosen_entries(
        read_journal(system, year), by=by.strip(), kinds=kind or (), authority=code
    )
    match form:
        case Form.JSON:
            write_json({"year": year.ends, "entries": [row_of(each) for each in entries]})
        case Form.CSV:
            write_csv(COLUMNS, [row_of(each) for each in entries])
        case Form.TABLE if entries:
            show_list(journal_table(f"Journal of {year}", entries, register))
        case Form.TABLE:
            out.print(f"Nothing of the kind happened in {year}.", markup=False)
