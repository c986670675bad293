from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import pytest

from annual_review.adapters.memory.volumes import InMemoryVolumeStore
from annual_review.domain.cases import Decision, DecisionOutcome
from annual_review.domain.figures import YearVolume
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import RefusalError
from annual_review.services.year_end.close_year import YearNotClosedError
from annual_review.services.year_end.closing.year_volume import (
    AcceptVolume,
    VolumeAcceptance,
    VolumeRecord,
)
from tests.builders import IN_THE_YEAR, YEAR, a_decision
from tests.fakes.faults import Fault, Faults, ProcessDiedError
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

THE_YEAR_BEFORE: Final = date(2018, 11, 5)
SEEN: Final = YearVolume(5, 11)
ACT: Final = Act("A. Person", AFTER_THE_YEAR, "a new scheme sifts them out")
QUESTION: Final = (
    "5 decisions of 2020, under half of the 11 of 2019: find out why, or accept the volume"
)


def decisions(number: int, day: date, first: int = 1) -> Sequence[Decision]:
    """Build so many decisions of one day, none of them an investigation."""
    return [
        a_decision(DecisionOutcome.ADVICE_GIVEN, f"{day.year}-{place}", decided_on=day)
        for place in range(first, first + number)
    ]


def a_world(here: int, before: int) -> World:
    world = World()
    world.record(*decisions(here, IN_THE_YEAR), *decisions(before, THE_YEAR_BEFORE))
    return world


def reasons(world: World, when: datetime = AFTER_THE_YEAR) -> tuple[str, ...]:
    return world.close_year().try_out(YEAR, when, endless()).reasons


def test_a_year_of_under_half_the_decisions_of_the_year_before_is_not_closed() -> None:
    world = a_world(5, 11)

    with pytest.raises(YearNotClosedError) as refusal:
        world.close()

    assert refusal.value.reasons == (QUESTION,)
    assert world.closes.latest(YEAR) is None


def test_a_year_of_over_twice_the_decisions_is_not_closed_either() -> None:
    assert reasons(a_world(11, 5)) == (
        "11 decisions of 2020, over twice the 5 of 2019: find out why, or accept the volume",
    )


@pytest.mark.parametrize(("here", "before"), [(5, 10), (10, 5), (5, 0)])
def test_half_and_twice_as_many_and_a_first_year_are_no_question(here: int, before: int) -> None:
    assert reasons(a_world(here, before)) == ()


def test_what_was_frozen_of_the_year_before_counts_not_what_its_tallies_say_today() -> None:
    world = a_world(5, 10)
    world.close_year().close(ReportingYear(2019), AFTER_THE_YEAR, endless())
    world.record(*decisions(90, THE_YEAR_BEFORE, first=11))

    assert reasons(world) == ()


def test_a_year_that_runs_is_not_asked_how_much_it_holds() -> None:
    (reason,) = reasons(a_world(5, 11), datetime.fromisoformat("2020-01-01T00:00:00+00:00"))

    assert reason.endswith("close it after that day")


def test_an_accepted_volume_passes_at_the_next_try() -> None:
    world = a_world(5, 11)
    trial = world.close_year().try_out(YEAR, AFTER_THE_YEAR, endless())
    assert trial.volume == SEEN

    AcceptVolume(world.volumes).accept(YEAR, trial.volume, ACT)

    assert world.close().close == world.closes.latest(YEAR)
    assert world.volumes.get(YEAR).history == (
        VolumeAcceptance(SEEN, AFTER_THE_YEAR, "A. Person", "a new scheme sifts them out"),
    )


def test_a_closing_that_broke_off_finds_the_acceptance_again() -> None:
    watched = Faults()
    reasons(a_world(5, 11).under(watched))
    world = a_world(5, 11)
    AcceptVolume(world.volumes).accept(YEAR, SEEN, ACT)
    after_the_first_document = Faults({len(watched.calls): Fault(ProcessDiedError, after=True)})
    with pytest.raises(ProcessDiedError):
        world.under(after_the_first_document).close_year().close(YEAR, AFTER_THE_YEAR, endless())

    assert world.close().letters == 1


def test_a_volume_that_changed_much_since_is_questioned_again() -> None:
    world = a_world(5, 11)
    AcceptVolume(world.volumes).accept(YEAR, SEEN, ACT)

    world.record(*decisions(9, THE_YEAR_BEFORE, first=12))

    (reason,) = reasons(world)

    assert "under half of the 20 of 2019 (5 beside 11 were accepted): find out" in reason


def test_accepting_again_keeps_what_was_said_first() -> None:
    volumes = InMemoryVolumeStore()
    first = AcceptVolume(volumes).accept(YEAR, SEEN, ACT)

    again = AcceptVolume(volumes).accept(YEAR, SEEN, Act("Another", AFTER_THE_YEAR, "so it is"))

    assert again == first
    assert volumes.get(YEAR).history == (first,)


class TestTwoAtOnce:
    def accept(self, volumes: InMemoryVolumeStore, meanwhile: YearVolume) -> VolumeAcceptance:
        record = VolumeRecord(YEAR)
        theirs = VolumeAcceptance(meanwhile, AFTER_THE_YEAR, "Another", "we counted")

        def between_reading_and_writing() -> None:
            if slow.calls:
                volumes.add(record, theirs)

        slow = Faults(before_each=between_reading_and_writing)
        return AcceptVolume(slow.over(volumes)).accept(YEAR, SEEN, ACT)

    def test_the_same_volume_is_accepted_once(self) -> None:
        volumes = InMemoryVolumeStore()

        assert self.accept(volumes, SEEN).by == "Another"
        assert len(volumes.get(YEAR).history) == 1

    def test_another_volume_is_not_overwritten(self) -> None:
        volumes = InMemoryVolumeStore()

        with pytest.raises(RefusalError, match="another volume of 2020 was accepted just now"):
            self.accept(volumes, YearVolume(50, 11))

        assert [each.by for each in volumes.get(YEAR).history] == ["Another"]
