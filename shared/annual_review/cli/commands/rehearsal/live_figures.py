"""Today's figures from a deployed stack, for `annual-review figures YEAR --live`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from annual_review.cli.forms import Form, write_csv, write_json
from annual_review.console import CommandError, out, show_list, show_table
from annual_review.domain.figures import AuthorityFigures, YearFigures
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import figures_record
from annual_review.services.figures.frozen_figures import sums_record
from annual_review.services.wording import LONDON, moment_of
from annual_review.views.authority_names import authority_in
from annual_review.views.figures import (
    LIVE_COLUMNS,
    about_live,
    counts_of_one,
    figures_of_all,
    figures_of_one,
    live_row,
    national_sums,
)
from annual_review.views.table import Row
from annual_review.wiring.advice import typed


def show_live(year: ReportingYear, authority: str | None, form: Form, stack: str) -> None:
    """Print the figures of all authorities, or of one, as they stand now.

    Raises:
        CommandError: There are none.
    """
    from annual_review.wiring.system import deployed

    system, at = deployed(stack), datetime.now(LONDON)
    code = authority_in(authority, system.directory.register, tuple) if authority else None
    figures = system.live_figures(year)
    chosen = [each for each in figures.authorities if code in {None, each.authority.code}]
    if not chosen:
        raise CommandError(
            f"{code} is not in the figures of {year}"
            if code
            else f"the register holds no authority that was in being in {year}: load it"
        )
    close = system.closes.latest(year)
    match form:
        case Form.JSON:
            write_json(_record(figures, chosen, close, at))
        case Form.CSV:
            write_csv(LIVE_COLUMNS, [live_row(each, year, at) for each in chosen])
        case Form.TABLE:
            title = f"Figures of {year} at {moment_of(at)}: NOT FROZEN"
            if code:
                _show_one(title, chosen[0])
            else:
                _show_all(title, figures)
            _tell_frozen(year, close, stack)


def _record(
    figures: YearFigures, chosen: Sequence[AuthorityFigures], close: Close | None, at: datetime
) -> Row:
    return {
        "year": figures.year.ends,
        "live": True,
        "frozen": False,
        "counted_at": at.isoformat(timespec="seconds"),
        "latest_frozen_revision": close.revision if close else None,
        "authorities": [figures_record(each) for each in chosen],
        **sums_record(figures),
    }


def _show_all(title: str, figures: YearFigures) -> None:
    show_list(figures_of_all(title, figures))
    show_table("", national_sums(figures))


def _show_one(title: str, each: AuthorityFigures) -> None:
    authority = each.authority
    kind = authority.type.value
    out.print(f"{authority.name} ({authority.code}), {kind}", style="bold", markup=False)
    show_list(figures_of_one(title, each))
    show_table("", counts_of_one(each))


def _tell_frozen(year: ReportingYear, close: Close | None, stack: str) -> None:
    """Say what these figures are not, and where those are."""
    told = about_live(year, close)
    if close:
        told = f"{told.removesuffix('.')}: {typed(f'status {year}', stack)} says where."
    out.print(f"\n{told}", markup=False)
