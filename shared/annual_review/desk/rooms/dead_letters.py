"""The room *Dead letters*: messages that could not be worked on, and what to do with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.forms import field, fields, reason_in
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.dead_letters import Confirm, Discard, Replay
from annual_review.services.errors import RefusalError
from annual_review.services.recording.dead_letters import ManageDeadLetters, NotReplayedError
from annual_review.services.recording.messages import MessageId
from annual_review.services.wording import counted
from annual_review.views.authority_names import with_names
from annual_review.views.dead_letters import counts_of, harmless, list_of, not_found, unseen

_NOT_FOUND: Final = 404
_ALL: Final = "all"
_OF_CODE: Final = "reason:"


class NoneChosenError(RefusalError):
    """It has to be said which messages are meant."""


def show(request: Request) -> Response:
    """Show the queues with their counts; their messages are read after it."""
    counts = desk_of(request).system.stack.dead_letter_counts()
    fullest = max(counts, key=lambda name: counts[name])
    queue = request.query_params.get("queue", fullest)
    if queue not in counts:
        raise HTTPException(_NOT_FOUND)
    return page(request, "dead_letters.html.j2", {"counts": counts, "queue": queue})


def messages(request: Request) -> Response:
    """List the messages of a queue, the oldest first."""
    desk, queue = desk_of(request), request.path_params["queue"]
    service = _service(request)
    letters = service.oldest_first()
    shown = list_of(queue, letters, desk.register)
    now = desk.clock()
    values = {
        "queue": queue,
        "columns": shown.columns,
        "rows": [
            (letter, row, _age(now - letter.since))
            for letter, row in zip(letters, shown.rows, strict=True)
        ],
        "codes": counts_of(letters),
        "unseen": unseen(service.queue.count(), len(letters)),
        "can_replay": service.check is not None,
    }
    return page(request, "dead_letters_list.html.j2", values)


def show_one(request: Request) -> Response:
    """Show a message whole, and whether it would be rejected again."""
    desk, id_ = desk_of(request), MessageId(request.path_params["id"])
    service = _service(request)
    found = service.find(id_)
    if found is None:
        raise NoneChosenError(not_found(id_))
    letter, body = found
    try:
        why = with_names(service.why_rejected(body), desk.register)
        verdict = why or "It would not be rejected again."
    except NotReplayedError as error:
        verdict = str(error)
    values = {
        "queue": request.path_params["queue"],
        "letter": letter,
        "age": _age(desk.clock() - letter.since),
        "body": harmless(_readable(body)),
        "verdict": verdict,
        "can_replay": service.check is not None,
    }
    return page(request, "dead_letter.html.j2", values)


def replay(request: Request) -> Response:
    """Propose to send messages back."""
    queue, ids = request.path_params["queue"], _meant(request, may_be_all=True)
    is_forced = bool(field(request, "force"))
    return propose(request, Replay(desk_of(request), queue, ids, is_forced, _back(request)))


def discard(request: Request) -> Response:
    """Propose to discard messages."""
    queue, ids = request.path_params["queue"], _meant(request)
    reason = reason_in(request)
    return propose(request, Discard(desk_of(request), queue, ids, reason, _back(request)))


def confirm(request: Request) -> Response:
    """Propose to have implausible events recorded that are right."""
    queue, ids = request.path_params["queue"], _meant(request)
    reason = reason_in(request)
    return propose(request, Confirm(desk_of(request), queue, ids, reason, _back(request)))


def _service(request: Request) -> ManageDeadLetters:
    system, queue = desk_of(request).system, request.path_params["queue"]
    if queue not in system.stack.dead_letter_counts():
        raise HTTPException(_NOT_FOUND)
    return system.dead_letters(queue)


def _meant(request: Request, *, may_be_all: bool = False) -> Sequence[MessageId]:
    """Return the ids of the messages that a form means, as they are there now.

    Raises:
        NoneChosenError: It means none.
    """
    which = field(request, "which")
    if which == _ALL and may_be_all:
        found = _service(request).ids()
    elif which.startswith(_OF_CODE):
        found = _service(request).ids(which.removeprefix(_OF_CODE))
    else:
        found = [MessageId(id_) for id_ in fields(request, "id")]
    if not found:
        raise NoneChosenError("Choose some messages, or all with one reason. Nothing was done.")
    return found


def _back(request: Request) -> str:
    queue = request.path_params["queue"]
    return f"{room_path(year_of(request), 'dead-letters')}?queue={queue}"


def _readable(body: str) -> str:
    """Return a message with its members one below the other, if it is JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _age(since: timedelta) -> str:
    minutes = int(since.total_seconds()) // 60
    if minutes < 60:  # noqa: PLR2004 (of an hour)
        return counted(minutes, "minute")
    if since < timedelta(days=2):
        return counted(minutes // 60, "hour")
    return counted(since.days, "day")


_QUEUE: Final = "/{year:int}/dead-letters/{queue}"
ROUTES: Final = (
    Route("/{year:int}/dead-letters", show, methods=["GET"]),
    Route(f"{_QUEUE}/messages", messages, methods=["GET"]),
    Route(f"{_QUEUE}/messages/{{id}}", show_one, methods=["GET"]),
    Route(f"{_QUEUE}/replay", replay, methods=["POST"]),
    Route(f"{_QUEUE}/discard", discard, methods=["POST"]),
    Route(f"{_QUEUE}/confirm", confirm, methods=["POST"]),
)
