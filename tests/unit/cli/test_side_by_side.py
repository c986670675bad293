"""Work by several threads: at the same time, and yet told in the order of the things."""

from __future__ import annotations

import sys
from threading import Barrier, current_thread

import pytest

from annual_review.rehearsal.side_by_side import processors, side_by_side


def test_as_many_things_are_worked_on_at_once_as_there_are_threads() -> None:
    both = Barrier(2, timeout=60)

    def meet(number: int) -> int:
        # Alone, it would wait for the other until the barrier breaks.
        both.wait()
        return number

    assert list(side_by_side(meet, range(4), 2)) == [0, 1, 2, 3]


def test_results_come_in_the_order_of_the_things_whichever_is_ready_first() -> None:
    last_has_begun = Barrier(2, timeout=60)

    def work(name: str) -> str:
        if name != "second":
            last_has_begun.wait()
        return name

    assert list(side_by_side(work, ("first", "second", "third"), 2)) == ["first", "second", "third"]


def test_one_thread_is_the_one_that_asks() -> None:
    threads = set(side_by_side(lambda _number: current_thread(), range(3), 1))

    assert threads == {current_thread()}


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_is_raised_where_its_result_would_come(threads: int) -> None:
    results = side_by_side(lambda number: 10 // number, (5, 2, 0, 1), threads)

    assert [next(results), next(results)] == [2, 5]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_threads_take_turns_as_before_once_all_is_done() -> None:
    before = sys.getswitchinterval()

    during = list(side_by_side(lambda _number: sys.getswitchinterval(), range(2), 2))

    assert max(during) < before
    assert sys.getswitchinterval() == before


def test_only_processors_that_the_process_may_use_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: {1, 3, 4}, raising=False)
    assert processors() == 3

    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert processors() == 6
