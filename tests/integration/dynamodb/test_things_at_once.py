"""Sequences in which promises were broken once, through the real services and the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from annual_review.adapters.dynamodb.table import text
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.send_letter import MailBusyError, Sending
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.letter import (
    LettersDone,
    Move,
)
from annual_review.services.letters.own_performance import paragraphs_key
from annual_review.services.letters.prepare_letter import Preparation
from annual_review.services.review.review_paragraphs import Request, ReviewError
from annual_review.services.year_end.propose_reissue import Order
from tests import worlds
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.fakes.faults import Faults, ProcessDiedError
from tests.fakes.mail import ScriptedMailer
from tests.fakes.patience import endless
from tests.integration.faults import Call, Fault, as_it_is
from tests.integration.services import first, over_the_table
from tests.integration.world import World
from tests.worlds import AFTER_THE_YEAR

S = LetterState
LATER = AFTER_THE_YEAR + timedelta(hours=2)
ANN = Act("Ann", LATER)
REQUEST = Request(YEAR, ROCHFORD, Act("Ann", LATER))


@pytest.fixture
def system(world: World) -> worlds.World:
    """One system, its register loaded."""
    system = over_the_table(world, worlds.World(register=a_register(ROCHFORD, OTHER_DISTRICT)))
    authorities = [SeenEntry(each, 0) for each in system.register.values()]
    receiving = [SeenEntry(each, 0) for each in recipients(*system.register).values()]
    system.directory.put([*authorities, *receiving], [])
    return system


def prepared(system: worlds.World) -> worlds.World:
    """Close the year, with a late remedy of Rochford, and prepare its letters."""
    system.record(
        an_upheld_decision("1"),
        an_upheld_decision("2", authority=OTHER_DISTRICT),
        a_compliance_outcome("1", outcome=ComplianceOutcome.LATE),
    )
    system.close()
    prepare_all(system)
    return system


def prepare_all(system: worlds.World, at: datetime = LATER) -> None:
    for letter in system.to_prepare.take():
        system.prepare_letter().prepare(letter, at)


def approve(system: worlds.World) -> LettersDone:
    return system.approve_letters().approve(YEAR, ANN)


def state(system: worlds.World, revision: int = 1) -> LetterState:
    return system.letters.get(a_letter_id(revision=revision)).state


def reissue(process: worlds.World) -> None:
    """Re-issue the letter of Rochford, though its figures are the same."""
    order = Order(YEAR, ROCHFORD, "A name was wrong.", same_figures=True)
    proposal = process.propose_reissue().propose(order, date(2020, 7, 22), endless())
    process.reissue_letter().reissue(proposal, "Ann", LATER)


@dataclass
class MailServer:
    """Accepts everything; something else happens while it is asked."""

    meanwhile: Callable[[], None]
    accepted: list[LetterId] = field(default_factory=list)

    def send(self, letter: LetterId, _message: bytes) -> str:
        self.meanwhile()
        self.accepted.append(letter)
        return "mail-1"


def test_a_repeated_release_of_a_claim_does_not_release_the_claim_of_another(
    world: World, system: worlds.World
) -> None:
    """The SDK of one sender repeats its write while another has the letter at the mail service."""
    system.put_letter(S.APPROVED)
    releases: list[Call] = []
    server = MailServer(lambda: made_again(releases[0], system))

    def another_sends(call: Call) -> object:
        call.make()
        releases.append(call)
        other: Any = over_the_table(world, system)
        other.mailer = server
        assert other.send_letter(approval_required=True).send(a_letter_id(), NOON) is (
            Sending.ACCEPTED
        )
        return call.make()

    busy: Any = over_the_table(world, system, update_item=[as_it_is, another_sends])
    busy.mailer = ScriptedMailer([MailBusyError("TooManyRequestsException")])

    assert busy.send_letter(approval_required=True).send(a_letter_id(), NOON) is Sending.BUSY

    letter = system.letters.get(a_letter_id())
    assert [each.state for each in letter.history][1:] == [
        S.CLAIMED,
        S.APPROVED,
        S.CLAIMED,
        S.ACCEPTED,
    ]
    assert system.send_letter(approval_required=True).send(letter.id, NOON) is Sending.ALREADY
    assert server.accepted == [letter.id]


def made_again(call: Call, system: worlds.World) -> None:
    """Make a call again that must not take effect a second time."""
    with pytest.raises(Exception, match="ConditionalCheckFailed"):
        call.make()
    assert state(system) is S.CLAIMED


@pytest.mark.parametrize(
    ("origin", "goal"), [(ROCHFORD, OTHER_DISTRICT), (OTHER_DISTRICT, ROCHFORD)]
)
def test_a_case_that_moves_while_closing_reads_is_frozen_once(
    world: World, system: worlds.World, origin: AuthorityCode, goal: AuthorityCode
) -> None:
    decided = an_upheld_decision("1", authority=origin)
    corrected = an_upheld_decision("1", version=2, authority=goal, previous_authorities=[origin])
    system.record(decided)

    def correct_when_the_other_one_is_read(call: Call) -> object:
        """Rochford has been read by then."""
        partition = call.arguments["ExpressionAttributeValues"].get(":partition")
        if partition == text(f"{OTHER_DISTRICT}#{YEAR}"):
            system.record(corrected)
        return call.make()

    over_the_table(world, system, query=[correct_when_the_other_one_is_read] * 99).close()

    authorities = system.frozen_year()["authorities"]
    assert {each["code"]: each["tally"]["upheld"] for each in authorities} == {goal: 1, origin: 0}


def died_after_all_of_it(call: Call) -> object:
    """Write all, and end."""
    call.make()
    raise ProcessDiedError


def died_after_the_close(call: Call) -> object:
    """Write the record of the re-issue alone, as it was done once, and end."""
    call.make(TransactItems=call.arguments["TransactItems"][:1])
    raise ProcessDiedError


@pytest.mark.parametrize("death", [died_after_all_of_it, died_after_the_close])
def test_a_reissue_that_died_is_not_complete_and_the_watch_takes_it_up(
    world: World, system: worlds.World, death: Fault
) -> None:
    prepared(system)
    for code in (ROCHFORD, OTHER_DISTRICT):
        letter = system.letters.get(a_letter_id(code))
        to = S.HELD if code == ROCHFORD else S.BOUNCED
        system.letters.move(letter, Move(to, LATER, "for a test"))
    assert phase_of(system) is YearPhase.COMPLETE

    with pytest.raises(ProcessDiedError):
        reissue(over_the_table(world, system, transact_write_items=[death]))

    assert phase_of(system) is YearPhase.CLOSED
    [watched] = system.watch_letters().watch(YEAR, LATER + timedelta(hours=2))
    assert watched.taken_up == (a_letter_id(revision=2),)
    prepare_all(system)
    assert (state(system), state(system, revision=2)) == (S.HELD, S.PREPARED)


def phase_of(system: worlds.World) -> YearPhase:
    return system.year_phases().read(YEAR).proven_phase.phase


@pytest.fixture
def reviewed(system: worlds.World) -> worlds.World:
    """A year that is prepared, its proposed paragraphs reviewed."""
    prepared(system).review_paragraphs().keep(REQUEST, ["late_remedies"])
    prepare_all(system)
    return system


def add_a_paragraph(system: worlds.World) -> None:
    system.review_paragraphs().add(REQUEST, Family.OMBUDSMAN_NOT_NAMED, "No leaflet.")


def test_a_paragraph_that_is_added_after_the_approval_is_sent_or_nothing_is(
    reviewed: worlds.World,
) -> None:
    approve(reviewed)
    assert state(reviewed) is S.APPROVED

    add_a_paragraph(reviewed)

    release = reviewed.release_letters(approval_required=True)
    assert a_letter_id() not in release.release(YEAR, NOON).done
    send = reviewed.send_letter(approval_required=True)
    assert send.send(a_letter_id(), NOON) is Sending.ALREADY
    prepare_all(reviewed)
    assert send.send(a_letter_id(), NOON) is Sending.ALREADY
    approve(reviewed)
    assert send.send(a_letter_id(), NOON) is Sending.ACCEPTED
    [(_, message)] = reviewed.mailer.calls
    assert b"No leaflet." in message


def test_an_approval_that_was_read_before_a_paragraph_was_added_is_not_written(
    world: World, reviewed: worlds.World
) -> None:
    meanwhile = first(lambda: add_a_paragraph(reviewed))

    report = approve(over_the_table(world, reviewed, update_item=[meanwhile]))

    assert [(each.letter, each.state) for each in report.left] == [(a_letter_id(), S.PLANNED)]
    letter = reviewed.letters.get(a_letter_id())
    assert (letter.state, letter.approved_sha256) == (S.PLANNED, None)


def test_two_who_add_a_paragraph_and_lose_an_answer_add_each_once(
    world: World, reviewed: worlds.World
) -> None:
    """The write of one was applied, the other's came, and the SDK repeats the first."""

    def others_then_again(call: Call) -> object:
        call.make()
        reviewed.review_paragraphs().add(REQUEST, Family.LATE_ANSWERS, "Slow.")
        return call.make()

    with pytest.raises(ReviewError):
        add_a_paragraph(over_the_table(world, reviewed, transact_write_items=[others_then_again]))

    kept = reviewed.paragraphs.get(*paragraphs_key(a_letter_id()))
    assert kept is not None
    assert [each.text for each in kept.paragraphs[1:]] == ["No leaflet.", "Slow."]


