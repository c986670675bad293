from infrastructure.local.project import ROOT
from infrastructure.reference.costs import Line, calls_of_a_letter, costs_page, lines, seconds_of

BENCHMARKS = """
| Closing the year | 41.2 | 1,573 | 2 |
| Preparing letters | s3 PUT | 5.00 |
| Preparing letters | dynamodb GetItem | 4.01 |
| Delivering letters | dynamodb GetItem | 3.00 |
"""


def test_the_calls_of_a_letter_are_those_of_all_stages() -> None:
    assert calls_of_a_letter(BENCHMARKS) == {"PUT": 5.0, "GetItem": 7.01}


def test_the_seconds_are_those_of_the_stages() -> None:
    assert seconds_of(BENCHMARKS) == {"Closing the year": 41.2}


def test_what_is_fixed_costs_the_same_at_a_hundred_times_the_volume() -> None:
    assert Line("alarms", 12, "alarm", is_fixed=True).dollars(100) == 12 * 0.10
    assert Line("events", 1_000_000, "events").dollars(100) == 100.0


def test_the_sum_is_that_of_its_lines() -> None:
    total = sum(each.dollars(1) for each in lines(ROOT))
    assert f"about {total:,.0f} US dollars" in costs_page(ROOT)
    assert {each.what for each in lines(ROOT) if not each.count} == set()
