"""The room *Checks*: readiness, recipients and tallies."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.advice import where_to
from annual_review.desk.forms import fields, reason_in
from annual_review.desk.pages import desk_of, page, propose, room_path, year_of
from annual_review.desk.proposals.tallies import Reconcile, RepairTallies
from annual_review.domain.authorities import AuthorityCode
from annual_review.rendering.forms.pdf import lacking_glyphs
from annual_review.services.letters.register.check_recipients import check_recipients
from annual_review.services.readiness.check import sum_of
from annual_review.views.recipients import findings_of


def show(request: Request) -> Response:
    """Show the room; the checks are made after it."""
    _ = desk_of(request).system
    return page(request, "checks.html.j2")


def readiness(request: Request) -> Response:
    """Show whether all is ready for the letters, as `doctor` does."""
    desk, year = desk_of(request), year_of(request)
    found = desk.system.doctor(desk.clock()).examine(year)
    checks = [(each, where_to(desk, each.command)) for each in found]
    return page(request, "checks_readiness.html.j2", {"checks": checks, "sum": sum_of(found)})


def recipients(request: Request) -> Response:
    """Show what a person should look at among the recipients, as `recipients check` does."""
    desk = desk_of(request)
    register, receiving = desk.system.directory.register(), desk.system.directory.recipients()
    today = desk.clock().date()
    concerns = check_recipients(register, receiving, today, {}, lacking_glyphs(today))
    every = "every" in request.query_params
    values = {
        "findings": findings_of(concerns, register, every=every, more="“Show all” lists them"),
        "every": every,
        "found": len(concerns),
        "recipients": len(receiving),
        "authorities": len(register),
    }
    return page(request, "checks_recipients.html.j2", values)


def reconcile(request: Request) -> Response:
    """Propose to count every tally again."""
    desk, year = desk_of(request), year_of(request)
    return propose(request, Reconcile(desk, year, room_path(year, "checks")))


def repair(request: Request) -> Response:
    """Ask why tallies are to be repaired: the reason is kept."""
    codes = request.query_params.getlist("authority")
    return page(request, "repair.html.j2", {"codes": codes})


def propose_repair(request: Request) -> Response:
    """Propose to repair tallies."""
    desk, year = desk_of(request), year_of(request)
    codes = [AuthorityCode(code) for code in fields(request, "authority")]
    back = room_path(year, "checks")
    return propose(request, RepairTallies(desk, year, codes, reason_in(request), back))


ROUTES: Final = (
    Route("/{year:int}/checks", show),
    Route("/{year:int}/checks/readiness", readiness),
    Route("/{year:int}/checks/recipients", recipients),
    Route("/{year:int}/checks/tallies", reconcile, methods=["POST"]),
    Route("/{year:int}/checks/repair", repair, methods=["GET"]),
    Route("/{year:int}/checks/repair", propose_repair, methods=["POST"]),
)
