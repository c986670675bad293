from __future__ import annotations

from collections import Counter

from infrastructure.bench.year_end_report import HEADING, year_end_report
from infrastructure.local.stages import Stage

CLOSING = Stage("Closing the year", 8.5, Counter({"function dynamodb Query": 2_708}))
PREPARING = Stage(
    "Preparing letters",
    20.0,
    Counter(
        {"function dynamodb Query": 5, "function s3 PUT": 60, "root sqs GetQueueAttributes": 7}
    ),
)


def page(*stages: Stage) -> str:
    return year_end_report("make bench", [("Memory", "4 GiB")], stages, letters=10, was_busy=False)


def test_every_stage_has_its_seconds_and_who_made_its_calls() -> None:
    written = page(CLOSING, PREPARING)

    assert written.startswith(HEADING)
    assert "| Memory | 4 GiB |" in written
    assert "| Closing the year | 8.5 | 2,708 | 0 |" in written
    assert "| Preparing letters | 20.0 | 65 | 7 |" in written
    assert "| **all** | **28.5** | **2,773** | **7** |" in written


def test_the_calls_for_each_letter_are_those_of_the_functions_and_of_stages_about_letters() -> None:
    written = page(CLOSING, PREPARING)

    assert written.endswith(
        "| Preparing letters | s3 PUT | 6.00 |\n| Preparing letters | dynamodb Query | 0.50 |\n"
    )
    assert "| Closing the year | dynamodb" not in written


def test_who_reads_seconds_is_told_when_the_machine_had_other_work() -> None:
    busy = year_end_report("make bench", [], [CLOSING], letters=10, was_busy=True)

    assert "Other work had its share" in busy
    assert "Other work had its share" not in page(CLOSING)
