"""The part of the page that is about letters: how fast each way is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from infrastructure.bench.letters import (
    A_TURN,
    BARE,
    PRINTED,
    WEASYPRINT,
    LetterMeasurements,
    LetterSpeed,
)
from infrastructure.bench.table import table

HEADING: Final = "## Letters\n"
"""With what this part of the page begins; it goes on to the end."""

MOST_TIMES_BARE: Final = 1.3
LEAST_TIMES_WEASYPRINT: Final = 10

_HOW: Final = """
Written by {command}.
Speed says more about the machine, and what else it does, than about letters. What carries over are
the ratios: the ways take turns on the same letters.

{machine}
{letters} letters of the sample year, each way in a process of its own that has rendered one letter
before. They take turns of {turn} letters; a ratio is that of the median turn.

- **bare typst**: the typesetter alone, with our template and the words of each letter lying ready,
  to the same standards (PDF/A-2a and PDF/UA-1).
- **PDF (ours)**: from the facts of a letter to its PDF.
- **whole letter (ours)**: PDF, HTML, text, case list, and the message with both files attached.
- **WeasyPrint**: a PDF from the HTML of the same letter, with its defaults: neither tagged nor to
  a standard, which is less work. Words are not broken anywhere, as mail clients may: that alone
  would take it six times as long.

"""


def letters_report(
    command: str, machine: Iterable[tuple[str, str]], measured: LetterMeasurements
) -> str:
    """Return this part of the page, in Markdown."""
    how = _HOW.format(
        command=f"`{command}`",
        machine=table(("", ""), machine),
        letters=measured.letters,
        turn=A_TURN,
    )
    ways = table(_WAY_COLUMNS, (_way_row(each, measured) for each in measured.speeds.values()))
    return f"{HEADING}{how}{ways}\n{_aims(measured)}"


_WAY_COLUMNS: Final = (
    "way",
    "letters a second",
    "a letter, median ms",
    "time, ratio to bare typst",
    "speed, ratio to WeasyPrint",
)


def _way_row(each: LetterSpeed, measured: LetterMeasurements) -> Sequence[str]:
    bare, weasyprint = measured.speeds[BARE], measured.speeds.get(WEASYPRINT)
    return (
        each.way,
        f"{each.letters_a_second:.1f}",
        f"{each.latency * 1000:.1f}",
        f"{each.times(bare):.2f}",
        f"{weasyprint.times(each):.1f}" if weasyprint else "not measured",
    )


def _aims(measured: LetterMeasurements) -> str:
    """Say whether a PDF of ours is as quick as it should be."""
    printed = measured.speeds[PRINTED]
    times = printed.times(measured.speeds[BARE])
    met = _met(times <= MOST_TIMES_BARE)
    said = (
        f"A PDF should take at most {MOST_TIMES_BARE} times as long as bare typst needs for it: "
        f"it takes {times:.2f} times as long{met}."
    )
    if weasyprint := measured.speeds.get(WEASYPRINT):
        times = weasyprint.times(printed)
        met = _met(times >= LEAST_TIMES_WEASYPRINT)
        said += (
            f" It should be there at least {LEAST_TIMES_WEASYPRINT} times as fast as WeasyPrint's: "
            f"it is there {times:.1f} times as fast{met}."
        )
    return f"{textwrap.fill(said, 100)}\n"


def _met(is_met: bool) -> str:  # noqa: FBT001 (what is said depends on nothing else)
    return "" if is_met else ", which **misses that aim**"
