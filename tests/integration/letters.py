"""What tests of the commands on letters have in common: a prepared year, and what became of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from annual_review.adapters.aws.letter_requests import read_letter_request
from annual_review.domain.letters import LetterId, LetterState
from annual_review.services.letters.letter import Move
from annual_review.services.letters.letter_recipients import mailboxes
from tests.builders import OTHER_DISTRICT, ROCHFORD, a_letter_id, a_recipient
from tests.integration.operators import Operators
from tests.integration.world import World, a_closed_year

S = LetterState
NOW = datetime.now(ZoneInfo("Europe/London"))


def last_line(operators: Operators, letter: LetterId | None = None) -> str:
    return operators.world.letters.get(letter or a_letter_id()).history[-1].why


def queued(operators: Operators, queue: str) -> list[LetterId]:
    return [read_letter_request(each["Body"]) for each in operators.world.take(queue)]


def prepare(world: World, letter: LetterId, sha256: str = "m") -> None:
    move = Move(
        S.PREPARED, NOW, "rendered", sha256, recipients=mailboxes(a_recipient(letter.authority))
    )
    world.letters.move(world.letters.get(letter), move)


def a_prepared_year(world: World) -> None:
    """Close a year with two letters, and prepare one of them."""
    a_closed_year(world, ROCHFORD, OTHER_DISTRICT)
    world.take("prepare")
    prepare(world, a_letter_id())
