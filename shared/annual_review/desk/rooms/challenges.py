"""The room *Challenges*: what authorities object to before publication, and the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.forms import field, reason_in, whole
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.challenges import AnswerChallenge, NoteChallenge
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import FIRST_REVISION, Revision
from annual_review.services.errors import RefusalError
from annual_review.views.authority_names import authority_in
from annual_review.views.publication import challenges_of


class IncompleteError(RefusalError):
    """Something is missing in a form; the message says what."""


def show(request: Request) -> Response:
    """Show the challenges of the year: those that are open, and those that were answered."""
    desk, year = desk_of(request), year_of(request)
    found = desk.system.challenges.of_year(year)
    answered = [each for each in found if not each.is_open]
    title = f"Answered ({len(answered):,})"
    values = {
        "open": [each for each in found if each.is_open],
        "answered": replace(challenges_of(year, answered, desk.register), title=title),
        "names": sorted(each.name for each in desk.register.values()),
        "chosen": request.query_params.get("authority", ""),
    }
    return page(request, "challenges.html.j2", values)


def add(request: Request) -> Response:
    """Propose to write a challenge down."""
    desk, year = desk_of(request), year_of(request)
    objector, text = field(request, "objector"), field(request, "text")
    if not objector or not text:
        raise IncompleteError("Say who objects, and to what. Nothing was done.")
    named, codes = field(request, "authority"), desk.system.codes_of_letters(year)
    code = authority_in(named, lambda: desk.register, codes)
    back = room_path(year, "challenges")
    return propose(request, NoteChallenge(desk, year, code, objector, text, back))


def answer(request: Request) -> Response:
    """Propose to answer a challenge: the figures stand, or a re-issue has changed them."""
    desk, year = desk_of(request), year_of(request)
    code = AuthorityCode(request.path_params["code"])
    revision = _revision_in(request)
    reason = reason_in(request) if revision is None else field(request, "reason")
    number, back = request.path_params["number"], room_path(year, "challenges")
    return propose(request, AnswerChallenge(desk, year, code, number, reason, revision, back))


def _revision_in(request: Request) -> Revision | None:
    """Return the revision that changed the figures, `None` where they stand.

    Raises:
        IncompleteError: It is not said which, or names no re-issue.
    """
    match field(request, "verdict"), whole(field(request, "revision")):
        case "unchanged", _:
            return None
        case "changed", int(number) if number > FIRST_REVISION:
            return Revision(number)
        case _:
            raise IncompleteError(
                "Say whether the figures stand, or which revision changed them. Nothing was done."
            )


ROUTES: Final = (
    Route("/{year:int}/challenges", show, methods=["GET"]),
    Route("/{year:int}/challenges", add, methods=["POST"]),
    Route("/{year:int}/challenges/{code}/{number:int}", answer, methods=["POST"]),
)
