"""The page about counts and log lines: as the functions write them, and who looks at them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from annual_review.adapters.invocation.observation import NAMESPACE
from annual_review.services.dispatch.send_letter import Sending
from annual_review.services.dispatch.track_delivery import Tracking
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.letters.prepare_letter import Preparation
from annual_review.services.recording.record_decisions import Verdict
from annual_review.services.year_end.overdue_days import Overdue
from infrastructure.local.template import read_template, resources_of_type
from infrastructure.reference.said import LINES, METRICS

_HEAD: Final = f"""# What is counted and logged

Made from the code by `make reference`; what each means is kept by hand in
`infrastructure/reference/said.py`. Logs and counts hold codes, ids and numbers, never names,
addresses or text.

## Counts

CloudWatch keeps them in the namespace `{NAMESPACE}`, by `service` (the function), `stage` and
`stack`. What did not happen is not counted: a missing value is none. The dashboard, which is called
as the stack, shows the most telling ones.

"""

_LINES_HEAD: Final = """
## Log lines

Each is one line of JSON: `message` is the code, beside it `level`, `service`, `timestamp`, the
`request_id` of the invocation, and what is listed here. In Logs Insights, `filter letter =
"2020-1-E07000075"` finds those of a letter, over all functions.

"""

_LEVELS: Final = {"note": "INFO", "warn": "WARNING", "alarm": "ERROR"}

_VARIABLE: Final[Mapping[tuple[str, str], Iterable[str]]] = {
    ("prepare_letter", "f'letters_{done}'"): [f"letters_{each.value}" for each in Preparation],
    ("send_letter", "counted"): [
        "letters_failed",
        *(f"letters_{each.value}" for each in Sending if each is not Sending.REFUSED),
    ],
    ("track_delivery", "event"): [each.name.lower() for each in MailEvent],
    ("track_delivery", "f'mail_{event}'"): [f"mail_{each.name.lower()}" for each in MailEvent],
    ("track_delivery", "f'letters_{done.value}'"): [
        f"letters_{each.value}"
        for each in (Tracking.BOUNCED, Tracking.COMPLAINED, Tracking.REJECTED)
    ],
    ("recorded_batches", "**counts"): [each.value for each in Verdict],
    ("watch_told", "**counts"): ["letters_stuck", "letters_unknown"],
    ("watch_told", "missed.value"): [each.value for each in Overdue],
    ("observation", "counted"): [],  # what the caller of the observer has named
}
"""What the names come to that the code puts together: by where, and by the text of the code."""


@dataclass
class _Said:
    """One code or count: where it is written, and with what beside it."""

    where: set[str] = field(default_factory=set)
    levels: set[str] = field(default_factory=set)
    beside: dict[str, None] = field(default_factory=dict)


def metrics_page(root: Path) -> str:
    """Return the page.

    Raises:
        KeyError: Nobody has said what a code or a count means, or what a name in the code comes to.
    """
    counts: dict[str, _Said] = {}
    lines: dict[str, _Said] = {}
    for path in _sources(root):
        for call in _calls(path):
            _read(call, _name_of(path), counts, lines)
    alarms = _alarms(root / "infrastructure" / "stacks" / "alarms.yaml")
    rows = [
        f"| `{name}` | {METRICS[name]} | {_joined(said.where)} | {_linked(alarms.get(name, ()))} |"
        for name, said in sorted(counts.items())
    ]
    told = [
        f"| `{code}` | {', '.join(sorted(said.levels))} | {LINES[code]} | {_joined(said.beside)} "
        f"| {_joined(said.where)} |"
        for code, said in sorted(lines.items())
    ]
    return (
        f"{_HEAD}| count | what it counts | counted in | alarm |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n{_LINES_HEAD}| code | level | when | beside it | said in |\n|---|---|---|---|---|\n"
        + "\n".join(told)
        + "\n"
    )


def _sources(root: Path) -> Iterable[Path]:
    return sorted([*root.glob("functions/*/*.py"), *root.glob("shared/annual_review/**/*.py")])


def _name_of(path: Path) -> str:
    """Return the function of a handler, or the module that several functions share."""
    return path.parent.name if path.stem == "handler" else path.stem


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Return what a module says to an observer; the observer's own module speaks to itself."""
    own = "self" if path.stem == "observation" else "observer"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=verb, value=spoken_to)) if verb in {
                *_LEVELS,
                "count",
            } and ast.unparse(spoken_to) in {own, f"self.{own}"}:
                yield verb, node


def _read(
    said: tuple[str, ast.Call], where: str, counts: dict[str, _Said], lines: dict[str, _Said]
) -> None:
    verb, call = said
    if verb == "count":
        counted = list(_keys(call.args[0], where))
    else:
        for code in _names(call.args[0], where):
            line = lines.setdefault(code, _Said())
            line.where.add(where)
            line.levels.add(_LEVELS[verb])
            line.beside |= dict.fromkeys(each.arg for each in call.keywords if each.arg)
        counted = [name for each in call.args[1:2] for name in _names(each, where)]
    for name in counted:
        counts.setdefault(name, _Said()).where.add(where)


def _names(node: ast.expr, where: str) -> Iterable[str]:
    match node:
        case ast.Constant(value=str(name)):
            return [name]
        case _:
            return _VARIABLE[where, ast.unparse(node)]


def _keys(node: ast.expr, where: str) -> Iterator[str]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from (
                    _names(key, where) if key else _VARIABLE[where, f"**{ast.unparse(value)}"]
                )
        case _:
            raise KeyError(ast.unparse(node))


def _alarms(path: Path) -> Mapping[str, list[str]]:
    """Return which alarms look at each count of ours."""
    found: dict[str, list[str]] = {}
    for name, alarm in resources_of_type(read_template(path), "AWS::CloudWatch::Alarm").items():
        given: dict[str, Any] = alarm["Properties"]
        metrics = [given, *(m["MetricStat"]["Metric"] for m in _parts(given))]
        for metric in metrics:
            if metric.get("Namespace") == NAMESPACE and name not in found.get(
                metric["MetricName"], ()
            ):
                found.setdefault(metric["MetricName"], []).append(name)
    return found


def _parts(alarm: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (each for each in alarm.get("Metrics", ()) if "MetricStat" in each)


def _joined(names: Iterable[str]) -> str:
    ordered = names if isinstance(names, dict) else sorted(names)
    return ", ".join(f"`{name}`" for name in ordered)


def _linked(alarms: Iterable[str]) -> str:
    return ", ".join(f"[{name}](runbook.md#{name.lower()})" for name in alarms)
