"""An authority whose code has changed is one authority, through the whole year end (rule 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import YearFigures, YearVolume
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import PopulationRate
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.explain_figures import UnexplainedError
from annual_review.services.figures.today.changed_figures import changed_since
from annual_review.services.figures.today.live_figures import live_figures
from annual_review.services.letters.load_register import LoadReport
from annual_review.services.letters.own_performance import Note
from annual_review.services.letters.register.changed_entries import CodesInUseError, Entries
from annual_review.services.year_end.propose_reissue import Order
from tests.advice import worded
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_recipient,
    a_register,
    a_tally,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

BEFORE, NOW = AuthorityCode("E08000020"), AuthorityCode("E08000037")
GATESHEAD = an_authority(NOW, name="Gateshead", population=1000, former_codes=[BEFORE])
AS_BEFORE = an_authority(BEFORE, name="Gateshead", population=1000)
ACT = Act("a.person", NOON)


def record_both(world: World) -> None:
    """Two upheld decisions and a compliance outcome, and one decision of another district."""
    world.record(
        an_upheld_decision("1", authority=BEFORE),
        an_upheld_decision("2", authority=NOW),
        a_compliance_outcome("2", authority=BEFORE),
        an_upheld_decision("3", authority=OTHER_DISTRICT),
    )


def a_closed_world() -> World:
    """The register knew of both codes before the year was closed."""
    other = an_authority(OTHER_DISTRICT, population=500)
    world = World(register=a_register(GATESHEAD, other), cases=DoctoredCaseStore())
    record_both(world)
    world.close()
    return world


def a_world_closed_before() -> World:
    """The year was closed while the authority still had its former code."""
    world = World(register=a_register(AS_BEFORE, OTHER_DISTRICT))
    world.record(an_upheld_decision("1", authority=BEFORE))
    world.close()
    world.prepare(BEFORE)
    return world


def load(world: World, *, email: str = f"chief@{NOW}.example") -> LoadReport:
    """Load the register with the present code, and the recipient under it."""
    wanted = Entries(a_register(GATESHEAD), {NOW: a_recipient(NOW, email=email)})
    return world.load_register().load(wanted, [YEAR], ACT)


class TestClosing:
    def test_it_has_one_letter_and_all_of_its_cases(self) -> None:
        world = a_closed_world()

        assert [each.id.authority for each in world.letters.of_year(YEAR)] == [
            OTHER_DISTRICT,
            NOW,
        ]
        frozen = world.frozen(NOW)
        assert (frozen.figures.tally.upheld, len(frozen.cases)) == (2, 3)
        assert frozen.figures.upheld_per_100_000

    def test_a_recipient_under_the_former_code_receives_it(self) -> None:
        world = World(
            register=a_register(GATESHEAD, OTHER_DISTRICT),
            receiving=recipients(BEFORE, OTHER_DISTRICT),
        )

        world.close()
        world.prepare(NOW)

        assert world.letters.get(a_letter_id(NOW)).recipients == (recipients(BEFORE)[BEFORE].email,)

    def test_every_tally_of_it_agrees_with_its_cases(self) -> None:
        world = a_closed_world()

        counts = list(world.reconcile_year().counts(YEAR, world.register.every_code, endless()))

        assert {each.key.authority for each in counts} == {BEFORE, NOW, OTHER_DISTRICT}
        assert all(each.is_in_order for each in counts)

    def test_a_former_code_that_is_forgotten_is_a_reason_not_to_close(self) -> None:
        world = World(register=a_register(GATESHEAD, OTHER_DISTRICT))
        record_both(world)
        world.directory.authorities = a_register(
            replace(GATESHEAD, former_codes=()), OTHER_DISTRICT
        )

        trial = world.close_year().try_out(YEAR, AFTER_THE_YEAR, endless())

        assert trial.reasons == (
            f"{BEFORE} has decisions and is not in the register: add it to the register",
        )

    def test_a_compliance_outcome_under_another_code_fits_its_decision(self) -> None:
        world = a_closed_world()

        examination = world.close_year().examine(YEAR, AFTER_THE_YEAR, endless())

        assert examination.unfitting == ()

    def test_its_decisions_of_the_year_before_are_in_the_volume_beside_which_this_one_is_seen(
        self,
    ) -> None:
        world = World(register=a_register(GATESHEAD))
        before = [
            an_upheld_decision(f"{number}", authority=BEFORE, decided_on=date(2019, 3, 1))
            for number in range(50)
        ]
        world.record(*before, an_upheld_decision("99", authority=NOW))

        examination = world.close_year().examine(YEAR, AFTER_THE_YEAR, endless())

        assert examination.volume == YearVolume(1, 50)


class TestExplaining:
    @pytest.mark.parametrize("code", [BEFORE, NOW])
    @pytest.mark.parametrize("is_live", [True, False])
    def test_a_number_leads_to_the_cases_under_all_codes(
        self, code: AuthorityCode, *, is_live: bool
    ) -> None:
        world = a_closed_world()

        found = world.explain_figures().explain(
            TallyKey(code, YEAR), "upheld", endless(), is_live=is_live
        )

        assert [each.case.reference for each in found.cases] == ["1", "2"]

    def test_a_case_that_moves_to_the_other_code_still_counts(self) -> None:
        world = a_closed_world()
        world.record(an_upheld_decision("1", version=2, authority=NOW))

        found = world.explain_figures().explain(
            TallyKey(NOW, YEAR), "upheld", endless(), is_live=False
        )

        assert [each.why for each in found.differences] == ["version 2 counts in its place"]

    def test_a_tally_of_a_former_code_that_does_not_add_up_explains_nothing(self) -> None:
        world = a_closed_world()
        assert isinstance(world.cases, DoctoredCaseStore)
        world.cases.doctor(TallyKey(BEFORE, YEAR), a_tally(upheld=1))

        with pytest.raises(UnexplainedError, match=BEFORE):
            world.explain_figures().explain(TallyKey(NOW, YEAR), "upheld", endless(), is_live=True)

    def test_it_is_in_its_pool_once(self) -> None:
        world = a_closed_world()

        found = world.frozen(OTHER_DISTRICT).figures.comparisons.upheld_per_100_000

        assert found == PopulationRate(cases=3, population=1500)


class TestACodeThatChangesAfterClosing:
    def test_the_letter_keeps_its_code_and_goes_to_the_recipient_under_the_new_one(self) -> None:
        world = a_world_closed_before()
        letter = a_letter_id(BEFORE)

        report = load(world, email="new@gateshead.example")

        assert report.taken_back == (letter,)
        assert report.doubled == ()
        world.prepare(BEFORE)
        assert world.letters.get(letter).recipients == ("new@gateshead.example",)
        assert len(world.letters.of_year(YEAR)) == 2

    def test_what_changes_nothing_in_the_letter_leaves_it(self) -> None:
        world = a_world_closed_before()
        email = recipients(BEFORE)[BEFORE].email

        load(world, email=email)

        assert world.state_of(BEFORE) is LetterState.PREPARED

    @pytest.mark.parametrize("code", [BEFORE, NOW])
    def test_its_letter_is_reissued_with_the_cases_under_all_codes(
        self, code: AuthorityCode
    ) -> None:
        world = a_world_closed_before()
        load(world)
        world.record(an_upheld_decision("2", authority=NOW))

        proposal = world.propose_reissue().propose(
            Order(YEAR, code, "A decision was missing."), date(2020, 9, 1), endless()
        )

        assert proposal.letter == a_letter_id(BEFORE, revision=2)
        assert proposal.record.figures.tally.upheld == 2

    @pytest.mark.parametrize("code", [BEFORE, NOW])
    def test_numbers_of_the_closed_year_are_explained(self, code: AuthorityCode) -> None:
        world = a_world_closed_before()
        load(world)

        found = world.explain_figures().explain(
            TallyKey(code, YEAR), "upheld", endless(), is_live=False
        )

        assert (found.value, found.tally.authority) == (1, BEFORE)

    def test_its_figures_have_changed_only_once_something_else_counts(self) -> None:
        world = a_world_closed_before()
        load(world)
        frozen = {code: world.frozen(code).figures.tally for code in (BEFORE, OTHER_DISTRICT)}

        assert changed_since(frozen, self.today(world)) == []
        world.record(an_upheld_decision("2", authority=NOW))
        assert changed_since(frozen, self.today(world)) == [BEFORE]

    def today(self, world: World) -> YearFigures:
        return live_figures(world.cases, YEAR, world.directory.register())

    def test_the_next_year_looks_back_on_it_under_the_new_code(self) -> None:
        world = a_world_closed_before()
        load(world)

        found = earlier_years(
            world.documents, world.closes, ReportingYear(2021), world.directory.register()
        )

        assert [each.tally.upheld for each in found[NOW]] == [1]
        assert BEFORE not in found


class TestTwoLettersToOneAuthority:
    def a_world(self) -> World:
        """The year was closed with both codes in the register as authorities of their own."""
        world = World(register=a_register(AS_BEFORE, NOW))
        world.record(an_upheld_decision("1", authority=BEFORE))
        world.close()
        return world

    def test_the_one_under_the_former_code_is_to_be_held(self) -> None:
        assert load(self.a_world()).doubled == (a_letter_id(BEFORE),)

    def test_once_it_is_held_nothing_is_told(self) -> None:
        world = self.a_world()
        load(world)
        world.hold_letters().hold(YEAR, [BEFORE], ACT)

        assert load(world).doubled == ()

    def test_where_one_was_sent_the_other_is_to_be_held(self) -> None:
        world = World(register=a_register(AS_BEFORE, NOW))
        world.put_letter(LetterState.DELIVERED, BEFORE)
        world.put_letter(LetterState.PREPARED, NOW)

        assert load(world).doubled == (a_letter_id(NOW),)

    def test_the_years_after_count_both_together(self) -> None:
        world = self.a_world()
        load(world)

        found = earlier_years(
            world.documents, world.closes, ReportingYear(2021), world.directory.register()
        )

        assert [each.tally.upheld for each in found[NOW]] == [1]


class TestWhatIsRefused:
    def test_a_note_that_waits_under_what_would_be_a_former_code(self) -> None:
        world = World(register=a_register(AS_BEFORE))
        world.load_notes().load(YEAR, [Note(BEFORE, Family.LATE_ANSWERS, "Late.")], ACT)

        with pytest.raises(CodesInUseError, match=f"{BEFORE} has notes") as refused:
            load(world)

        assert worded(refused.value.command) == f"notes list {YEAR} {BEFORE}"
        assert list(world.directory.register()) == [BEFORE]

    def test_but_not_one_whose_letter_is_there(self) -> None:
        world = a_world_closed_before()
        world.load_notes().load(YEAR, [Note(BEFORE, Family.LATE_ANSWERS, "Late.")], ACT)

        load(world)

        assert world.directory.authority(BEFORE) == GATESHEAD

    def test_a_former_code_of_another_authority_that_is_loaded(self) -> None:
        world = World(register=a_register(GATESHEAD, ROCHFORD))
        other = an_authority(OTHER_DISTRICT, former_codes=[BEFORE])

        with pytest.raises(CodesInUseError, match=f"{BEFORE} is a former code of {NOW}"):
            world.load_register().load(Entries(a_register(other), {}), [YEAR], ACT)
