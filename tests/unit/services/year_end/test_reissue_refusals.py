"""A re-issue is refused before anything is written, and says what to do."""

from __future__ import annotations

from datetime import date

import pytest

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.domain.tallies import TallyKey
from annual_review.services.letters.letter import Move
from annual_review.services.year_end.propose_reissue import NotReissuedError
from tests.advice import worded
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_message,
    a_tally,
    an_upheld_decision,
    recipients,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.patience import endless
from tests.unit.services.year_end.reissues import (
    SEPTEMBER,
    a_closed_world,
    corrected,
    propose,
    reissue,
    sent,
    why_not,
)
from tests.worlds import NO_GLYPH, World


class LaggingQueue(InMemoryDeadLetters):
    """Twelve messages still wait to be recorded."""

    def waiting(self) -> int:
        return 12


class TestRefusals:
    def test_without_a_reason(self) -> None:
        assert "give a reason" in why_not(corrected(a_closed_world()), reason="  ")

    @pytest.mark.parametrize(
        ("reason", "said"),
        [
            ("word " * 100, "the reason has 499 characters"),
            ("One was\u200b missing.", "U+200B (ZERO WIDTH SPACE): type it again"),
            (f"Of {NO_GLYPH}.", f"the letter's font lacks {NO_GLYPH}, which the reason holds"),
        ],
    )
    def test_a_reason_that_a_letter_can_t_print(self, reason: str, said: str) -> None:
        assert said in why_not(corrected(a_closed_world()), reason=reason)

    def test_a_year_that_is_not_closed(self) -> None:
        world = World()

        with pytest.raises(NotReissuedError, match="is not closed: close it first") as refused:
            propose(world)

        assert worded(refused.value.command) == "close 2020"

    def test_an_authority_that_is_not_in_the_figures(self) -> None:
        said = why_not(a_closed_world(), authority=AuthorityCode("E99"))

        assert said == "E99 is not in the figures of 2020"

    def test_figures_that_have_not_changed_unless_that_is_meant(self) -> None:
        world = a_closed_world()
        world.record(an_upheld_decision("2", version=2))

        with pytest.raises(NotReissuedError, match="nothing in the figures") as refused:
            propose(world)
        assert worded(refused.value.command).startswith(f"reissue 2020 {ROCHFORD} --same-figures")
        assert reissue(world, same_figures=True).record.revision == 2

    def test_a_letter_that_is_being_sent(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.CLAIMED))

        assert "2020-1-E07000075 is claimed" in why_not(world)

    def test_a_letter_that_was_claimed_while_somebody_read_the_proposal(self) -> None:
        world = corrected(sent(a_closed_world(), LetterState.APPROVED))
        proposal = propose(world)
        claim = Move(LetterState.CLAIMED, SEPTEMBER, "sent")
        world.letters.move(world.letters.get(a_letter_id()), claim)

        with pytest.raises(NotReissuedError, match="is claimed"):
            world.reissue_letter().reissue(proposal, "", SEPTEMBER)
        assert len(world.closes.of_year(YEAR)) == 1

    def test_a_tally_that_differs_from_its_cases(self) -> None:
        store = DoctoredCaseStore()
        world = corrected(a_closed_world(cases=store))
        store.doctor(TallyKey(ROCHFORD, YEAR), a_tally(upheld=1))

        with pytest.raises(NotReissuedError, match="differs from its cases") as refused:
            propose(world)
        assert worded(refused.value.command) == "reconcile 2020"

    def test_dead_letters_and_a_lagging_queue(self) -> None:
        world = corrected(a_closed_world())
        world.record_decisions().record([a_message("{oops")], endless())

        assert "dead-letter queue (1)" in why_not(world)
        world.dead_letters = LaggingQueue()
        assert "wait to be recorded (12)" in why_not(world)

    def test_a_letter_that_would_have_nobody_to_go_to(self) -> None:
        world = corrected(a_closed_world())

        world.directory.receiving = recipients(OTHER_DISTRICT)

        assert (
            why_not(world) == f"no recipient for the letter of {ROCHFORD}: add one to the register"
        )

    def test_a_date_before_that_of_the_letter_it_replaces(self) -> None:
        world = corrected(sent(a_closed_world()))

        assert "can't replace that of 2020-07-22" in why_not(world, dated=date(2020, 7, 21))

    def test_letters_that_closing_did_not_plan(self) -> None:
        world = corrected(a_closed_world())
        del world.letters._letters[a_letter_id()]

        assert "is not planned yet" in why_not(world)
