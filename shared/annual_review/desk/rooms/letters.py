"""The room *Letters*: every letter of the year, to be read, approved and held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.desk.advice import where_to
from annual_review.desk.desk import Desk
from annual_review.desk.forms import field, fields, reason_in
from annual_review.desk.guards import LETTER_POLICY
from annual_review.desk.pages import desk_of, page, propose, room_path, see, year_of
from annual_review.desk.proposals.approve import Approve
from annual_review.desk.proposals.hold import Hold, Unhold
from annual_review.desk.reading.lines import Choice, Counts, Line, lines_of
from annual_review.desk.reading.opened import opened
from annual_review.desk.reading.shelf import Reading
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import StatisticName
from annual_review.rendering.pages.review_page import KINDS
from annual_review.rendering.pages.thumbnails import HEIGHT, WIDTH
from annual_review.services.dispatch.approve_letters import ReadLetter
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import Letter, chosen_letters
from annual_review.services.review.review_sources import NothingToReviewError, ReviewSource
from annual_review.views.letters import history_of

_ROOM: Final = "letters"
_NOT_FOUND: Final = 404
_TYPES: Final = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoneChosenError(RefusalError):
    """It has to be said which letters are meant."""


def source_of(desk: Desk, year: ReportingYear) -> ReviewSource:
    """Return where the letters of a year come from: the deployed system, or the rehearsal."""
    if desk.rehearsal is not None:
        from annual_review.rehearsal.review import RehearsedSource

        return RehearsedSource(desk.rehearsal, year)
    known = InMemoryDirectory(desk.register, {})
    return replace(desk.system.kept_letters(year), directory=known)


def show(request: Request) -> Response:
    """Show the letters of the year; flags come as fast as their records are read."""
    desk, year = desk_of(request), year_of(request)
    source = source_of(desk, year)
    try:
        letters = source.letters()
    except NothingToReviewError as error:
        first, *more = str(error).splitlines()
        nothing = {"first": first, "more": more, "advice": where_to(desk, error.command)}
        return page(request, "letters_none.html.j2", nothing)
    is_part = request.headers.get("hx-request") == "true"
    records = desk.shelf.records
    records.fetch(letters, source.frozen, again=not is_part)
    desk.shelf.list(letters)
    lines = lines_of(letters, source, desk.shelf, desk.register)
    choice = Choice.of(request.query_params)
    shown = [line for line in choice.in_order(lines) if choice.takes(line)]
    values = {
        "source": source.name,
        "lines": shown,
        "first": next((each for each in shown if each.is_to_be_read), shown[0] if shown else None),
        "all": len(lines),
        "to_read": len(records.missing(letters)),
        "prepared": sum(line.is_prepared for line in shown),
        "counts": Counts.of(lines),
        "choice": choice,
        "statistics": [*StatisticName],
        "Reading": Reading,
        "thumbnail": (WIDTH, HEIGHT),
    }
    return page(request, "letters.html.j2", values)


def read(request: Request) -> Response:
    """Show one letter as it would be sent, with what a reader should look at beside it."""
    desk, year = desk_of(request), year_of(request)
    source = source_of(desk, year)
    letters = source.letters()
    [letter] = chosen_letters(letters, [_code(request)])
    desk.shelf.records.fetch(letters, source.frozen, again=False)
    desk.shelf.list([letter])
    choice = Choice.of(request.query_params)
    lines = choice.in_order(lines_of(letters, source, desk.shelf, desk.register))
    values = {
        "opened": opened(letter, source, desk.shelf),
        "history": history_of(letter),
        "neighbours": _neighbours(lines, choice, letter.id.authority),
        "choice": choice,
        "counts": Counts.of(lines),
        "all": len(lines),
        "reading": desk.shelf.reading_of(letter),
        "Reading": Reading,
        "kinds": KINDS,
        "LetterState": LetterState,
        "here": room_path(year, _ROOM),
    }
    return page(request, "letter.html.j2", values)


def mark_read(request: Request) -> Response:
    """Note that the person has read the letter that the page showed, and go on to the next."""
    desk, year = desk_of(request), year_of(request)
    letter = _shown(request, field(request, "letter"), field(request, "message"))
    desk.shelf.mark_read(letter)
    return see(_next(request, year))


def approve_read(request: Request) -> Response:
    """Propose to approve what the person has read."""
    desk, year = desk_of(request), year_of(request)
    back = _list(year, _choice_in(request))
    read = desk.shelf.read_in(year)
    codes = sorted({letter.authority for letter in read})
    if not codes:
        return see(back)
    return propose(request, Approve(desk, year, codes, read, back, "Approve what you have read"))


def approve(request: Request) -> Response:
    """Propose to approve the present versions of the chosen letters, and no later ones."""
    letters = desk_of(request).system.letters.of_year(year_of(request))
    return _approve_as_they_lie(request, chosen_letters(letters, _chosen(request)))


def approve_shown(request: Request) -> Response:
    """Propose to approve the present version of every prepared letter of the list."""
    desk, choice = desk_of(request), _choice_in(request)
    source = source_of(desk, year_of(request))
    lines = lines_of(source.letters(), source, desk.shelf, desk.register)
    shown = [line.letter for line in lines if choice.takes(line) and line.is_prepared]
    if not shown:
        raise NoneChosenError(
            "None of the letters shown is waiting for approval. Nothing was done."
        )
    return _approve_as_they_lie(request, shown)


def hold(request: Request) -> Response:
    """Propose to hold letters; one that is being read leads on to the next."""
    desk, year = desk_of(request), year_of(request)
    chosen, reason, back = _chosen(request), reason_in(request), _back(request, year)
    onward = _next(request, year) if field(request, "reading") else ""
    return propose(request, Hold(desk, year, chosen, reason, back, onward))


def unhold(request: Request) -> Response:
    """Propose to end the hold of letters."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, Unhold(desk, year, _chosen(request), _back(request, year)))


