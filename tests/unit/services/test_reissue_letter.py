"""Re-issuing a letter: a new revision for one authority, and nothing of the first overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final, TypedDict, Unpack

import pytest

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.figures import Revision
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import TallyKey
from annual_review.services.frozen_authority import Reissue
from annual_review.services.letters import Act, Move
from annual_review.services.propose_reissue import NotReissuedError, Order, Proposal
from annual_review.services.send_letter import Sending
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_message,
    a_register,
    a_tally,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, LETTER_DAY, World

CODES = (ROCHFORD, OTHER_DISTRICT)
SEPTEMBER = datetime(2020, 9, 1, 10, tzinfo=UTC)
REASON = "A decision was recorded for another authority."
SECOND = a_letter_id(revision=2)
REGISTER: Final = a_register(*CODES, an_authority(COUNTY, type_=AuthorityType.COUNTY))


def a_closed_world(register: Register = REGISTER, cases: InMemoryCaseStore | None = None) -> World:
    """Rochford has two upheld decisions, the other district one; the letters are planned."""
    world = World(register=register, cases=cases or InMemoryCaseStore())
    world.record(an_upheld_decision("1"), an_upheld_decision("2"), a_compliance_outcome("1"))
    world.record(an_upheld_decision("3", authority=OTHER_DISTRICT))
    world.close()
    return world


def corrected(world: World) -> World:
    """One of Rochford's decisions turns out to have been a mistake."""
    world.record(a_withdrawal("2"))
    return world


def sent(world: World, state: LetterState = LetterState.DELIVERED, revision: int = 1) -> World:
    """Rochford's letter has gone out, and ended in some state."""
    world.letters._letters[a_letter_id(revision=revision)] = replace(
        world.letters.get(a_letter_id(revision=revision)), state=state
    )
    return world


class Asked(TypedDict, total=False):
    """What a test asks for, where it isn't about Rochford's letter and any reason."""

    authority: AuthorityCode
    reason: str
    dated: date
    same_figures: bool


def propose(world: World, at: datetime = SEPTEMBER, **asked: Unpack[Asked]) -> Proposal:
    order = replace(Order(YEAR, ROCHFORD, REASON), **asked)
    return world.propose_reissue().propose(order, at.date(), endless())


def reissue(world: World, **asked: Unpack[Asked]) -> Proposal:
    proposal = propose(world, **asked)
    world.reissue_letter().reissue(proposal, "a data analyst", SEPTEMBER)
    return proposal


def documents_of(world: World) -> Mapping[str, bytes]:
    return dict(world.documents._contents)


def why_not(world: World, **asked: Unpack[Asked]) -> str:
    before = documents_of(world), world.letters.of_year(YEAR)
    with pytest.raises(NotReissuedError) as refusal:
        reissue(world, **asked)
    assert (documents_of(world), world.letters.of_year(YEAR)) == before
    assert world.closes.latest(YEAR) == world.closes.of_year(YEAR)[0]
    return str(refusal.value)


