"""The page that says what a year costs, made from counted calls and from prices with their date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PRICES_OF: Final = "2026-11"
_MILLION: Final = 1_000_000
_EVENTS, _LETTERS = 20_449, 354
_MONTHS: Final = 12
# Lambda asks a queue that is empty: five requests at a time, each of which waits 20 seconds.
_POLLS_A_YEAR: Final = 5 * 3 * 60 * 24 * 365
_QUEUES_WORKED_ON: Final = 4
_FILES_OF_A_SITE: Final = 2_486
_MB_A_LETTER: Final = 0.13  # the message, docs/benchmarks.md
_MONTHS_COUNTED: Final = 2  # most counts occur at the year end and on the letters day


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a unit in US dollars."""

    dollars: float
    unit: str


# eu-west-2, without free tiers. The list is written from memory of AWS's public price pages: no
# network was at hand to look again, so look before you rely on one of them.
PRICES: Final = {
    "events": Price(1.00, "million events on the bus"),
    "sqs": Price(0.40, "million requests of SQS"),
    "write": Price(0.7423, "million write units of DynamoDB"),
    "read": Price(0.1485, "million read units of DynamoDB"),
    "put": Price(5.30, "million S3 PUT"),
    "get": Price(0.42, "million S3 GET"),
    "lambda": Price(13.3334, "million GB-seconds of Lambda on arm64"),
    "mail": Price(100.00, "million messages of SES"),
    "attached": Price(0.12, "GB of messages"),
    "alarm": Price(0.10, "alarm and month"),
    "metric": Price(0.30, "custom metric and month"),
    "dashboard": Price(3.00, "dashboard and month"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid for: how many a year, at which price; what is fixed does not grow."""

    what: str
    count: float
    price: str
    is_fixed: bool = False

    def dollars(self, times: int) -> float:
        """Return what it costs at so many times today's volume."""
        count = self.count if self.is_fixed else self.count * times
        price = PRICES[self.price]
        return count * price.dollars / (_MILLION if price.unit.startswith("million") else 1)


def lines(root: Path) -> list[Line]:
    """Return everything that is paid for in a year."""
    benchmarks = (root / "docs/benchmarks.md").read_text("utf-8")
    letter = calls_of_a_letter(benchmarks)
    seconds = seconds_of(benchmarks)
    alarms = (root / "infrastructure/stacks/alarms.yaml").read_text("utf-8")
    written = letter["UpdateItem"] * 1.5 + letter["TransactWriteItems"] * 4
    read = letter["GetItem"] + letter["Query"]
    busy = sum(seconds[stage] for stage in ("Recording decisions", "Delivering letters"))
    busy += seconds["Closing the year"] * 2 + seconds["Preparing letters"]
    return [
        Line("events put on the bus", _EVENTS, "events"),
        Line("queues: a message in, out and gone", _EVENTS * 3 + _LETTERS * 9, "sqs"),
        Line("queues: asked while empty", _POLLS_A_YEAR * _QUEUES_WORKED_ON, "sqs", is_fixed=True),
        Line("table: decisions written, one at a time", _EVENTS * 5, "write"),
        Line("table: decisions read", _EVENTS, "read"),
        Line("table: letters written", _LETTERS * written, "write"),
        Line("table: letters read", _LETTERS * read, "read"),
        Line("table: tallies recounted every night", _EVENTS * 365 / 4, "read"),
        Line("bucket: letters, records and the site", _LETTERS * 5 + _FILES_OF_A_SITE * 2, "put"),
        Line("bucket: read again", _LETTERS * (letter["GET"] + 1) + _FILES_OF_A_SITE, "get"),
        Line("functions, at 1 GB, as long as here", busy, "lambda"),
        Line("letters sent", _LETTERS, "mail"),
        Line("their size", _LETTERS * _MB_A_LETTER / 1000, "attached"),
        Line(
            "alarms", alarms.count("Type: AWS::CloudWatch::Alarm") * _MONTHS, "alarm", is_fixed=True
        ),
        Line("custom metrics", metrics_a_year(root), "metric", is_fixed=True),
        Line("the dashboard", _MONTHS, "dashboard", is_fixed=True),
    ]


def calls_of_a_letter(benchmarks: str) -> dict[str, float]:
    """Return the calls that the functions make for a letter, from its preparation to its end."""
    rows = re.findall(r"^\| \w+ letters \| \w+ (\w+) \| ([\d.]+) \|$", benchmarks, re.MULTILINE)
    calls: dict[str, float] = {}
    for call, number in rows:
        calls[call] = calls.get(call, 0) + float(number)
    return calls


def seconds_of(benchmarks: str) -> dict[str, float]:
    """Return the seconds of the stages of a year end on the machine that was measured."""
    rows = re.findall(
        r"^\| (\w[\w ]+) \| ([\d.]+) \| [\d,]+ \| [\d,]+ \|$", benchmarks, re.MULTILINE
    )
    return {stage: float(seconds) for stage, seconds in rows}


def metrics_a_year(root: Path) -> int:
    """Return how many months of custom metrics are paid for: one that is not counted is free."""
    page = (root / "docs/metrics.md").read_text("utf-8")
    counts = re.findall(r"^\| `\w+` \|.*\|.*\|.*\|$", page, re.MULTILINE)
    return len(counts) * _MONTHS_COUNTED


def costs_page(root: Path) -> str:
    """Return the page."""
    found = lines(root)
    return _PAGE.format(
        rows="\n".join(_row(each) for each in found),
        prices="\n".join(f"| {p.unit} | {p.dollars:g} |" for p in PRICES.values()),
        prices_of=PRICES_OF,
        events=f"{_EVENTS:,}",
        letters=_LETTERS,
        once=f"{_sum(found, 1):,.0f}",
        fixed=f"{sum(each.dollars(1) for each in found if each.is_fixed):,.0f}",
        hundred=f"{_sum(found, 100):,.0f}",
    )


def _sum(found: Iterable[Line], times: int) -> float:
    return sum(each.dollars(times) for each in found)


def _row(line: Line) -> str:
    once, hundred = (f"{line.dollars(times):,.2f}" for times in (1, 100))
    return f"| {line.what} | {line.count:,.0f} | {PRICES[line.price].unit} | {once} | {hundred} |"


_PAGE: Final = """# What a year costs

Written by `make reference`, from the calls counted in [benchmarks](benchmarks.md), the alarms of
the template and the prices below. Today's volume is that of the sample year: {events} events and
{letters} letters.

**A year costs about {once} US dollars, of which {fixed} are paid whether or not anything happens. A
hundred times as much casework costs about {hundred}.** Logs, storage and the public site's readers
come on top: some hundred MB, and a few dollars.

| what | a year | paid by the | dollars | at a hundred times |
|---|---:|---|---:|---:|
{rows}

What is said of functions is this machine's time, at 1 GB for all of them: wrong by a factor of two
or three either way, and cheap enough not to matter. Recounting reads every case of a year each
night; four of them fit into a read unit's 4 KB.

## What changes first at a hundred times

- **Nothing that is paid for** stops being small, but recounting the tallies every night does grow
  with the cases: weekly would do then.
- **Closing a year** reads the whole table for authorities that nobody knows. That scan grows with
  all years; at some ten million items it would fill the function's fifteen minutes. An index of
  authorities that have cases would end it.
- **The watch** reads the letters of three years every night: some 100,000 items then, still in one
  run, but the first to need a mark of the years that are complete.
- **Preparing letters** takes a second each, one after another in each function: 35,400 letters take
  ten hours with one, one hour with ten at a time (`MaximumConcurrency` of its queue).
- **Sending** at 5 letters a second takes two hours, within what SES grants by default only if its
  quota of the day is raised to 50,000: ask a month before.
- **The bus and the queues** notice nothing: two million events a year are one in fifteen seconds.

## Prices

Of eu-west-2 in {prices_of}, without free tiers, written from memory of AWS's public pages: compare
them before you rely on a sum. An alarm on a sum of several metrics costs as many alarms as it has
metrics; the table above counts it once.

| for each | US dollars |
|---|---:|
{prices}
"""
