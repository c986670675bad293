"""The room *Figures*: every authority's statistics beside those of its type, frozen or live."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.desk import Desk
from annual_review.desk.figures.choice import SORTS, Choice, Figures, Only
from annual_review.desk.figures.lines import Line, Moment, lines_of, totals_of
from annual_review.desk.figures.months import HEIGHT, WIDTH, MonthBars
from annual_review.desk.figures.sources import DeployedFigures, FigureSource, RehearsedFigures
from annual_review.desk.forms import whole
from annual_review.desk.pages import SEEN, desk_of, page, year_of
from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import StatisticName
from annual_review.services.figures.closes import Close
from annual_review.services.figures.explain_comparisons import ComparisonExplanation
from annual_review.services.figures.frozen_figures import figures_table
from annual_review.views.explanation import view_of_comparison
from annual_review.views.figures import LIVE_COLUMNS, about_live, live_row
from annual_review.views.table import csv_of

CSV: Final = "text/csv; charset=utf-8"
_NOT_FOUND: Final = 404
_NOTHING_NEW: Final = 204


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page of figures shows, in its order, of how many."""

    choice: Choice
    moment: Moment
    close: Close | None
    lines: Sequence[Line]
    of: int

    @property
    def state(self) -> str:
        """What tells it from another moment's: it says nothing of a person or a case."""
        live = self.moment.live if self.choice.is_live else None
        folder = self.close.folder if self.close else ""
        told = folder, sorted(self.moment.changed), sorted(live.versions.items()) if live else ()
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def source_of(desk: Desk, year: ReportingYear, close: Close | None) -> FigureSource:
    """Return where the figures of a year come from."""
    if desk.rehearsal is not None:
        return RehearsedFigures(desk.rehearsal, year)
    return DeployedFigures(desk.system, year, desk.register, close, desk.kept)


def close_of(desk: Desk, year: ReportingYear) -> Close | None:
    """Return the latest close of a year; a rehearsal keeps none."""
    return desk.system.closes.latest(year) if desk.deployed else None


def moment_of(source: FigureSource) -> Moment:
    """Read the figures of a year, frozen and live."""
    return Moment(source.frozen(), source.live() if source.can_be_live else None)


def choice_of(request: Request, source: FigureSource, *, is_closed: bool) -> Choice:
    """Return what somebody wants to see."""
    return Choice.of(request.query_params, is_closed=is_closed, can_be_live=source.can_be_live)


def show(request: Request) -> Response:
    """Show the figures; to a page that knows them already, say that nothing is new."""
    shown = _shown(request)
    if request.query_params.get(SEEN) == shown.state:
        return Response(status_code=_NOTHING_NEW)
    figures = shown.moment.shown(is_live=shown.choice.is_live)
    year, changed = year_of(request), shown.moment.changed
    values = {
        "shown": shown,
        "choice": shown.choice,
        "figures": figures,
        "totals": [*totals_of(figures)] if figures else [],
        "changed": len([line for line in shown.lines if line.is_changed]) if changed else 0,
        "about": about_live(year, shown.close),
        "at": desk_of(request).clock(),
        "can_be_live": desk_of(request).deployed is not None,
        "statistics": [*StatisticName],
        "types": [*AuthorityType],
        "sorts": SORTS,
        "Figures": Figures,
        "Only": Only,
        "picture": (WIDTH, HEIGHT),
    }
    return page(request, "figures.html.j2", values)


def table(request: Request) -> Response:
    """Send what is shown as CSV, in the columns of the command."""
    shown, year = _shown(request), year_of(request)
    figures = shown.moment.shown(is_live=shown.choice.is_live)
    if figures is None:
        raise HTTPException(_NOT_FOUND)
    rows = tuple(line.figures for line in shown.lines)
    if shown.choice.is_live:
        at = desk_of(request).clock()
        text = csv_of(LIVE_COLUMNS, [live_row(each, year, at) for each in rows])
        return Response(text, media_type=CSV, headers=as_file(f"figures-{year}-live.csv"))
    name = f"figures-{year}-{figures.revision}.csv"
    content = figures_table(replace(figures, authorities=rows))
    return Response(content, media_type=CSV, headers=as_file(name))


def months(request: Request) -> Response:
    """Show the decisions of an authority by month, once its line is looked at."""
    desk, year = desk_of(request), year_of(request)
    source = source_of(desk, year, close_of(desk, year))
    code = AuthorityCode(request.path_params["code"])
    versions = request.query_params.get("versions", "")
    if versions and source.can_be_live:
        seen = tuple(whole(each) or 0 for each in versions.split("-"))
        found = source.months_live(code, seen, read=True)
    else:
        found = source.months_frozen(code, read=True)
    if found is None:
        raise HTTPException(_NOT_FOUND)
    values = {"bars": MonthBars(year, found), "picture": (WIDTH, HEIGHT)}
    return page(request, "figures_months.html.j2", values)


def comparison(request: Request) -> Response:
    """Show the authorities that a comparison is pooled over."""
    desk, year = desk_of(request), year_of(request)
    explained, choice = _explained(request)
    values = {
        "shown": view_of_comparison(explained),
        "explained": explained,
        "back": ("figures", "Figures"),
        "csv": f"figures/comparison.csv?{request.url.query}",
        "is_open": desk.deployed is not None and close_of(desk, year) is None,
        "choice": choice,
    }
    return page(request, "explanation.html.j2", values)


def comparison_table(request: Request) -> Response:
    """Send the authorities of a comparison as CSV, as the command does."""
    explained, _ = _explained(request)
    view = view_of_comparison(explained)
    name = f"{explained.rate}-{explained.type.value}-{explained.year}.csv"
    return Response(
        csv_of(view.columns, view.rows), media_type=CSV, headers=as_file(name.replace("_", "-"))
    )


def as_file(name: str) -> dict[str, str]:
    """Return the header by which a browser keeps an answer as a file."""
    return {"content-disposition": f'attachment; filename="{name}"'}


def _shown(request: Request) -> _Shown:
    desk, year = desk_of(request), year_of(request)
    close = close_of(desk, year)
    source = source_of(desk, year, close)
    moment = moment_of(source)
    choice = choice_of(request, source, is_closed=moment.frozen is not None)
    lines = lines_of(moment, source, desk.register, is_live=choice.is_live)
    chosen = choice.in_order(line for line in lines if choice.takes(line))
    return _Shown(choice, moment, close, chosen, len(lines))


def _explained(request: Request) -> tuple[ComparisonExplanation, Choice]:
    desk, year, query = desk_of(request), year_of(request), request.query_params
    close = close_of(desk, year)
    source = source_of(desk, year, close)
    is_closed = close is not None or not source.can_be_live
    choice = choice_of(request, source, is_closed=is_closed)
    if choice.type is None:
        raise HTTPException(_NOT_FOUND)
    rate = query.get("rate", "")
    return source.comparison(choice.type, rate, is_live=choice.is_live), choice


ROUTES: Final = (
    Route("/{year:int}/figures", show),
    Route("/{year:int}/figures/figures.csv", table),
    Route("/{year:int}/figures/months/{code}", months),
    Route("/{year:int}/figures/comparison", comparison),
    Route("/{year:int}/figures/comparison.csv", comparison_table),
)
