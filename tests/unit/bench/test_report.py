from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infrastructure.bench.capacity import Account
from infrastructure.bench.machine import describe, recording_versions, rendering_versions
from infrastructure.bench.measure import Measured
from infrastructure.bench.report import report
from infrastructure.bench.workload import batches, stream


def a_measurement(way: str, *, calls: int, units: int, seconds: float, wrong: int = 0) -> Measured:
    account = Account(calls, units, 0)
    return Measured(way, 10, 100, 100, account, seconds, wrong)


def test_the_page_compares_every_way_with_the_first() -> None:
    ways = [
        a_measurement("usual", calls=400, units=500, seconds=2.0, wrong=7),
        a_measurement("ours", calls=3, units=320, seconds=0.1),
    ]

    page = report("make bench", [("Memory", "4 GiB")], ways)

    assert "| Memory | 4 GiB |" in page
    assert "#### 10% duplicates and corrections (100 events)" in page
    assert "| usual | 100 | 4.00 | 5.00 | 1.00 | 50 | 1.0 | 7 |" in page
    assert "| ours | 100 | 0.03 | 3.20 | 0.64 | 1,000 | 20.0 | 0 |" in page


@pytest.mark.parametrize("percent", [0, 10, 50])
def test_a_stream_repeats_and_corrects_as_much_as_it_says(percent: int) -> None:
    mixed = stream(200, percent)

    seen: set[object] = set()
    again = 0
    for state in mixed.states:
        again += state.key in seen
        seen.add(state.key)
    assert again == 200 * percent // 100
    assert len(mixed.states) == sum(map(len, batches(mixed.states, 7))) == 200
    assert stream(200, percent) == mixed


def test_the_machine_is_named() -> None:
    versions = [*recording_versions(), *rendering_versions()]

    named = dict(describe(datetime(2026, 11, 23, 3, tzinfo=UTC), versions))

    assert named["Date"] == "2026-11-23 03:00 UTC"
    assert {"boto3", "Emulator", "typst", "WeasyPrint"} < named.keys()
    assert all(named.values())