class TestTheNewRevision:
    def test_it_holds_the_figures_of_today_and_why(self) -> None:
        world = corrected(sent(a_closed_world()))

        proposal = reissue(world)

        record = world.frozen()
        assert (record.revision, record.reissue) == (2, proposal.reissue)
        assert record.figures.tally.upheld == 1
        assert [case.reference for case in record.cases] == ["1", "1"]
        assert proposal.reissue == Reissue(
            SEPTEMBER.date(), REASON, Revision(1), LETTER_DAY, proposal.before.tally
        )
        assert proposal.before.tally.upheld == 2

    def test_nothing_that_was_there_before_is_written_again(self) -> None:
        world = corrected(sent(a_closed_world()))
        world.prepare(OTHER_DISTRICT)
        before, letter = documents_of(world), world.letters.get(a_letter_id())

        reissue(world)
        world.prepare_letter().prepare(SECOND, SEPTEMBER)

        after = documents_of(world)
        assert {key: after[key] for key in before} == before
        assert len(after) > len(before)
        assert world.letters.get(a_letter_id()) == letter

    def test_the_records_of_all_others_are_taken_over_byte_for_byte(self) -> None:
        world = corrected(a_closed_world())
        names = [f"authorities/{code}.json" for code in (OTHER_DISTRICT, COUNTY)]
        before = [world.frozen_document(name) for name in names]
        world.record(an_upheld_decision("4", authority=OTHER_DISTRICT))

        reissue(world)

        assert [world.frozen_document(name) for name in names] == before

    def test_the_comparison_stays_what_all_other_letters_print(self) -> None:
        world = corrected(sent(a_closed_world()))
        before = world.frozen().figures.comparisons

        reissue(world)

        assert world.frozen().figures.comparisons == before
        assert world.frozen_year()["comparisons"]["district"]["uphold_rate"]["denominator"] == 3

    def test_an_authority_that_had_no_case_gets_the_comparison_of_its_type(self) -> None:
        world = a_closed_world()
        world.record(a_compliance_outcome("3", authority=OTHER_DISTRICT))
        assert world.frozen(OTHER_DISTRICT).figures.comparisons.compliance_rate is None

        reissue(world, authority=OTHER_DISTRICT)

        compared = world.frozen(OTHER_DISTRICT).figures.comparisons.compliance_rate
        assert compared == Statistic(1, 1)

    def test_the_sums_of_the_country_follow(self) -> None:
        world = corrected(a_closed_world())

        reissue(world)

        national = world.frozen_year()["national"]
        assert (national["decisions"], national["tally"]["upheld"]) == (2, 2)
        table = world.frozen_document("figures.csv").decode()
        assert f"{ROCHFORD},{an_authority().name},district,1,1,100" in table

    def test_a_new_name_is_taken_from_the_register_and_the_type_is_not(self) -> None:
        world = a_closed_world()
        renamed = an_authority(name="Rochford Council", type_=AuthorityType.UNITARY)
        register = a_register(renamed, OTHER_DISTRICT, COUNTY)

        reissue(replace(world, register=register), same_figures=True)

        authority = world.frozen().figures.authority
        assert (authority.name, authority.type) == ("Rochford Council", AuthorityType.DISTRICT)

    def test_an_authority_of_type_other_is_still_not_compared(self) -> None:
        other = an_authority(type_=AuthorityType.OTHER)
        world = corrected(a_closed_world(a_register(other, OTHER_DISTRICT, COUNTY)))

        reissue(world)

        assert world.frozen().figures.comparisons.uphold_rate is None

    def test_a_reissue_can_be_reissued(self) -> None:
        world = corrected(sent(a_closed_world()))
        reissue(world)
        sent(world, revision=2)
        world.record(an_upheld_decision("5"), an_upheld_decision("6"))

        made = reissue(world, reason="Two were missing.", dated=date(2020, 10, 1)).reissue

        assert (world.frozen().revision, made.replaces) == (3, 2)
        assert (made.replaced_date, made.dated) == (SEPTEMBER.date(), date(2020, 10, 1))
        assert (made.before.upheld, world.frozen().figures.tally.upheld) == (1, 3)


