"""The room *Paragraphs*: what letters say of authorities' own performance, reviewed one by one.

Here a form acts at once. Its page shows all that would be done, the text and the letter with it;
nothing is done if the paragraphs have changed since; and what was done can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from annual_review.desk.advice import where_to
from annual_review.desk.desk import Desk
from annual_review.desk.forms import field, reason_in, whole
from annual_review.desk.guards import LETTER_POLICY
from annual_review.desk.pages import desk_of, page, room_path, see, year_of
from annual_review.desk.reading.drafts import Draft, DraftError
from annual_review.desk.reading.paragraph_lines import (
    Around,
    Choice,
    ParagraphLine,
    Progress,
    known_of,
    lines_of,
    news_since,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import LONGEST_TEXT, Origin, ParagraphError, Status
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview import PreviewSource, rehearsed_source
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import current_letters
from annual_review.services.letters.reopen_letters import may_be_prepared
from annual_review.services.review.letter_differences import differing_passages
from annual_review.services.review.noted_paragraphs import NotedParagraphs, noted_paragraphs
from annual_review.services.review.review_paragraphs import Request as Asked
from annual_review.services.review.review_paragraphs import Reviewed, ReviewParagraphs
from annual_review.views.paragraphs import sum_of

_NOT_FOUND: Final = 404
_CONFLICT: Final = 409

Change = Callable[[ReviewParagraphs, Asked], Reviewed]


class UnsavedTextError(RefusalError):
    """A paragraph was to be kept as it is, and another text stands in its form."""


def show(request: Request) -> Response:
    """List the paragraphs of the year, or those that are wanted."""
    desk, year = desk_of(request), year_of(request)
    letters = _letters(desk, year)
    lines, choice = lines_of(letters, desk.register), Choice.of(request.query_params)
    chosen = choice.of_lines(lines)
    if chosen:
        code, one = chosen[0].code, chosen[0].one
        desk.drafts.warm((year, code), one.id, one.text, lambda: _source(desk, year, code))
    values = {
        "lines": chosen,
        "choice": choice,
        "progress": Progress.of(lines),
        "sum": sum_of([each for each in letters if each.once_prepared.paragraphs]),
        "onward": next((line for line in chosen if line.to_review), None),
        "done": _line(lines, request.query_params.get("after", "")),
        "statuses": [*Status],
        "families": [*Family],
        "origins": [*Origin],
    }
    return page(request, "paragraphs.html.j2", values)


def read(request: Request) -> Response:
    """Show one paragraph, to be decided about."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    desk.drafts.forget((year, code))
    return _paragraph(request)


def letter(request: Request) -> Response:
    """Draw the letter with the text as it stands in the form."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    try:
        text = desk.drafts.check(field(request, "text"), desk.clock().date())
        draft = desk.drafts.make(
            (year, code), request.path_params["id"], text, lambda: _source(desk, year, code)
        )
    except (DraftError, ParagraphError) as error:
        return page(request, "paragraph_letter.html.j2", {"problem": str(error), "draft": None})
    values = {"problem": "", "draft": draft, "length": len(text), "longest": LONGEST_TEXT}
    return page(request, "paragraph_letter.html.j2", values)


def standing(request: Request) -> Response:
    """Show how the letter stands that a change would take back."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    found = current_letters(desk.system.letters.of_year(year)).get(code)
    values = {"letter": found, "may_change": found is not None and may_be_prepared(found)}
    return page(request, "paragraph_standing.html.j2", values)


def keep(request: Request) -> Response:
    """Keep a paragraph as it reads."""
    id_, text = request.path_params["id"], _on_one_line(field(request, "text"))

    def kept(service: ReviewParagraphs, asked: Asked) -> Reviewed:
        if text != _on_one_line(field(request, "was")):
            raise UnsavedTextError(
                "You have changed the text, and nothing was done: save the edit, or load the page"
                " again to leave the text as it was."
            )
        return service.keep(asked, [id_])

    return _act(request, kept)


def edit(request: Request) -> Response:
    """Give a paragraph the text that stands in the form."""

    def edited(service: ReviewParagraphs, asked: Asked) -> Reviewed:
        text = desk_of(request).drafts.check(field(request, "text"), asked.act.at.date())
        return service.edit(asked, request.path_params["id"], text)

    return _act(request, edited)


def remove(request: Request) -> Response:
    """Remove a paragraph from its letter, with a reason."""

    def removed(service: ReviewParagraphs, asked: Asked) -> Reviewed:
        return service.remove(asked, request.path_params["id"], reason_in(request))

    return _act(request, removed)


def undo(request: Request) -> Response:
    """Take the last decision about a paragraph back, and show the paragraph."""

    def undone(service: ReviewParagraphs, asked: Asked) -> Reviewed:
        return service.undo(asked, request.path_params["id"])

    return _act(request, undone, is_to_stay=True)


