"""The part of the page about recording: what was measured, how, where, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from infrastructure.bench.growth import Grown
from infrastructure.bench.measure import Measured
from infrastructure.bench.table import table

_HEAD: Final = """# Benchmarks

What recording decisions costs, then what [letters](#letters) cost, then how long a
[year end](#the-year-end-on-this-machine) takes here. `make bench` measures all three, which takes
some ten minutes, and writes this page.

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

_MIX: Final = """### What a batch costs, by its size

New decisions only, in the natural mix of some 350 authorities and in the order in which they
arrive. A case costs 2 units in its transaction and 1 in the index, whatever is done; a tally
costs 2 for each transaction that moves it. Only the tallies can be shared, so the cost depends
on how many cases of one authority come together. *Full invocation* is the largest batch that
Lambda hands over (6 MB), and what `template.yaml` asks for.

"""

_MIX_MEANS: Final = """\
The bounds are 3.2 write units and 0.05 calls a decision on a full batch. A full batch of the
natural mix keeps them; 100 decisions of the natural mix keep the second alone, since nearly
every one of them moves a tally that no other shares. 100 decisions of one authority keep both.

"""

_GROWTH: Final = """### When there are ever more decisions

In memory, so that nothing but our own work is measured: a store is filled with copies of the
sample year, then batches of 100 new decisions are recorded on top (the median batch), and the
year is closed (examined and frozen, for all authorities).

"""

_GROWTH_MEANS: Final = """\
A decision costs the same however many there are: a batch reads its own cases and nothing else.
Closing reads every case of the year once, so it grows with them; the last column shows how evenly.

"""


def report(
    command: str,
    machine: Iterable[tuple[str, str]],
    ways: Sequence[Measured],
    mix: Sequence[tuple[str, Measured]],
    grown: Sequence[Grown],
) -> str:
    """Return the page down to the end of this part, in Markdown."""
    return "".join(
        [
            _HEAD.format(command=f"`{command}`", machine=table(("", ""), machine)),
            _WAYS,
            *(_share(percent, ways) for percent in sorted({each.percent for each in ways})),
            _WRONG,
            _MIX,
            table(_MIX_COLUMNS, (_mix_row(name, each) for name, each in mix)),
            "\n",
            _MIX_MEANS,
            _GROWTH,
            table(_GROWTH_COLUMNS, (_growth_row(each, grown[0]) for each in grown)),
            "\n",
            _GROWTH_MEANS,
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


_MIX_COLUMNS: Final = (
    "batch",
    "decisions",
    "calls a decision",
    "write units a decision",
    "of these the index",
    "read units a decision",
    "events a second",
)


def _mix_row(name: str, each: Measured) -> Sequence[str]:
    return (
        name,
        f"{each.events:,}",
        f"{each.calls_an_event:.3f}",
        f"{each.units_an_event:.3f}",
        f"{each.account.index_units / each.events:.2f}",
        f"{float(each.account.read_units) / each.events:.2f}",
        f"{each.events_a_second:,.0f}",
    )


_GROWTH_COLUMNS: Final = (
    "times the sample year",
    "decisions stored",
    "recording, µs a decision",
    "ratio",
    "actions a decision",
    "closing, seconds",
    "closing, µs a decision",
    "ratio",
)


def _growth_row(each: Grown, first: Grown) -> Sequence[str]:
    closing = each.closing_microseconds_a_decision
    return (
        f"{each.times:,}",
        f"{each.stored:,}",
        f"{each.microseconds_a_decision:.0f}",
        f"{each.microseconds_a_decision / first.microseconds_a_decision:.2f}",
        f"{each.actions_a_decision:.2f}",
        f"{each.closing_seconds:.1f}",
        f"{closing:.0f}",
        f"{closing / first.closing_microseconds_a_decision:.2f}",
    )
