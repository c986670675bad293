"""The part of the page about recording: what was measured, how, where, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from infrastructure.bench.measure import Measured
from infrastructure.bench.table import table

_HEAD: Final = """# Benchmarks

What recording decisions costs, then what [letters](#letters) cost, then how long a
[year end](#the-year-end-on-this-machine) takes here, and how [functions
start](#how-functions-start). `make bench` measures them all, which takes some fifteen minutes, and
writes them here. What was [measured once](#measured-once) stays as it is.

## Recording

Written by {command}, everything in one run. Seconds are those of this machine and its emulator and
say little about AWS; what carries over are calls, write units and ratios. Where the load rose
during the run, other work took its share of them.

{machine}
**How.** Every way records the same events, made from the sample year, on tables of its own in
one emulator (ministack, started for the run, permissions enforced), called in process as the
handlers call it. Write units are counted by our own account of what DynamoDB documents
(`infrastructure/bench/capacity.py`; its tests repeat the examples of the Developer Guide): 1 KB
each, rounded up for every item, double in a transaction, the index included. After each
measurement every tally is compared with what the final states come to.

"""

_WAYS: Final = """### Three ways to record

- **idempotency record, put, counter**: Powertools' idempotency with its DynamoDB persistence,
  around one put of the case and one update of its tally. What most projects do.
- **one transaction an event**: read the case, then write it and its tally in one transaction.
- **folded (ours)**: `record_decisions`. A batch is folded by case, read together, and written
  in as few transactions as 100 actions allow.

Of the repeated events half are duplicates and half are corrections (a higher version, moved to
another authority). *Wrong tallies* are those that differ from the final states at the end. The
ratios compare with the first way of the same share and batch: units as a share of its units,
and times its speed.

"""

_WRONG: Final = """\
The first way counts a correction on top of what it corrects, and forgets what it has seen after
an hour (its default); it would need the stored state and a transaction to do better, which is
the second way. The second is as exact as ours. Ours is the second with its price shared.

"""


def report(
    command: str,
    machine: Iterable[tuple[str, str]],
    ways: Sequence[Measured],
) -> str:
    """Return the page down to the end of this part, in Markdown."""
    return "".join(
        [
            _HEAD.format(command=f"`{command}`", machine=table(("", ""), machine)),
            _WAYS,
            *(_share(percent, ways) for percent in sorted({each.percent for each in ways})),
            _WRONG,
        ]
    )


def _share(percent: int, ways: Sequence[Measured]) -> str:
    measured = [each for each in ways if each.percent == percent]
    usual = {each.batch: each for each in reversed(measured)}
    rows = (_way_row(each, usual[each.batch]) for each in measured)
    title = f"#### {percent}% duplicates and corrections ({measured[0].events:,} events)\n\n"
    return title + table(_WAY_COLUMNS, rows) + "\n"


_WAY_COLUMNS: Final = (
    "way",
    "batch",
    "calls an event",
    "write units an event",
    "units, ratio",
    "events a second",
    "speed, ratio",
    "wrong tallies",
)


def _way_row(each: Measured, usual: Measured) -> Sequence[str]:
    return (
        each.way,
        f"{each.batch:,}",
        f"{each.calls_an_event:.2f}",
        f"{each.units_an_event:.2f}",
        f"{each.units_an_event / usual.units_an_event:.2f}",
        f"{each.events_a_second:,.0f}",
        f"{each.events_a_second / usual.events_a_second:.1f}",
        f"{each.wrong:,}",
    )
