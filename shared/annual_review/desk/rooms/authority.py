"""The room *Authority*: its figures with the cases behind them, its letters, and who gets them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.desk import Desk
from annual_review.desk.figures.choice import Choice, Figures
from annual_review.desk.figures.months import HEIGHT, WIDTH, MonthBars
from annual_review.desk.figures.sources import FigureSource
from annual_review.desk.forms import whole
from annual_review.desk.pages import desk_of, page, room_path, see, year_of
from annual_review.desk.rooms.figures import CSV, as_file, choice_of, close_of, moment_of, source_of
from annual_review.desk.rooms.letters import source_of as letters_of
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import ComplianceOutcome, DecisionOutcome, Subject
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.publication.challenges import Challenge
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import StatisticName
from annual_review.domain.tallies import MEASURES, NUMBERS, Tally, subject_measure
from annual_review.rendering.pages.thumbnails import HEIGHT as HEIGHT_OF_PAGES
from annual_review.rendering.pages.thumbnails import WIDTH as WIDTH_OF_PAGES
from annual_review.services.errors import MissingError
from annual_review.services.figures.counted_cases import decisions_by_month
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.explain_figures import Explanation
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter, current_letters
from annual_review.services.letters.letter_recipients import recipient_on
from annual_review.views.authority_names import authority_in
from annual_review.views.explanation import view_of_number
from annual_review.views.letters import history_of
from annual_review.views.publication import answer_of
from annual_review.views.table import csv_of
from annual_review.wiring.dates import expected_issue_date

_NOT_FOUND: Final = 404
_NUMBERS_BY_SUBJECT: Final[Mapping[str, Sequence[str]]] = {
    "Decisions": ("decisions", *(each.value for each in DecisionOutcome), "satisfactory_remedy"),
    "Compliance": ("compliance_outcomes", *(each.value for each in ComplianceOutcome)),
    "Subjects": [subject_measure(each) for each in Subject],
}
"""The numbers of a tally, in groups as people read them."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A measure that is another today than was frozen."""

    measure: str
    frozen: int
    today: int


def find(request: Request) -> Response:
    """Lead to the authority that somebody means by its code or a part of its name."""
    desk, year = desk_of(request), year_of(request)
    of_letters = desk.system.codes_of_letters(year) if desk.deployed else tuple
    code = authority_in(request.query_params.get("text", ""), lambda: desk.register, of_letters)
    return see(room_path(year, f"authorities/{quote(code, safe='')}"))


def show(request: Request) -> Response:
    """Show an authority."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    close = close_of(desk, year)
    source = source_of(desk, year, close)
    moment, record = moment_of(source), source.record(code)
    choice = choice_of(request, source, is_closed=moment.frozen is not None)
    present = desk.register.present_code(code)
    live = moment.live.figures.by_code.get(present) if moment.live else None
    figures = live if choice.is_live else record.figures if record else None
    authority = desk.register.find(code)
    if authority is None and figures is None:
        raise HTTPException(_NOT_FOUND)
    values = {
        "code": code,
        "authority": authority or (figures and figures.authority),
        "figures": figures,
        "record": record,
        "changes": _changes(record.figures.tally, live) if record else (),
        "choice": choice,
        "close": close,
        "Figures": Figures,
        "can_be_live": source.can_be_live,
        "statistics": [*StatisticName],
        "earlier": record.earlier if record else None if source.can_be_live else (),
        "bars": None if choice.is_live or not record else _bars(record),
        "versions": moment.live.versions.get(present, ()) if moment.live else (),
        "picture": (WIDTH, HEIGHT),
        "groups": _groups(figures.tally) if figures else (),
        **_around(desk, request),
    }
    return page(request, "authority.html.j2", values)


def earlier(request: Request) -> Response:
    """Show what stood frozen of an authority before a year that is not closed."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    documents, closes = desk.system.stack.documents, desk.system.closes
    found = earlier_years(documents, closes, year, desk.register)
    values = {
        "code": code,
        "earlier": found.get(desk.register.present_code(code), ()),
        "statistics": [*StatisticName],
    }
    return page(request, "authority_earlier.html.j2", values)