def draft_page(request: Request) -> Response:
    """Draw a page of a letter that was shown."""
    desk, draft, number = desk_of(request), _draft(request), request.path_params["number"]
    if not 1 <= number <= draft.pages:
        raise HTTPException(_NOT_FOUND)
    return Response(desk.drafts.picture(draft, number), media_type="image/png")


def draft_message(request: Request) -> Response:
    """Show a letter that was shown as the email has it."""
    headers = {"content-security-policy": LETTER_POLICY}
    return HTMLResponse(_draft(request).html, headers=headers)


def _act(request: Request, change: Change, *, is_to_stay: bool = False) -> Response:
    """Do what a form asks for, and go on; or show the paragraph again with why it was refused."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    service = desk.system.review_paragraphs()
    seen = whole(field(request, "seen"))
    try:
        change(service, Asked(year, code, desk.act(), -1 if seen is None else seen))
    except RefusalError as error:
        return _paragraph(request, error)
    done = f"{code}/{request.path_params['id']}"
    onward = done if is_to_stay else field(request, "onward")
    choice = {**request.query_params, "after": done}
    return see(f"{room_path(year, 'paragraphs')}/{onward}".rstrip("/") + f"?{urlencode(choice)}")


def _paragraph(request: Request, refused: RefusalError | None = None) -> Response:
    desk, year = desk_of(request), year_of(request)
    lines, choice = lines_of(_letters(desk, year), desk.register), Choice.of(request.query_params)
    path = f"{_code(request)}/{request.path_params['id']}"
    around = Around.find(choice.of_lines(lines), path) or Around.find(lines, path)
    if around is None:
        raise HTTPException(_NOT_FOUND)
    line = around.line
    values = {
        "around": around,
        "line": line,
        "choice": choice,
        "progress": Progress.of(lines),
        "done": None if refused else _line(lines, request.query_params.get("after", "")),
        "text": field(request, "text") if refused else line.one.text,
        "refused": str(refused).splitlines() if refused else (),
        "advice": where_to(desk, refused.command) if refused else None,
        "news": news_since(field(request, "known"), line) if refused else (),
        "known": known_of(line),
        "differing": differing_passages,
        "longest": LONGEST_TEXT,
        "may_act": desk.deployed is not None and not line.waits,
    }
    return page(request, "paragraph.html.j2", values, _CONFLICT if refused else 200)


def _letters(desk: Desk, year: ReportingYear) -> Sequence[NotedParagraphs]:
    if desk.deployed:
        return noted_paragraphs(desk.deployed.paragraphs, year, desk.clock())
    from annual_review.rehearsal.own_paragraphs import rehearsed_paragraphs
    from annual_review.rendering.editions.edition import edition_for
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS

    assert desk.rehearsal is not None  # noqa: S101 (a desk has the one or the other)
    edition = edition_for(SHIPPED_EDITIONS, year)
    return rehearsed_paragraphs(desk.rehearsal, desk.inputs, year, edition, desk.clock())


def _source(desk: Desk, year: ReportingYear, code: AuthorityCode) -> PreviewSource:
    if desk.deployed:
        return desk.deployed.preview_source(year, code, is_live=False)
    assert desk.rehearsal is not None  # noqa: S101 (a desk has the one or the other)
    return rehearsed_source(desk.rehearsal, desk.inputs, year, code)


def _line(lines: Sequence[ParagraphLine], path: str) -> ParagraphLine | None:
    return next((line for line in lines if line.path == path), None)


def _code(request: Request) -> AuthorityCode:
    return AuthorityCode(request.path_params["code"])


def _draft(request: Request) -> Draft:
    draft = desk_of(request).drafts.get(request.path_params["draft"])
    if draft is None:
        raise HTTPException(_NOT_FOUND)
    return draft


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


_ONE: Final = "/{year:int}/paragraphs/{code}/{id}"
_DRAFT: Final = "/{year:int}/paragraphs/drafts/{draft}"
ROUTES: Final = (
    Route("/{year:int}/paragraphs", show, methods=["GET"]),
    Route(f"{_DRAFT}/{{number:int}}.png", draft_page, methods=["GET"]),
    Route(f"{_DRAFT}/letter.html", draft_message, methods=["GET"]),
    Route(_ONE, read, methods=["GET"]),
    Route(f"{_ONE}/letter", letter, methods=["POST"]),
    Route(f"{_ONE}/standing", standing, methods=["GET"]),
    Route(f"{_ONE}/keep", keep, methods=["POST"]),
    Route(f"{_ONE}/edit", edit, methods=["POST"]),
    Route(f"{_ONE}/remove", remove, methods=["POST"]),
    Route(f"{_ONE}/undo", undo, methods=["POST"]),
)