class TestTheLetters:
    def test_one_letter_is_planned_and_asked_for(self) -> None:
        world = corrected(sent(a_closed_world()))
        list(world.to_prepare.take())

        proposal = reissue(world)

        assert list(world.to_prepare.take()) == [proposal.letter] == [SECOND]
        letter = world.letters.get(SECOND)
        assert letter.history[0].why == f"re-issued by a data analyst: {REASON}"
        assert len(world.letters.of_year(YEAR)) == 4

    @pytest.mark.parametrize(
        "state",
        [LetterState.PLANNED, LetterState.PREPARED, LetterState.APPROVED, LetterState.FAILED],
    )
    def test_a_letter_that_was_not_sent_is_held_and_not_replaced(self, state: LetterState) -> None:
        world = corrected(sent(a_closed_world(), state))

        proposal = reissue(world)

        letter = world.letters.get(a_letter_id())
        assert letter.state is LetterState.HELD
        assert letter.history[-1].why == "replaced by revision 2, by a data analyst"
        assert proposal.to_hold == (a_letter_id(),)
        assert proposal.reissue.replaces is None
        assert world.state_of(OTHER_DISTRICT) is LetterState.PLANNED

    @pytest.mark.parametrize(
        "state",
        [
            LetterState.ACCEPTED,
            LetterState.DELIVERED,
            LetterState.BOUNCED,
            LetterState.COMPLAINED,
            LetterState.UNKNOWN,
        ],
    )
    def test_a_letter_that_may_have_been_read_is_replaced(self, state: LetterState) -> None:
        world = corrected(sent(a_closed_world(), state))

        proposal = reissue(world)

        assert proposal.reissue.replaces == 1
        assert world.state_of() is state

    def test_the_letter_that_was_sent_is_replaced_and_not_the_revision_that_was_not(self) -> None:
        world = corrected(sent(a_closed_world()))
        reissue(world)
        world.record(an_upheld_decision("5"), an_upheld_decision("6"))

        proposal = reissue(world, reason="Two decisions were missing.")

        assert proposal.reissue.replaces == 1
        assert proposal.before.tally.upheld == 2
        assert world.letters.get(SECOND).state is LetterState.HELD

    def test_the_new_letter_goes_all_the_way_and_the_old_one_none(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.PLANNED))
        world.prepare()
        reissue(world)

        world.prepare_letter().prepare(SECOND, SEPTEMBER)
        world.approve_letters().approve(YEAR, Act("a reader", SEPTEMBER))
        released = world.release_letters(approval_required=True).release(YEAR, SEPTEMBER).released
        for letter in (*released, a_letter_id()):
            world.send_letter(approval_required=True).send(letter, SEPTEMBER)

        assert released == (SECOND,)
        assert world.letters.get(SECOND).state is LetterState.ACCEPTED
        assert world.state_of() is LetterState.HELD
        assert world.renderer.rendered[-1].reissue == world.frozen().reissue

    def test_a_dispatch_that_somebody_asks_for_at_that_moment_is_held(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.BOUNCED))
        proposal = propose(world)
        again = world.resend_letter().plan(YEAR, ROCHFORD, Act("an operator", SEPTEMBER, "bounced"))
        world.prepare_letter().prepare(again.id, SEPTEMBER)

        world.reissue_letter().reissue(proposal, "a data analyst", SEPTEMBER)

        held = world.letters.get(again.id)
        assert (held.state, held.history[-1].why) == (
            LetterState.HELD,
            "replaced by revision 2, by a data analyst",
        )

    def test_one_that_is_asked_for_right_after_is_not_sent(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.BOUNCED))
        again = replace(a_letter_id(), dispatch=Dispatch(2))
        reissue(world)
        # The operator's command had read the letters before.
        world.letters.plan(replace(world.letters.get(a_letter_id()), id=again))
        sent_again = replace(world.letters.get(again), state=LetterState.PLANNED)
        world.letters._letters[again] = sent_again
        world.prepare_letter().prepare(again, SEPTEMBER)
        world.resend_letter().release(world.letters.get(again), "an operator", SEPTEMBER)

        done = world.send_letter(approval_required=True).send(again, SEPTEMBER)

        assert (done, world.mailer.calls) == (Sending.REPLACED, [])
        assert world.letters.get(again).state is LetterState.HELD

    def test_closing_again_plans_nothing_new(self) -> None:
        world = corrected(sent(a_closed_world()))
        reissue(world)
        before = world.letters.of_year(YEAR), documents_of(world)

        report = world.close()

        assert (report.was_closed, report.close.revision) == (True, 2)
        assert (world.letters.of_year(YEAR), documents_of(world)) == before

    def test_before_the_letters_day_the_new_letter_carries_that_day(self) -> None:
        world = corrected(a_closed_world())

        assert propose(world, AFTER_THE_YEAR).reissue.dated == LETTER_DAY


class TestExplaining:
    @pytest.fixture
    def reissued(self) -> World:
        world = corrected(sent(a_closed_world()))
        reissue(world)
        return world

    @pytest.mark.parametrize(
        ("authority", "revision"), [(ROCHFORD, Revision(2)), (OTHER_DISTRICT, Revision(1))]
    )
    def test_a_number_is_explained_in_the_revision_it_was_frozen_in(
        self, reissued: World, authority: AuthorityCode, revision: Revision
    ) -> None:
        explained = reissued.explain_figures().explain(
            TallyKey(authority, YEAR), "upheld", endless()
        )

        assert (explained.revision, explained.value) == (revision, 1)
        assert not explained.differences

    def test_a_comparison_is_explained_by_the_pool_that_was_frozen_first(
        self, reissued: World
    ) -> None:
        explained = reissued.explain_comparisons().explain(
            YEAR, AuthorityType.DISTRICT, "uphold_rate"
        )

        assert (explained.revision, explained.statistic) == (1, Statistic(3, 3))
        (difference,) = explained.differences
        assert (difference.code, difference.frozen, difference.today) == (
            ROCHFORD,
            Statistic(2, 2),
            Statistic(1, 1),
        )


