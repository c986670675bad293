"""Re-issuing a letter: a new revision for one authority, and nothing of the first overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.letters import Act, Dispatch, LetterState
from annual_review.domain.reporting_year import Revision
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.year_end.propose_reissue import NotReissuedError
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
    an_authority,
    an_upheld_decision,
)
from tests.fakes.patience import endless
from tests.unit.services.year_end.reissues import (
    REASON,
    SECOND,
    SEPTEMBER,
    a_closed_world,
    corrected,
    documents_of,
    propose,
    reissue,
    sent,
)
from tests.worlds import AFTER_THE_YEAR, ISSUE_DATE, World


class TestTheNewRevision:
    def test_it_holds_the_figures_of_today_and_why(self) -> None:
        world = corrected(sent(a_closed_world()))

        proposal = reissue(world)

        record = world.frozen()
        assert (record.revision, record.reissue) == (2, proposal.reissue)
        assert record.figures.tally.upheld == 1
        assert [case.reference for case in record.cases] == ["1", "1"]
        assert proposal.reissue == Reissue(
            SEPTEMBER.date(), REASON, Revision(1), ISSUE_DATE, proposal.before.tally
        )
        assert proposal.before.tally.upheld == 2

    def test_old_and_new_stand_side_by_side_the_counts_where_they_differ(self) -> None:
        proposal = propose(corrected(a_closed_world()))

        assert [(each.name, each.before, each.now) for each in proposal.figures] == [
            ("upheld", "2", "1"),
            ("subject:Planning & Development", "2", "1"),
            ("uphold rate", "100% (2 of 2)", "100% (1 of 1)"),
            ("compliance rate", "100% (1 of 1)", "100% (1 of 1)"),
            ("satisfactory remedy rate", "0% (0 of 2)", "0% (0 of 1)"),
        ]

    def test_nothing_that_was_there_before_is_written_again(self) -> None:
        world = corrected(sent(a_closed_world()))
        world.prepare(OTHER_DISTRICT)
        before, letter = documents_of(world), world.letters.get(a_letter_id())

        reissue(world)
        world.prepare_letter().prepare(SECOND, SEPTEMBER)

        after = documents_of(world)
        assert {key: after[key] for key in before} == before
        assert len(after) > len(before)
        now = world.letters.get(a_letter_id())
        assert now.history[-1].why == "replaced by revision 2, by a data analyst"
        assert replace(now, history=now.history[:-1], version=letter.version) == letter

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
        assert (
            world.frozen(OTHER_DISTRICT).figures.comparisons.statistics.get(
                StatisticName.COMPLIANCE_RATE
            )
            is None
        )

        reissue(world, authority=OTHER_DISTRICT)

        compared = world.frozen(OTHER_DISTRICT).figures.comparisons.statistics.get(
            StatisticName.COMPLIANCE_RATE
        )
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
        world.directory.authorities = a_register(renamed, OTHER_DISTRICT, COUNTY)

        reissue(world, same_figures=True)

        authority = world.frozen().figures.authority
        assert (authority.name, authority.type) == ("Rochford Council", AuthorityType.DISTRICT)

    def test_an_authority_of_type_other_is_still_not_compared(self) -> None:
        other = an_authority(type_=AuthorityType.OTHER)
        world = corrected(a_closed_world(a_register(other, OTHER_DISTRICT, COUNTY)))

        reissue(world)

        assert world.frozen().figures.comparisons.statistics.get(StatisticName.UPHOLD_RATE) is None

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
        released = world.release_letters(approval_required=True).release(YEAR, SEPTEMBER).done
        for letter in (*released, a_letter_id()):
            world.send_letter(approval_required=True).send(letter, SEPTEMBER)

        assert released == (SECOND,)
        assert world.letters.get(SECOND).state is LetterState.ACCEPTED
        assert world.state_of() is LetterState.HELD
        assert world.renderer.rendered[-1].reissue == world.frozen().reissue

    def test_a_dispatch_that_was_asked_for_since_the_proposal_is_told_and_then_held(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.BOUNCED))
        proposal = propose(world)
        again = world.resend_letter().plan(YEAR, ROCHFORD, Act("an operator", SEPTEMBER, "bounced"))

        with pytest.raises(NotReissuedError, match="was changed at the same time, and is bounced"):
            world.reissue_letter().reissue(proposal, "a data analyst", SEPTEMBER)
        assert len(world.closes.of_year(YEAR)) == 1

        reissue(world)
        assert world.letters.get(again.id).state is LetterState.HELD

    def test_closing_again_plans_nothing_new(self) -> None:
        world = corrected(sent(a_closed_world()))
        reissue(world)
        before = world.letters.of_year(YEAR), documents_of(world)

        report = world.close()

        assert (report.was_closed, report.close.revision) == (True, 2)
        assert (world.letters.of_year(YEAR), documents_of(world)) == before

    def test_before_the_letters_day_the_new_letter_carries_that_day(self) -> None:
        world = corrected(a_closed_world())

        assert propose(world, AFTER_THE_YEAR).reissue.dated == ISSUE_DATE


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


def test_an_authority_that_left_the_register_keeps_its_name() -> None:
    world = corrected(a_closed_world())
    world.directory.authorities = a_register(OTHER_DISTRICT, COUNTY)

    reissue(world)

    assert world.frozen().figures.authority.name == an_authority().name


def test_a_letter_of_a_resend_counts_as_sent_too() -> None:
    world = corrected(a_closed_world())
    world.put_letter(LetterState.DELIVERED, letter=replace(a_letter_id(), dispatch=Dispatch(2)))

    assert propose(world).reissue.replaces == 1
