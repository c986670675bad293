"""What a service advises to type, as a person at the desk does it: the room for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from annual_review.desk.desk import Desk
from annual_review.desk.pages import room_path
from annual_review.services.advised_commands import Command, Told
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
    return Advice(words, room_path(desk.year, path), room)


def told_by(desk: Desk) -> Told:
    """Return what says how a command is done at the desk: by the name of the room for it."""

    def told(command: Command) -> str:
        advice = where_to(desk, command)
        return "" if advice is None else advice.room or advice.command

    return told
