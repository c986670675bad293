from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.domain.authorities import AuthorityType
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.documents import digest
from annual_review.services.letters.letter import Move
from annual_review.services.year_end.close_year import YearNotClosedError
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_message,
    a_register,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

HERE = TallyKey(ROCHFORD, YEAR)
SUCCEEDED = an_authority(in_being_to=date(2019, 6, 30), successors=[OTHER_DISTRICT])


class LaggingQueue(InMemoryDeadLetters):
    """Twelve messages still wait to be recorded."""

    def waiting(self) -> int:
        return 12


def reasons(world: World, at: datetime = AFTER_THE_YEAR) -> list[str]:
    with pytest.raises(YearNotClosedError) as refusal:
        world.close(at)
    assert world.closes.latest(YEAR) is None
    assert world.letters.of_year(YEAR) == ()
    return list(refusal.value.reasons)


class TestClosing:
    def test_figures_are_frozen_as_revision_1(self) -> None:
        world = World()
        world.record(an_upheld_decision(satisfactory_remedy=True), a_compliance_outcome())

        report = world.close()

        assert (report.close.revision, report.letters, report.was_closed) == (1, 1, False)
        assert world.closes.latest(YEAR) == report.close
        assert world.frozen().figures.tally == world.cases.tallies([HERE])[HERE]

    def test_the_close_names_the_hash_of_what_was_frozen(self) -> None:
        world = World()

        close = world.close().close

        assert world.frozen_year()["sha256"] == close.figures_sha256
        assert world.frozen_document("figures.csv").startswith(b"code,authority,type")

    def test_a_letter_is_planned_for_every_authority_in_the_figures(self) -> None:
        world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))

        world.close()

        for code in (ROCHFORD, OTHER_DISTRICT):
            letter = world.letters.get(a_letter_id(code))
            assert letter.state is LetterState.PLANNED
            assert letter.since == AFTER_THE_YEAR
            content = world.frozen_document(f"authorities/{code}.json")
            assert letter.figures_sha256 == digest(content)
        assert list(world.to_prepare.take()) == [a_letter_id(ROCHFORD), a_letter_id(OTHER_DISTRICT)]

    def test_an_authority_abolished_in_the_year_has_figures_and_a_letter(self) -> None:
        world = World(register=a_register(SUCCEEDED, OTHER_DISTRICT))
        world.record(an_upheld_decision())

        assert world.close().letters == 2
        assert world.state_of(ROCHFORD) is LetterState.PLANNED

    def test_authorities_of_type_other_receive_letters_too(self) -> None:
        world = World(register=a_register(an_authority(type_=AuthorityType.OTHER)))

        assert world.close().letters == 1

    def test_withdrawn_cases_are_not_among_the_frozen_ones(self) -> None:
        world = World()
        world.record(an_upheld_decision("1"), a_withdrawal("1"), an_upheld_decision("2"))

        world.close()

        assert [case.reference for case in world.frozen().cases] == ["2"]

    def test_whoever_waits_is_told_how_many_authorities_are_done(self) -> None:
        told: list[tuple[int, int]] = []

        world = World(register=a_register("E1", "E2", "E3"))
        world.record(an_upheld_decision(authority="E1"))
        world.close_year().close(
            YEAR, AFTER_THE_YEAR, endless(), lambda done, of: told.append((done, of))
        )

        assert told == [(1, 3), (2, 3), (3, 3)]

    def test_another_year_stays_open(self) -> None:
        world = World()

        world.close()

        assert world.closes.latest(ReportingYear(2019)) is None


