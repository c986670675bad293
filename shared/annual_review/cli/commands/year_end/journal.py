"""`annual-review journal`: who did what in a year, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from annual_review.cli.forms import AsCsv, AsJson, Form, form_of, write_csv, write_json
from annual_review.cli.options import StackName, YearArgument
from annual_review.console import out, show_list
from annual_review.domain.authorities import Register
from annual_review.services.wording import moment_of
from annual_review.services.year_end.journal import (
    COLUMNS,
    JournalEntry,
    JournalKind,
    as_acts,
    chosen_entries,
)
from annual_review.views.authority_names import named_together
from annual_review.views.table import Table


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
    code = system.authority(year, authority) if authority else None
    entries = chosen_entries(
        read_journal(system, year), by=by.strip(), kinds=kind or (), authority=code
    )
    match form:
        case Form.JSON:
            write_json({"year": year.ends, "entries": [each.record for each in entries]})
        case Form.CSV:
            write_csv(COLUMNS, [each.record for each in entries])
        case Form.TABLE if entries:
            show_list(_table(f"Journal of {year}", as_acts(entries), register))
        case Form.TABLE:
            out.print(f"Nothing of the kind happened in {year}.", markup=False)


def _table(title: str, acts: Iterable[JournalEntry], register: Register) -> Table:
    rows = [
        (
            moment_of(act.at),
            act.by,
            f"{act.kind.value}: {act.what}",
            act.about,
            act.why,
            named_together(act.authorities, register),
        )
        for act in acts
    ]
    return Table(title, ("when", "who", "what", "about", "why", "authority"), rows)
