"""The room *Dispatch*: letters on their way, and what waits for a person."""

from __future__ import annotations

from collections import Counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.advice import where_to
from annual_review.desk.forms import field, fields, reason_in
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.dispatch import PrepareAgain, Release, Resend, Settle
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress, email_address
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.release_letters import may_be_sent
from annual_review.services.dispatch.resend_letter import why_not_resent
from annual_review.services.dispatch.sending_stops import in_words
from annual_review.services.dispatch.settle_letter import Settlement, settlements_of
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import chosen_letters
from annual_review.services.letters.reopen_letters import may_be_prepared
from annual_review.services.readiness.check import OnRelease, Outcome
from annual_review.views.letters import facts_of, history_of, title_of
from annual_review.views.year_status import MAIL_IN_WORDS, sending_of
from annual_review.wiring.dispatch_reader import Dispatch, read_dispatch

_ROOM: Final = "dispatch"


class UnusableError(RefusalError):
    """What a form says can't be used; nothing was done."""


def show(request: Request) -> Response:
    """Show how the letters of the year are on their way; the page renews what changes."""
    desk, year = desk_of(request), year_of(request)
    dispatch = _read(request)
    snapshot = dispatch.snapshot
    state = request.query_params.get("state", "")
    counts = Counter(letter.state for letter in snapshot.letters)
    values = {
        "snapshot": snapshot,
        "stop": in_words(year, snapshot.stop) if snapshot.stop else "",
        "mail": MAIL_IN_WORDS[snapshot.mail_mode],
        "counts": [(each.value, counts[each]) for each in LetterState if counts[each]],
        "waiting": [
            (letter, [step.say for step in dispatch.steps(letter)]) for letter in dispatch.waiting
        ],
        "sending": [sending_of(step) for step in dispatch.sending],
        "state": state,
        "of_state": [each for each in snapshot.letters if each.state.value == state],
        "may_go": _may_go(dispatch),
        "desk": desk,
    }
    return page(request, "dispatch.html.j2", values)


def checks(request: Request) -> Response:
    """Show what is not ready for a release, and what a person may pass over."""
    desk, year = desk_of(request), year_of(request)
    dispatch = _read(request)
    going = [
        each
        for each in dispatch.snapshot.letters
        if may_be_sent(each, approval_required=dispatch.snapshot.approval_required)
    ]
    made = desk.system.doctor(desk.clock()).mail.check(going) if going else ()
    found = [each for each in made if each.outcome is not Outcome.READY]
    values = {
        "checks": [(each, where_to(desk, each.command)) for each in found],
        "OnRelease": OnRelease,
        "Outcome": Outcome,
        "is_going": bool(going),
        "year": year,
    }
    return page(request, "dispatch_checks.html.j2", values)


def letter(request: Request) -> Response:
    """Show one letter on its way, and what can be done about it."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    dispatch = _read(request)
    [found] = chosen_letters(dispatch.snapshot.read.all_letters, [code])
    values = {
        "letter": found,
        "title": title_of(found),
        "facts": facts_of(found, desk.name(code)),
        "history": history_of(found),
        "steps": dispatch.steps(found),
        "settlements": settlements_of(found, desk.clock()),
        "why_not_resent": why_not_resent(found, desk.clock()),
        "may_be_prepared": may_be_prepared(found),
        "may_be_sent": may_be_sent(found, approval_required=dispatch.snapshot.approval_required),
        "has_come": dispatch.snapshot.may_release,
        "here": room_path(year, _ROOM),
    }
    return page(request, "dispatch_letter.html.j2", values)


def release(request: Request) -> Response:
    """Propose to release what may go; a reason is wanted where sending was stopped."""
    desk, year = desk_of(request), year_of(request)
    resuming = reason_in(request) if field(request, "resume") else ""
    chosen, despite = _chosen(request), fields(request, "despite")
    return propose(request, Release(desk, year, chosen, despite, resuming, _back(request)))


def resend(request: Request) -> Response:
    """Propose to send a letter again."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    reason, to = reason_in(request), _address(field(request, "to"))
    return propose(request, Resend(desk, year, code, reason, to, _letter_path(year, code)))


def settle(request: Request) -> Response:
    """Propose to settle a letter."""
    desk, year, code = desk_of(request), year_of(request), _code(request)
    try:
        settlement = Settlement(field(request, "settlement"))
    except ValueError:
        raise UnusableError("Say what became of the letter. Nothing was done.") from None
    reason, back = reason_in(request), _letter_path(year, code)
    return propose(request, Settle(desk, year, code, settlement, reason, back))


def prepare(request: Request) -> Response:
    """Propose to prepare letters again."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, PrepareAgain(desk, year, _chosen(request), _back(request)))


def _read(request: Request) -> Dispatch:
    desk = desk_of(request)
    return read_dispatch(desk.system, year_of(request), desk.register, desk.clock())


def _may_go(dispatch: Dispatch) -> int:
    required = dispatch.snapshot.approval_required
    letters = dispatch.snapshot.letters
    return sum(may_be_sent(each, approval_required=required) for each in letters)


def _address(to: str) -> EmailAddress | None:
    try:
        return email_address(to) if to else None
    except ValueError:
        raise UnusableError("That is not an email address. Nothing was done.") from None


def _code(request: Request) -> AuthorityCode:
    return AuthorityCode(request.path_params["code"])


def _chosen(request: Request) -> list[AuthorityCode]:
    return [AuthorityCode(code) for code in fields(request, "authority")]


def _letter_path(year: ReportingYear, code: AuthorityCode) -> str:
    return room_path(year, f"{_ROOM}/{code}")


def _back(request: Request) -> str:
    """Return the page from which a form came: that of a single letter, or the room."""
    year, chosen = year_of(request), _chosen(request)
    return _letter_path(year, chosen[0]) if len(chosen) == 1 else room_path(year, _ROOM)


ROUTES: Final = (
    Route("/{year:int}/dispatch", show, methods=["GET"]),
    Route("/{year:int}/dispatch/checks", checks, methods=["GET"]),
    Route("/{year:int}/dispatch/release", release, methods=["POST"]),
    Route("/{year:int}/dispatch/prepare", prepare, methods=["POST"]),
    Route("/{year:int}/dispatch/{code}", letter, methods=["GET"]),
    Route("/{year:int}/dispatch/{code}/resend", resend, methods=["POST"]),
    Route("/{year:int}/dispatch/{code}/settle", settle, methods=["POST"]),
)
