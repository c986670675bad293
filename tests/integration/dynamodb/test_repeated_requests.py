"""Every conditional write, asked for twice by the SDK because the first answer was lost.

The repetition either finds its own work and says so, or is refused. Whatever others did in
between, it changes nothing. For transactions moto forgets the client's token at once, as DynamoDB
does after ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, Dispatch, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import NOTHING_COUNTED, TallyKey
from annual_review.domain.year_phases import YearPhase
from annual_review.services.errors import ConflictError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.repair_year import Repair
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.letter import LetterMovedError, Move
from annual_review.services.letters.own_performance import LoadedNote, Note
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep
from tests.builders import (
    NOON,
    ROCHFORD,
    YEAR,
    a_letter,
    a_letter_id,
    a_recipient,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.integration.contract.stores import Stores, in_the_table, moved_away_and_back
from tests.integration.faults import Call, FaultyClient
from tests.integration.world import TABLE, World

S = LetterState
REFUSED = "refused"
APPROVED = a_letter(S.APPROVED, message_sha256="m")
BOUNCED = a_letter(S.BOUNCED)
NEXT = replace(a_letter(), id=replace(a_letter_id(), dispatch=Dispatch(2)))
CLAIM = Move(S.CLAIMED, NOON, "about to be sent", counts_as_attempt=True)
BACK = Move(S.PLANNED, NOON, "changed")
CLOSE = Close(YEAR, Revision(1), "sha", NOON)
REISSUE = Close(YEAR, Revision(2), "sha", NOON, ROCHFORD)
PLANNED = replace(a_letter(), id=a_letter_id(revision=2))
STEP = PhaseStep(NOON, YearPhase.CLOSED, "for a test")
NO_STEPS = PhaseRecord(YEAR)
PUBLISHED = PublicationStep(
    NOON, PublicationState.LIVE, PublicationName("f" * 64), YEAR, "the schedule"
)
CHALLENGE = Challenge(YEAR, ROCHFORD, 1, "Their officer", NOON, "3 were ours", "Ann")
ANSWER = Answer(Verdict.UNCHANGED, "Ann", NOON, reason="they were theirs")
EMPTY = LetterParagraphs(YEAR, Revision(1), ROCHFORD)
NOTE = LoadedNote(Note(ROCHFORD, Family.LATE_ANSWERS, "Slow."), "Ann", NOON, 0)
NOTED_AGAIN = replace(NOTE, at=NOON + timedelta(1))
BEN = Act("Ben", NOON, "wrong council")
DECIDED = an_upheld_decision()
REPAIR = Repair(
    TallyKey(ROCHFORD, YEAR), 1, NOON, "me", "a test", NOTHING_COUNTED, a_tally(upheld=1)
)
ENTRY = SeenEntry(a_recipient(), 0)


@dataclass(frozen=True)
class Write:
    """A conditional write, what others do to the same items after it, and what its writer hears."""

    name: str
    make: Callable[[Stores], object]
    others: Callable[[Stores], object]
    at_once: object
    later: object
    there: Callable[[Stores], object] = lambda _: None


def others_record(stores: Stores) -> None:
    """Withdraw a case and decide it once more, so that its tally counts the same again."""
    withdrawn, again = a_withdrawal(version=2), an_upheld_decision(version=3)
    stores.cases.commit(CaseChange((CaseWrite(withdrawn, DECIDED),)))
    stores.cases.commit(CaseChange((CaseWrite(again, withdrawn),)))


def others_count(stores: Stores) -> None:
    """Record a case and withdraw it, so that the tally counts the same again."""
    stores.cases.commit(CaseChange((CaseWrite(DECIDED, None),)))
    stores.cases.commit(CaseChange((CaseWrite(a_withdrawal(version=2), DECIDED),)))


def others_move(stores: Stores) -> None:
    """Take a letter to another state and back."""
    moved_away_and_back(stores.letters, stores.letters.get(a_letter_id()))


def others_review(stores: Stores) -> None:
    """Keep the same paragraphs under their next version, and move the letter back."""
    kept = stores.paragraphs.get(YEAR, Revision(1), ROCHFORD)
    assert kept is not None
    letter = stores.letters.get(a_letter_id())
    stores.paragraphs.put(kept, letter, Move(APPROVED.state, NOON, "and back"))


def others_load(stores: Stores) -> None:
    """Load another recipient, and then the same again."""
    other = a_recipient(email="other@rochford.example")
    stores.directory.put([SeenEntry(other, 1)], [])
    stores.directory.put([SeenEntry(a_recipient(), 2)], [])


def others_plan(stores: Stores) -> None:
    """Do something about the letter that was planned, and about the one it replaces."""
    moved_away_and_back(stores.letters, PLANNED)
    others_move(stores)


def others_note(stores: Stores) -> None:
    """Load a note, and plan the letter that it is for."""
    stores.paragraphs.add_note(YEAR, NOTE, None)
    stores.letters.plan(APPROVED)


def others_take_back(stores: Stores) -> None:
    """Load a note and take it back."""
    stores.paragraphs.add_note(YEAR, NOTE, None)
    stores.paragraphs.take_note_back(YEAR, NOTE, BEN, None)


WRITES: Final = (
    Write(
        "plan",
        lambda stores: stores.letters.plan(a_letter()),
        others_move,
        at_once=False,
        later=False,
    ),
    Write(
        "move",
        lambda stores: stores.letters.move(APPROVED, CLAIM),
        others_move,
        at_once=CLAIM.applied_to(APPROVED),
        later=REFUSED,
        there=lambda stores: stores.letters.plan(APPROVED),
    ),
    Write(
        "plan the next",
        lambda stores: stores.letters.plan_next(NEXT, BOUNCED, Move.note(BOUNCED, NOON, "again")),
        others_move,
        at_once=True,
        later=False,
        there=lambda stores: stores.letters.plan(BOUNCED),
    ),
    Write(
        "close",
        lambda stores: stores.closes.add(CLOSE),
        lambda stores: stores.closes.add(replace(CLOSE, revision=Revision(2))),
        at_once=CLOSE,
        later=CLOSE,
    ),
    Write(
        "reissue",
        lambda stores: stores.closes.reissue(REISSUE, PLANNED, [(BOUNCED, BACK)]),
        others_plan,
        at_once=REISSUE,
        later=REISSUE,
        there=lambda stores: stores.letters.plan(BOUNCED),
    ),
    Write(
        "paragraphs",
        lambda stores: stores.paragraphs.put(EMPTY, APPROVED, BACK),
        others_review,
        at_once=replace(EMPTY, version=1),
        later=REFUSED,
        there=lambda stores: stores.letters.plan(APPROVED),
    ),
    Write(
        "note",
        lambda stores: stores.paragraphs.add_note(YEAR, NOTE, (APPROVED, BACK)),
        others_move,
        at_once=True,
        later=True,
        there=lambda stores: stores.letters.plan(APPROVED),
    ),
    Write(
        "note before its letter",
        lambda stores: stores.paragraphs.add_note(YEAR, NOTE, None),
        lambda stores: stores.letters.plan(APPROVED),
        at_once=True,
        later=True,
    ),
    Write(
        "note taken back",
        lambda stores: stores.paragraphs.take_note_back(YEAR, NOTE, BEN, (APPROVED, BACK)),
        others_move,
        at_once=True,
        later=True,
        there=others_note,
    ),
    Write(
        "note taken back before its letter",
        lambda stores: stores.paragraphs.take_note_back(YEAR, NOTE, BEN, None),
        lambda stores: stores.paragraphs.add_note(YEAR, NOTED_AGAIN, None),
        at_once=True,
        later=False,
        there=lambda stores: stores.paragraphs.add_note(YEAR, NOTE, None),
    ),
    Write(
        "note loaded once more",
        lambda stores: stores.paragraphs.add_note(YEAR, NOTED_AGAIN, None),
        lambda stores: stores.paragraphs.take_note_back(YEAR, NOTED_AGAIN, BEN, None),
        at_once=True,
        later=False,
        there=others_take_back,
    ),
    Write(
        "phase",
        lambda stores: stores.phases.add(NO_STEPS, STEP),
        lambda stores: stores.phases.add(stores.phases.get(YEAR), STEP),
        at_once=False,
        later=False,
    ),
    Write(
        "publication",
        lambda stores: stores.history.add(PublicationHistory(), PUBLISHED),
        lambda stores: stores.history.add(stores.history.get(), PUBLISHED),
        at_once=False,
        later=False,
    ),
    Write(
        "challenge",
        lambda stores: stores.challenges.add(CHALLENGE),
        lambda stores: stores.challenges.answer(CHALLENGE, ANSWER),
        at_once=True,
        later=True,
    ),
    Write(
        "answer",
        lambda stores: stores.challenges.answer(CHALLENGE, ANSWER),
        lambda stores: stores.challenges.answer(CHALLENGE, replace(ANSWER, by="Ben")),
        at_once=True,
        later=True,
        there=lambda stores: stores.challenges.add(CHALLENGE),
    ),
    Write(
        "case",
        lambda stores: stores.cases.commit(CaseChange((CaseWrite(DECIDED, None),))),
        others_record,
        at_once=REFUSED,
        later=REFUSED,
    ),
    Write(
        "repair",
        lambda stores: stores.cases.repair(REPAIR),
        others_count,
        at_once=REFUSED,
        later=REFUSED,
    ),
    Write(
        "entry",
        lambda stores: stores.directory.put([ENTRY], [(APPROVED, BACK)]),
        others_load,
        at_once=None,
        later=REFUSED,
        there=lambda stores: stores.letters.plan(APPROVED),
    ),
    Write(
        "entry whose letter moved on",
        lambda stores: stores.directory.put([ENTRY], [(APPROVED, BACK)]),
        others_move,
        at_once=None,
        later=None,
        there=lambda stores: stores.letters.plan(APPROVED),
    ),
)


@dataclass
class Repeating:
    """Makes a call, lets others do something, and makes the very same call again."""

    world: World
    others: Callable[[], object] = lambda: None
    before: list[Any] = field(default_factory=list)

    def __call__(self, call: Call) -> object:
        same = {"ClientRequestToken": "one"} if "TransactItems" in call.arguments else {}
        call.make(**same)
        self.others()
        self.before = everything(self.world)
        return call.make(**same)


def everything(world: World) -> list[Any]:
    return world.table.client.scan(TableName=TABLE)["Items"]


def heard(write: Write, world: World, repeating: Repeating) -> object:
    """Return what the writer hears of its write: an answer, or that it was refused."""
    again = [repeating]
    client: Any = FaultyClient(
        world.table.client, put_item=again, update_item=again, transact_write_items=again
    )
    try:
        return write.make(in_the_table(Table(client, TABLE, pause=lambda _: None)))
    except (ConflictError, LetterMovedError):
        return REFUSED


by_name = pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)


@by_name
def test_a_write_that_is_repeated_at_once_takes_effect_once(world: World, write: Write) -> None:
    write.there(in_the_table(world.table))
    repeating = Repeating(world)

    assert heard(write, world, repeating) == write.at_once

    assert repeating.before
    assert everything(world) == repeating.before


@by_name
def test_a_write_that_is_repeated_after_others_changes_nothing(world: World, write: Write) -> None:
    stores = in_the_table(world.table)
    write.there(stores)
    repeating = Repeating(world, lambda: write.others(stores))

    assert heard(write, world, repeating) == write.later

    assert repeating.before
    assert everything(world) == repeating.before