class TestRefusing:
    def test_a_year_that_is_not_over_is_not_closed(self) -> None:
        last_evening = datetime.fromisoformat("2020-03-31T23:59:59+01:00")

        assert reasons(World(), last_evening) == [
            "the year 2020 ends on 2020-03-31: close it after that day"
        ]

    def test_the_first_moment_of_1_april_is_late_enough(self) -> None:
        midnight = datetime.fromisoformat("2020-04-01T00:00:00+01:00")

        assert World().close(midnight).close.at == midnight

    def test_a_dead_letter_keeps_the_year_open(self) -> None:
        world = World()
        world.dead_letters.put(a_message("not json"), "not_json")

        assert reasons(world) == [
            "messages in the dead-letter queue (1): replay or discard each of them"
        ]

    def test_a_queue_that_is_not_empty_keeps_the_year_open(self) -> None:
        assert reasons(World(dead_letters=LaggingQueue())) == [
            "messages that wait to be recorded (12): wait until the queue is empty"
        ]

    def test_a_tally_that_differs_from_its_cases_keeps_the_year_open(self) -> None:
        cases = DoctoredCaseStore()
        cases.falsify(HERE, a_compliance_outcome())

        (reason,) = reasons(World(cases=cases))

        assert reason == (
            "the tally of E07000075 differs from its cases by {'on_time': 1}: reconcile it"
        )

    def test_a_case_that_no_tally_counted_keeps_the_year_open(self) -> None:
        world = World(cases=DoctoredCaseStore())
        world.record(a_compliance_outcome())
        world.cases._tallies.clear()

        (reason,) = reasons(world)

        assert "{'on_time': -1}" in reason

    def test_a_case_of_an_authority_that_left_the_register_keeps_the_year_open(self) -> None:
        world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
        world.record(an_upheld_decision("19-1"), an_upheld_decision(authority=OTHER_DISTRICT))
        world.directory.authorities = a_register(ROCHFORD)

        assert reasons(world) == [
            "E07000076 has decisions and is not in the register: add it to the register"
        ]

    def test_a_year_of_which_no_decision_is_recorded_stays_open(self) -> None:
        world = World()
        world.record(a_compliance_outcome())

        trial = world.close_year().try_out(YEAR, AFTER_THE_YEAR, endless())

        assert trial.reasons == (
            "no decision of 2020 is recorded: check the year, and whether events arrive",
        )

    def test_an_authority_without_a_recipient_keeps_the_year_open(self) -> None:
        world = World(register=a_register(ROCHFORD, OTHER_DISTRICT), receiving=recipients(ROCHFORD))

        assert reasons(world) == [
            "no recipient for the letter of E07000076: add one for E07000076 to the register"
        ]

    def test_a_successor_without_a_recipient_is_the_one_named(self) -> None:
        world = World(
            register=a_register(SUCCEEDED, OTHER_DISTRICT), receiving=recipients(ROCHFORD)
        )

        assert (
            "no recipient for the letter of E07000075: add one for E07000076 to the register"
            in (reasons(world))
        )

    def test_an_authority_that_ended_without_a_successor_keeps_the_year_open(self) -> None:
        world = World(register=a_register(an_authority(in_being_to=date(2019, 6, 30))))
        world.record(an_upheld_decision(decided_on=date(2019, 5, 2)))

        assert reasons(world) == [
            "E07000075 was abolished and has no successor: name one in the register"
        ]

    def test_a_register_without_any_authority_of_the_year_keeps_the_year_open(self) -> None:
        world = World(register=a_register(an_authority(in_being_to=date(2010, 3, 31))))

        assert reasons(world) == [
            "the register holds no authority that was in being in 2020: load it"
        ]

    def test_an_authority_without_a_letter_needs_no_recipient(self) -> None:
        gone = an_authority(COUNTY, in_being_to=date(2010, 3, 31))
        world = World(register=a_register(ROCHFORD, gone), receiving=recipients(ROCHFORD))

        assert world.close().letters == 1

    def test_all_reasons_are_listed_at_once_each_with_what_to_do(self) -> None:
        cases = DoctoredCaseStore()
        cases.falsify(HERE, a_compliance_outcome())
        world = World(cases=cases, receiving={}, dead_letters=LaggingQueue())
        world.dead_letters.put(a_message("not json"), "not_json")

        listed = reasons(world, datetime.fromisoformat("2020-01-01T00:00:00+00:00"))

        assert [reason.rpartition(": ")[2] for reason in listed] == [
            "close it after that day",
            "replay or discard each of them",
            "wait until the queue is empty",
            "reconcile it",
            "add one for E07000075 to the register",
        ]

    def test_the_refusal_says_everything_in_its_message_too(self) -> None:
        with pytest.raises(YearNotClosedError, match=r"2020 is not closed: .*no recipient"):
            World(receiving={}).close()


class TestClosingAgain:
    def test_figures_are_frozen_once(self) -> None:
        world = World()
        first = world.close().close
        world.record(an_upheld_decision())

        again = world.close()

        assert again.was_closed
        assert again.close == first
        assert world.frozen().figures.tally.upheld == 0

    def test_decisions_after_the_freeze_change_the_tally_and_never_the_frozen_record(self) -> None:
        world = World()
        world.record(an_upheld_decision("1"))
        world.close()
        before = {name: world.frozen_document(name) for name in ("figures.json", "figures.csv")}

        world.record(an_upheld_decision("2"), a_withdrawal("1"))

        assert world.cases.tallies([HERE])[HERE].upheld == 1
        assert [case.reference for case in world.cases.of_tally(HERE)] == ["2"]
        for name, content in before.items():
            assert world.frozen_document(name) == content
        assert [case.reference for case in world.frozen().cases] == ["1"]

    def test_only_what_was_not_prepared_is_asked_for_again(self) -> None:
        world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
        world.close()
        list(world.to_prepare.take())
        rendered = Move(LetterState.PREPARED, AFTER_THE_YEAR, "rendered")
        world.letters.move(world.letters.get(a_letter_id(ROCHFORD)), rendered)

        world.close()

        assert list(world.to_prepare.take()) == [a_letter_id(OTHER_DISTRICT)]
        assert world.state_of(ROCHFORD) is LetterState.PREPARED

    def test_reasons_that_have_come_up_since_do_not_matter_to_a_closed_year(self) -> None:
        world = World()
        world.close()
        world.dead_letters.put(a_message("not json"), "not_json")

        assert world.close().was_closed

    def test_letters_are_planned_from_the_frozen_record_not_from_today_s_register(self) -> None:
        world = World()
        world.close()
        world.directory.authorities = a_register(ROCHFORD, OTHER_DISTRICT)

        assert world.close().letters == 1
        assert json.loads(world.frozen_document("figures.json"))["authorities"][0]["code"] == (
            ROCHFORD
        )


def test_who_has_dealt_with_the_reasons_may_freeze_in_spite_of_them() -> None:
    world = World()
    world.record(an_upheld_decision())
    world.dead_letters.put(a_message("not json"), "not_json")
    service = world.close_year()

    examination = service.examine(YEAR, AFTER_THE_YEAR, endless())
    report = service.freeze(examination, AFTER_THE_YEAR)

    assert len(examination.reasons) == 1
    assert report.letters == 1
