from __future__ import annotations

from collections.abc import Sequence

import pytest

from annual_review.services.errors import RefusedError, ThrottledError, UnavailableError
from annual_review.services.patience import Pace
from annual_review.services.recording.import_events import (
    MOST_ATTEMPTS,
    MOST_LOOKS,
    MOST_WAITING,
    EventRecord,
    ImportEvents,
    ImportLine,
    StalledError,
)
from tests.fakes.faults import Fault, Faults


class Surroundings:
    """A bus that takes everything, a queue of a scripted length, and a clock that waits at once."""

    def __init__(self, *waiting: int, script: dict[int, Fault] | None = None) -> None:
        self.published: list[list[EventRecord]] = []
        self.acknowledged: list[tuple[int, int]] = []
        self.seconds = 0.0
        self.faults = Faults(script)
        self._lengths = list(waiting or (0,))

    def publish(self, events: Sequence[EventRecord]) -> None:
        self.published.append(list(events))

    def waiting(self) -> int:
        return self._lengths.pop(0) if len(self._lengths) > 1 else self._lengths[0]

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def run(self, lines: Sequence[ImportLine], rate: int = 10, most_bytes: int = 10_000) -> int:
        pace = Pace(lambda: self.seconds, self.wait, rate)
        bus = self.faults.over(self)
        service = ImportEvents(bus, self, pace, lambda event: len(str(event["n"])), 10, most_bytes)
        return service.publish(lines, lambda line, n: self.acknowledged.append((line.number, n)))

    @property
    def numbers(self) -> list[object]:
        return [event["n"] for portion in self.published for event in portion]


def lines(*numbers: int) -> list[ImportLine]:
    return [ImportLine(number, "", {"n": number}) for number in numbers]


def test_lines_go_out_in_their_order_and_each_portion_is_told_once_it_is_taken() -> None:
    world = Surroundings()

    assert world.run(lines(*range(1, 24))) == 23
    assert world.numbers == list(range(1, 24))
    assert world.acknowledged == [(10, 10), (20, 10), (23, 3)]


def test_lines_that_are_not_sound_are_passed_over() -> None:
    world = Surroundings()

    world.run([*lines(1), ImportLine(2, "{", problem="not_json"), *lines(3)])

    assert world.numbers == [1, 3]
    assert world.acknowledged == [(3, 2)]


def test_a_portion_never_has_more_bytes_than_the_bus_takes() -> None:
    world = Surroundings()

    world.run(lines(100, 200, 300, 1), most_bytes=6)

    assert [len(portion) for portion in world.published] == [2, 2]


def test_no_more_events_go_out_in_a_second_than_asked_for() -> None:
    world = Surroundings()

    world.run(lines(*range(100)), rate=20)

    assert world.seconds == pytest.approx(4.5)


@pytest.mark.parametrize("error", [ThrottledError, UnavailableError])
def test_a_busy_bus_gets_ever_more_time(error: type[Exception]) -> None:
    world = Surroundings(script={0: Fault(error), 1: Fault(error), 2: Fault(error)})

    assert world.run(lines(1)) == 1
    assert world.seconds == 1 + 2 + 4
    assert world.numbers == [1]


def test_a_bus_that_stays_busy_ends_the_import_with_what_it_took_acknowledged() -> None:
    calls = range(1, 1 + MOST_ATTEMPTS)
    world = Surroundings(script=dict.fromkeys(calls, Fault(ThrottledError)))

    with pytest.raises(ThrottledError):
        world.run(lines(*range(1, 31)))

    assert world.acknowledged == [(10, 10)]


def test_a_bus_that_refuses_is_asked_once() -> None:
    world = Surroundings(script={0: Fault(RefusedError)})

    with pytest.raises(RefusedError):
        world.run(lines(1))

    assert (world.acknowledged, world.seconds) == ([], 0)


def test_publishing_waits_until_half_of_a_deep_queue_is_recorded() -> None:
    world = Surroundings(MOST_WAITING + 1, MOST_WAITING, MOST_WAITING // 2 + 1, MOST_WAITING // 2)

    world.run(lines(1))

    assert world.seconds == 3
    assert world.numbers == [1]


def test_the_queue_is_looked_at_before_it_can_have_become_too_deep() -> None:
    world = Surroundings(0, MOST_WAITING + 1, 0)

    world.run(lines(*range(1, MOST_WAITING // 2 + 11)), rate=1_000_000)

    assert world.seconds == pytest.approx(1, abs=0.1)


def test_a_queue_that_nobody_empties_ends_the_import() -> None:
    world = Surroundings(MOST_WAITING + 1)

    with pytest.raises(StalledError, match="get no fewer"):
        world.run(lines(1))

    assert world.published == []
    assert world.seconds > MOST_LOOKS