def thumbnail(request: Request) -> Response:
    """Send a thumbnail of the letter that a page showed."""
    desk, number = desk_of(request), request.path_params["number"]
    letter, sha256 = _pictured(request)
    if number not in {1, 2}:
        raise HTTPException(_NOT_FOUND)
    picture = desk.shelf.pictures.thumbnail(sha256, number, lambda: _pdf(desk, letter))
    return Response(picture, media_type="image/png")


def picture(request: Request) -> Response:
    """Send a page of the letter that a page showed, as large as it is read."""
    desk = desk_of(request)
    letter, sha256 = _pictured(request)
    number = request.path_params["number"]
    try:
        drawn = desk.shelf.pictures.page(sha256, number, lambda: _pdf(desk, letter))
    except ValueError:
        raise HTTPException(_NOT_FOUND) from None
    return Response(drawn, media_type="image/png")


def document(request: Request) -> Response:
    """Send a letter in one of the forms in which its message brings it."""
    desk, kind = desk_of(request), request.path_params["kind"]
    letter, _ = _pictured(request)
    documents = _documents(desk, letter)
    if kind not in KINDS or kind not in documents:
        raise HTTPException(_NOT_FOUND)
    headers = {"content-disposition": f'inline; filename="{letter.id.tag}.{kind}"'}
    if kind == "html":
        headers["content-security-policy"] = LETTER_POLICY
    return Response(documents[kind], media_type=_TYPES[kind], headers=headers)


def _documents(desk: Desk, letter: Letter) -> Mapping[str, bytes]:
    return desk.shelf.documents(letter, source_of(desk, letter.id.year).shown)


def _pdf(desk: Desk, letter: Letter) -> bytes:
    return _documents(desk, letter).get("pdf", b"")


