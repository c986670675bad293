"""The part of the page that is about cold starts: each function beside the SDK, and the layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from infrastructure.bench.start import Measured
from infrastructure.bench.table import table

HEADING: Final = "## How functions start\n"
"""With what this part of the page begins."""

_HOW: Final = """
Written by {command}.
A start is all that a function does before its first invocation: it is imported from its layers as
they were packed, wired, and its clients are made. Beside it stands what boto3, as it comes from the
package index, does to make the same clients. Calls are those of functions, Python's and C's, and
the same in every run. Milliseconds are those of the processor, the fewest of {turns} turns: other
work on the machine shows in them, but hardly in their ratio.

{machine}
{busy}"""

_BUSY: Final = """\
**Other work had its share of the machine: it was busy before the run began.**

"""

_SIZES: Final = """
### How large the layers are

Unpacked, for Linux on the processor above; AWS takes 250 MB.

"""

_COLUMNS: Final = (
    "function",
    "calls",
    "of the SDK",
    "ratio",
    "ms",
    "of the SDK",
    "ratio",
)


def start_report(
    command: str,
    machine: Iterable[tuple[str, str]],
    measured: Sequence[Measured],
    megabytes: Mapping[str, float],
    *,
    was_busy: bool,
) -> str:
    """Return this part of the page, in Markdown; `megabytes` are those of the layers, by name."""
    turns = max(each.turns for each in measured)
    how = _HOW.format(
        command=f"`{command}`",
        turns=turns,
        machine=table(("", ""), machine),
        busy=_BUSY if was_busy else "",
    )
    sizes = table(("layer", "MB"), [(name, f"{size:.1f}") for name, size in megabytes.items()])
    return HEADING + how + table(_COLUMNS, map(_row, measured)) + _SIZES + sizes


def _row(each: Measured) -> Sequence[str]:
    return (
        f"`{each.function}`",
        f"{each.calls:,}",
        f"{each.calls_of_sdk:,}",
        f"{each.calls / each.calls_of_sdk:.2f}",
        f"{each.seconds * 1000:.0f}",
        f"{each.seconds_of_sdk * 1000:.0f}",
        f"{each.seconds / each.seconds_of_sdk:.2f}",
    )
