"""What the desk says where something is wrong: why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from annual_review.adapters.files.input_files import InputFileError
from annual_review.console import CommandError
from annual_review.desk.advice import Advice, where_to
from annual_review.desk.guards import AS_A_PART, is_for_a_part, protect
from annual_review.desk.pages import SEEN, desk_of, page
from annual_review.services.errors import PortError, RefusalError

if TYPE_CHECKING:
    from starlette.requests import Request

_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_UNAVAILABLE: Final = 503
_FAILED: Final = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a title and some sentences, and a command that helps.

    `again` asks for the figures once more, whatever the page has seen of them before.
    """

    title: str
    first: str
    more: Sequence[str] = ()
    advice: Advice | None = None
    again: str = ""


def _shown(request: Request, status: int, problem: Problem) -> Response:
    """Show a problem as a page, or in the place of the part that htmx asked for."""
    is_part = is_for_a_part(request.headers)
    template = "problem_part.html.j2" if is_part else "problem.html.j2"
    if is_part and SEEN in request.query_params:
        asked = request.url.remove_query_params(SEEN)
        problem = replace(problem, again=f"{asked.path}?{asked.query}")
    response = page(request, template, {"problem": problem}, status=status)
    if is_part:
        response.headers.update(AS_A_PART)
    return response


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)  # noqa: S101 (Starlette's handlers take any exception)
    first, *more = str(error).splitlines()
    advice = where_to(desk_of(request), error.command)
    return _shown(request, _CONFLICT, Problem("This was refused", first, more, advice))


def _failed(request: Request, error: Exception) -> Response:
    first = f"{error} ({type(error).__name__})"
    more = ["What was done so far is kept. Try again."]
    return _shown(request, _UNAVAILABLE, Problem("AWS did not do its part", first, more))


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputFileError)  # noqa: S101 (Starlette's handlers take any exception)
    first = f"{error.path} can't be used"
    return _shown(request, _CONFLICT, Problem("A file can't be read", first, error.problems))


def _wrong(request: Request, error: Exception) -> Response:
    assert isinstance(error, CommandError)  # noqa: S101 (Starlette's handlers take any exception)
    first, *more = error.lines
    return _shown(request, _CONFLICT, Problem("This can't be done", first, more))


def _broken(request: Request, error: Exception) -> Response:
    # The message may hold what stands in letters: the page names the type alone.
    first = f"The desk failed: {type(error).__name__}."
    more = ["What was done so far is kept. Check the state of the year, and try again."]
    response = _shown(request, _FAILED, Problem("The desk failed", first, more))
    protect(response.headers)  # it answers before what every other answer passes
    return response


def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (Starlette's handlers take any exception)
    if error.status_code != _NOT_FOUND:
        return PlainTextResponse(f"{error.detail}\n", error.status_code)
    first = "There is no such page. Choose a room."
    return _shown(request, _NOT_FOUND, Problem("Not found", first))


HANDLERS: Final = {
    RefusalError: _refused,
    PortError: _failed,
    InputFileError: _unreadable,
    CommandError: _wrong,
    HTTPException: _not_found,
    Exception: _broken,
}
"""What answers for an exception, by its type."""
