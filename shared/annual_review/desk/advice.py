"""What a service advises to type, as a person at the desk does it: the room for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from annual_review.desk.desk import Desk
from annual_review.desk.pages import room_path
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import FILL_IN, Command, Told
from annual_review.wiring.advice import USUAL_STACK, typed

_ROOM_OF: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("letters", "Letters"),
    "challenge": ("challenges", "Challenges"),
    "dead-letters": ("dead-letters", "Dead letters"),
    "doctor": ("checks", "Checks"),
    "hold": ("letters", "Letters"),
    "paragraphs": ("paragraphs", "Paragraphs"),
    "prepare": ("dispatch", "Dispatch"),
    "publish": ("publication", "Publication"),
    "reconcile": ("checks", "Checks"),
    "release": ("dispatch", "Dispatch"),
    "resend": ("dispatch", "Dispatch"),
    "review": ("letters", "Letters"),
    "settle": ("dispatch", "Dispatch"),
    "status": ("", "Year"),
    "unhold": ("letters", "Letters"),
}
"""The room in which a command can be done as well: its path and its name."""

_TO_ONE: Final[Mapping[str, str]] = {
    "hold": "/",
    "paragraphs": "?authority=",
    "resend": "/",
    "settle": "/",
    "unhold": "/",
}
"""What leads from a room to one authority in it, of the commands that name one."""

_YEAR: Final = re.compile(r"[12]\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Advice:
    """A command, and the room that does the same where there is one."""

    command: str
    path: str = ""
    room: str = ""


def where_to(desk: Desk, command: Command | None) -> Advice | None:
    """Return how to do what a service advises; `None` where it advises nothing."""
    if command is None:
        return None
    words = typed(command, desk.deployed.name if desk.deployed else USUAL_STACK)
    found = _ROOM_OF.get(command.name.split()[0]) if desk.deployed else None
    if found is None:
        return Advice(words)
    path, room = found
    return Advice(words, room_path(_year_in(command) or desk.year, path + _one_in(command)), room)


def _year_in(command: Command) -> ReportingYear | None:
    given = command.arguments[:1]
    return ReportingYear(int(given[0])) if given and _YEAR.fullmatch(given[0]) else None


def _one_in(command: Command) -> str:
    """Return what leads on from the room to the one authority that is meant, if it is one."""
    way = _TO_ONE.get(command.name.split()[0], "")
    codes = command.arguments[1:2]
    if not way or not codes or codes[0] == FILL_IN:
        return ""
    return way + quote(codes[0], safe="")


def told_by(desk: Desk) -> Told:
    """Return what says how a command is done at the desk: by the name of the room for it."""

    def told(command: Command) -> str:
        advice = where_to(desk, command)
        return "" if advice is None else advice.room or advice.command

    return told