def cases(request: Request) -> Response:
    """Show the cases that a number is made of."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    explained, choice = _explained(request)
    values = {
        "shown": view_of_number(explained),
        "explained": explained,
        "back": (f"authorities/{quote(code, safe='')}", desk.name(code)),
        "csv": f"authorities/{quote(code, safe='')}/cases.csv?{request.url.query}",
        "is_open": desk.deployed is not None and close_of(desk, year) is None,
        "choice": choice,
    }
    return page(request, "explanation.html.j2", values)


def cases_table(request: Request) -> Response:
    """Send the cases of a number as CSV, as the command does."""
    explained, _ = _explained(request)
    view = view_of_number(explained)
    name = "".join(each if each.isalnum() else "-" for each in explained.number)
    name = f"{name}-{explained.tally.authority}-{explained.tally.year}.csv"
    return Response(csv_of(view.columns, view.rows), media_type=CSV, headers=as_file(name))


def _explained(request: Request) -> tuple[Explanation, Choice]:
    desk, year, query = desk_of(request), year_of(request), request.query_params
    close = close_of(desk, year)
    source: FigureSource = source_of(desk, year, close)
    is_closed = close is not None or not source.can_be_live
    choice = choice_of(request, source, is_closed=is_closed)
    given = whole(query.get("revision", ""))
    revision = None if given is None or choice.is_live else Revision(given)
    number = source.number(
        _code(request), query.get("number", ""), is_live=choice.is_live, revision=revision
    )
    return number, choice


def _bars(record: FrozenAuthority) -> MonthBars:
    return MonthBars(record.year, decisions_by_month(record.year, record.cases))


def _code(request: Request) -> AuthorityCode:
    return AuthorityCode(request.path_params["code"])


def _groups(tally: Tally) -> Sequence[tuple[str, Sequence[tuple[str, str, int]]]]:
    """Return the numbers of a tally in groups: what each is called, its words, and how many."""
    return [
        (
            title,
            [
                (name, _words(name), sum(tally[measure] for measure in NUMBERS[name]))
                for name in names
                if not NUMBERS[name] <= tally.unknown
            ],
        )
        for title, names in _NUMBERS_BY_SUBJECT.items()
    ]


def _words(name: str) -> str:
    return name.removeprefix("subject:").replace("_", " ")


def _changes(frozen: Tally, live: AuthorityFigures | None) -> Sequence[_Change]:
    """Return what has changed since the freeze; what was not counted then says nothing."""
    if live is None:
        return ()
    return [
        _Change(_words(measure), frozen[measure], live.tally[measure])
        for measure in MEASURES
        if measure not in frozen.unknown and frozen[measure] != live.tally[measure]
    ]


def _around(desk: Desk, request: Request) -> Mapping[str, Any]:
    """Return what is known of an authority beside its figures."""
    year, code = year_of(request), _code(request)
    codes = {code, *desk.register.codes_of(code)}
    letters, current = _letters(desk, year, codes)
    challenges: Sequence[Challenge] = ()
    if desk.deployed:
        found = (desk.deployed.challenges.of_authority(year, each) for each in sorted(codes))
        challenges = [each for of_code in found for each in of_code]
    authority = desk.register.find(code)
    return {
        "current": current,
        "thumbnail": (WIDTH_OF_PAGES, HEIGHT_OF_PAGES),
        "letters": [(each, history_of(each)) for each in reversed(letters)],
        "challenges": [(each, answer_of(each)) for each in challenges],
        "recipient": _recipient(desk, request),
        "issue_date": expected_issue_date(year),
        "successors": [
            (each, desk.name(each)) for each in (authority.successors if authority else ())
        ],
    }


def _letters(
    desk: Desk, year: ReportingYear, codes: Collection[AuthorityCode]
) -> tuple[Sequence[Letter], Letter | None]:
    """Return the letters of an authority, and the one that counts, whose pages are to be shown.

    A rehearsal has no letters but those that count.
    """
    of_year = desk.deployed.letters.of_year(year) if desk.deployed else ()
    letters = [each for each in of_year if each.id.authority in codes]
    counting = letters if desk.deployed else letters_of(desk, year).letters()
    found = [each for each in current_letters(counting).values() if each.id.authority in codes]
    current = max(found, key=lambda each: each.id, default=None)
    if current:
        desk.shelf.list([current])
    return letters, current


def _recipient(desk: Desk, request: Request) -> Recipient | None:
    directory = desk.deployed.directory if desk.deployed else desk.inputs.directory
    day = expected_issue_date(year_of(request))
    try:
        return recipient_on(_code(request), day, desk.register.find, directory.recipient)
    except MissingError:
        return None


ROUTES: Final = (
    Route("/{year:int}/authorities", find),
    Route("/{year:int}/authorities/{code}", show),
    Route("/{year:int}/authorities/{code}/earlier", earlier),
    Route("/{year:int}/authorities/{code}/cases", cases),
    Route("/{year:int}/authorities/{code}/cases.csv", cases_table),
)