class LaggingQueue(InMemoryDeadLetters):
    """Twelve messages still wait to be recorded."""

    def waiting(self) -> int:
        return 12


class TestRefusals:
    def test_without_a_reason(self) -> None:
        assert "--reason" in why_not(corrected(a_closed_world()), reason="  ")

    @pytest.mark.parametrize(
        ("reason", "said"),
        [
            ("word " * 100, "the reason has 499 characters"),
            ("One was\u200b missing.", "U+200B (ZERO WIDTH SPACE): type it afresh"),
        ],
    )
    def test_a_reason_that_a_letter_can_t_print(self, reason: str, said: str) -> None:
        assert said in why_not(corrected(a_closed_world()), reason=reason)

    def test_a_year_that_is_not_closed(self) -> None:
        world = World()

        with pytest.raises(NotReissuedError, match="close it first"):
            propose(world)

    def test_an_authority_that_is_not_in_the_figures(self) -> None:
        said = why_not(a_closed_world(), authority=AuthorityCode("E99"))

        assert said == "E99 is not in the figures of 2020"

    def test_figures_that_have_not_changed_unless_that_is_meant(self) -> None:
        world = a_closed_world()
        world.record(an_upheld_decision("2", version=2))

        assert "--same-figures" in why_not(world)
        assert reissue(world, same_figures=True).record.revision == 2

    def test_a_letter_that_is_being_sent(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.CLAIMED))

        assert "2020-1-E07000075 is claimed" in why_not(world)

    def test_a_letter_that_was_claimed_while_somebody_read_the_proposal(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.APPROVED))
        proposal = propose(world)
        world.letters.move(
            a_letter_id(), Move(LetterState.CLAIMED, SEPTEMBER, "sent"), {LetterState.APPROVED}
        )

        with pytest.raises(NotReissuedError, match="is claimed"):
            world.reissue_letter().reissue(proposal, "", SEPTEMBER)
        assert len(world.closes.of_year(YEAR)) == 1

    def test_a_tally_that_differs_from_its_cases(self) -> None:
        store = DoctoredCaseStore()
        world = corrected(a_closed_world(cases=store))
        store.doctor(TallyKey(ROCHFORD, YEAR), a_tally(upheld=1))

        assert "annual-review reconcile 2020" in why_not(world)

    def test_dead_letters_and_a_lagging_queue(self) -> None:
        world = corrected(a_closed_world())
        world.record_decisions().record([a_message("{oops")], endless())

        assert "dead-letter queue (1)" in why_not(world)
        assert "wait to be recorded (12)" in why_not(replace(world, dead_letters=LaggingQueue()))

    def test_a_letter_that_would_have_nobody_to_go_to(self) -> None:
        world = corrected(a_closed_world())

        said = why_not(replace(world, receiving=recipients(OTHER_DISTRICT)))

        assert said == f"no recipient for the letter of {ROCHFORD}: give one in the register"

    def test_a_date_before_that_of_the_letter_it_replaces(self) -> None:
        world = corrected(sent(a_closed_world()))

        assert "can't replace that of 2020-07-22" in why_not(world, dated=date(2020, 7, 21))

    def test_letters_that_closing_did_not_plan(self) -> None:
        world = corrected(a_closed_world())
        del world.letters._letters[a_letter_id()]

        assert "is not planned yet" in why_not(world)


def test_an_authority_that_left_the_register_keeps_its_name() -> None:
    world = corrected(a_closed_world())
    gone: Register = a_register(OTHER_DISTRICT, COUNTY)

    reissue(replace(world, register=gone, receiving=recipients(*CODES)))

    assert world.frozen().figures.authority.name == an_authority().name


def test_a_letter_of_a_resend_counts_as_sent_too() -> None:
    world = corrected(a_closed_world())
    world.put_letter(LetterState.DELIVERED, letter=replace(a_letter_id(), dispatch=Dispatch(2)))

    assert propose(world).reissue.replaces == 1