def _pictured(request: Request) -> tuple[Letter, str]:
    sha256 = request.query_params.get("message", "")
    return _shown(request, request.query_params.get("letter", ""), sha256), sha256


def _shown(request: Request, tag: str, message_sha256: str) -> Letter:
    """Return the letter that a page of this desk showed, whatever was prepared since."""
    try:
        id_ = LetterId.from_tag(tag)
    except ValueError:
        raise HTTPException(_NOT_FOUND) from None
    letter = desk_of(request).shelf.listed(id_, message_sha256)
    if letter is None or id_.authority != _code(request) or id_.year != year_of(request):
        raise HTTPException(_NOT_FOUND)
    return letter


def _code(request: Request) -> AuthorityCode:
    return AuthorityCode(request.path_params["code"])


def _chosen(request: Request) -> list[AuthorityCode]:
    """Return the letters that a form names; for a service, naming none would mean all."""
    found = [AuthorityCode(code) for code in fields(request, "authority")]
    if not found:
        raise NoneChosenError(
            "Choose letters first, by the box before their code. Nothing was done."
        )
    return found


def _approve_as_they_lie(request: Request, letters: Sequence[Letter]) -> Response:
    desk, year = desk_of(request), year_of(request)
    now = {each.id: ReadLetter(each.figures_sha256, each.message_sha256) for each in letters}
    codes = [each.id.authority for each in letters]
    return propose(request, Approve(desk, year, codes, now, _list(year, _choice_in(request))))


def _choice_in(request: Request) -> Choice:
    return Choice.of(QueryParams(field(request, "choice").removeprefix("?")))


def _list(year: ReportingYear, choice: Choice) -> str:
    return room_path(year, _ROOM) + choice.query


def _letter_path(year: ReportingYear, code: str, choice: Choice) -> str:
    return room_path(year, f"{_ROOM}/{quote(code, safe='')}") + choice.query


def _back(request: Request, year: ReportingYear) -> str:
    """Return the page from which a form came: the letter that was being read, or the list."""
    choice, reading = _choice_in(request), field(request, "reading")
    return _letter_path(year, reading, choice) if reading else _list(year, choice)


def _next(request: Request, year: ReportingYear) -> str:
    choice, code = _choice_in(request), field(request, "next")
    return _letter_path(year, code, choice) if code else _list(year, choice)


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The letters before and after one, of those that are shown; and its place among them."""

    previous: Line | None
    next: Line | None
    place: int
    shown: int


def _neighbours(lines: Sequence[Line], choice: Choice, code: AuthorityCode) -> _Neighbours:
    [at] = [place for place, line in enumerate(lines) if line.code == code]
    before = [line for line in lines[:at] if choice.takes(line)]
    after = [line for line in lines[at + 1 :] if choice.takes(line)]
    is_shown = choice.takes(lines[at])
    return _Neighbours(
        before[-1] if before else None,
        after[0] if after else None,
        len(before) + 1 if is_shown else 0,
        len(before) + is_shown + len(after),
    )


_LETTER: Final = "/{year:int}/letters/{code}"

ROUTES: Final = (
    Route("/{year:int}/letters", show, methods=["GET"]),
    Route("/{year:int}/letters/approve", approve, methods=["POST"]),
    Route("/{year:int}/letters/approve-read", approve_read, methods=["POST"]),
    Route("/{year:int}/letters/approve-shown", approve_shown, methods=["POST"]),
    Route("/{year:int}/letters/hold", hold, methods=["POST"]),
    Route("/{year:int}/letters/unhold", unhold, methods=["POST"]),
    Route(_LETTER, read, methods=["GET"]),
    Route(f"{_LETTER}/read", mark_read, methods=["POST"]),
    Route(f"{_LETTER}/thumbnail/{{number:int}}.png", thumbnail),
    Route(f"{_LETTER}/page/{{number:int}}.png", picture),
    Route(f"{_LETTER}/letter.{{kind}}", document),
)
