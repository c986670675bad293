"""The part of the page that is about a whole year end: the seconds and the calls of each stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from infrastructure.bench.table import table
from infrastructure.local.stages import Stage

HEADING: Final = "## The year end on this machine\n"
"""With what this part of the page begins; it goes on to the end."""

_FUNCTIONS: Final = "function"

_HOW: Final = """
Written by {command}.
It is one `make run` with its defaults, which ends only if every tally is exact and all letters are
delivered. The seconds are those of this machine and of what else it does. The calls depend on
neither, but for those that record (the more decisions come together, the fewer) and those that ask
whether a stage is over.

{machine}
{busy}### Seconds and calls of each stage

*The functions* are those that are deployed; *the run* plays the casework system, the schedules,
SES's reports and whoever collects the letters.

"""

_BUSY: Final = """\
**Other work had its share of the machine: it was busy before the run began. On a quiet machine a
year end takes less time.**

"""

_A_LETTER: Final = """
### Calls of the functions for each letter

What is called once for a batch of letters, or once in all, shows as a part of a call.

"""

_COLUMNS: Final = ("stage", "seconds", "calls of the functions", "calls of the run")


def year_end_report(
    command: str,
    machine: Iterable[tuple[str, str]],
    stages: Sequence[Stage],
    letters: int,
    *,
    was_busy: bool,
) -> str:
    """Return this part of the page, in Markdown."""
    calls = [_by_caller(stage) for stage in stages]
    ours, others = (sum(column) for column in zip(*calls, strict=True))
    rows = [
        (stage.title, f"{stage.seconds:.1f}", f"{by_functions:,}", f"{by_run:,}")
        for stage, (by_functions, by_run) in zip(stages, calls, strict=True)
    ]
    seconds = sum(stage.seconds for stage in stages)
    rows.append(("**all**", f"**{seconds:.1f}**", f"**{ours:,}**", f"**{others:,}**"))
    return "".join(
        [
            HEADING,
            _HOW.format(
                command=f"`{command}`",
                machine=table(("", ""), machine),
                busy=_BUSY if was_busy else "",
            ),
            table(_COLUMNS, rows),
            _A_LETTER,
            table(("stage", "call", "for each letter"), _for_each_letter(stages, letters)),
        ]
    )


def _by_caller(stage: Stage) -> tuple[int, int]:
    by_functions = _calls_of_functions(stage).total()
    return by_functions, stage.calls.total() - by_functions


def _calls_of_functions(stage: Stage) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name, count in stage.calls.items():
        caller, _, call = name.partition(" ")
        if caller == _FUNCTIONS:
            counts[call] += count
    return counts


def _for_each_letter(stages: Sequence[Stage], letters: int) -> Iterable[Sequence[str]]:
    """Yield the calls of the stages that work on letters, the most frequent first."""
    for stage in stages:
        if stage.title.endswith(" letters"):
            for call, count in _calls_of_functions(stage).most_common():
                yield stage.title, call, f"{count / letters:.2f}"
