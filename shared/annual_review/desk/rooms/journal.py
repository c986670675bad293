"""The room *Journal*: who did what in the year, when and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annual_review.desk.desk import Desk
from annual_review.desk.pages import desk_of, page, year_of
from annual_review.desk.rooms.figures import CSV, as_file
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.journal import (
    COLUMNS,
    JournalEntry,
    JournalKind,
    as_acts,
    chosen_entries,
)
from annual_review.views.authority_names import authority_in, named_together
from annual_review.views.table import csv_of
from annual_review.wiring.journal import read_journal

_FIRST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class _Shown:
    """The journal as far as it is asked for. `who` stands for a person: addresses name nobody."""

    entries: Sequence[JournalEntry]
    people: Sequence[tuple[str, str]]
    who: str
    kind: str
    authority: AuthorityCode | None

    @property
    def query(self) -> str:
        """The part of an address that stands for it."""
        wanted = {"who": self.who, "kind": self.kind, "authority": self.authority or ""}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


def show(request: Request) -> Response:
    """Show the journal, newest first."""
    desk, shown = desk_of(request), _shown(request)
    acts = as_acts(shown.entries)
    is_whole = request.query_params.get("all") == "yes"
    register = desk.register
    values = {
        "shown": shown,
        "acts": [
            (act, named_together(act.authorities, register))
            for act in (acts if is_whole else acts[:_FIRST_SHOWN])
        ],
        "of": len(acts),
        "kinds": [*JournalKind],
    }
    return page(request, "journal.html.j2", values)


def table(request: Request) -> Response:
    """Send what is shown as CSV, as the command does."""
    text = csv_of(COLUMNS, [each.record for each in _shown(request).entries])
    return Response(text, media_type=CSV, headers=as_file(f"journal-{year_of(request)}.csv"))


def _shown(request: Request) -> _Shown:
    desk, year, query = desk_of(request), year_of(request), request.query_params
    entries = read_journal(desk.system, year)
    names = sorted({each.by for each in entries if each.by}, key=str.casefold)
    people = [(_sign(name), name) for name in names]
    by = dict(people).get(query.get("who", ""), "")
    kind = query.get("kind", "")
    kinds = [JournalKind(kind)] if kind in set(JournalKind) else []
    authority = _authority(desk, year, query.get("authority", ""))
    chosen = chosen_entries(entries, by=by, kinds=kinds, authority=authority)
    return _Shown(chosen, people, _sign(by) if by else "", kind if kinds else "", authority)


def _authority(desk: Desk, year: ReportingYear, text: str) -> AuthorityCode | None:
    if not text.strip():
        return None
    codes = desk.system.codes_of_letters(year)
    return authority_in(text, lambda: desk.register, codes)


def _sign(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:10]


ROUTES: Final = (
    Route("/{year:int}/journal", show),
    Route("/{year:int}/journal/journal.csv", table),
)