def test_a_late_preparation_of_a_replaced_letter_leaves_nothing_to_review(
    world: World, system: worlds.World
) -> None:
    system.record(a_compliance_outcome("1", outcome=ComplianceOutcome.LATE))
    system.close()
    late = over_the_table(world, system, transact_write_items=[first(lambda: reissue(system))])

    assert late.prepare_letter().prepare(a_letter_id(), LATER) is Preparation.TOO_LATE

    assert system.paragraphs.get(*paragraphs_key(a_letter_id())) is None
    prepare_all(system)
    system.review_paragraphs().keep(REQUEST, ["late_remedies"])
    prepare_all(system)
    assert a_letter_id(revision=2) in approve(system).done


class QueueOfTheDying:
    """The process ends before it asks for a letter."""

    def put(self, _letters: object) -> None:
        raise ProcessDiedError


def test_the_letter_of_an_editor_who_died_is_prepared_again_and_can_be_approved(
    system: worlds.World,
) -> None:
    prepared(system)
    dying: Any = system.under(Faults())
    dying.to_prepare = QueueOfTheDying()
    with pytest.raises(ProcessDiedError):
        dying.review_paragraphs().keep(REQUEST, ["late_remedies"])

    list(system.watch_letters().watch(YEAR, LATER + timedelta(hours=2)))
    prepare_all(system)

    assert a_letter_id() in approve(system).done
