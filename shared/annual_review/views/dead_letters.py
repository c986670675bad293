"""Dead letters: a list for people, rows for machines, and what became of those acted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.services.recording.dead_letter_ids import shortened
from annual_review.services.recording.dead_letter_queue import DeadLetter, contents_of
from annual_review.services.recording.dead_letters import DeadLetterResult, Outcome, Report
from annual_review.views.authority_names import spoken, with_names
from annual_review.views.table import Row, Table

COLUMNS: Final = (
    "id",
    "since",
    "reason",
    "event_type",
    "case_reference",
    "letter",
    "authority",
    "name",
    "function",
    "scheduled_at",
    "bytes",
)
"""What machines are told of a message."""

_LONGEST_CELL: Final = 60


def row_of(letter: DeadLetter, register: Register) -> Row:
    """Return what can be told of a message, for machines."""
    about = contents_of(letter.body)
    authority = register.find(AuthorityCode(about.authority))
    return {
        "id": letter.id,
        "since": letter.since.isoformat(),
        "reason": plain(letter.reason),
        "event_type": plain(about.event_type),
        "case_reference": plain(about.case_reference),
        "letter": plain(about.letter),
        "authority": plain(about.authority),
        "name": authority.name if authority else "",
        "function": plain(letter.function),
        "scheduled_at": plain(about.scheduled_at),
        "bytes": letter.size,
    }


def list_of(title: str, letters: Sequence[DeadLetter], register: Register) -> Table:
    """Return messages with ids that are as short as can be."""
    short = shortened([each.id for each in letters])
    return Table(
        title,
        ("first received", "id", "reason", "message"),
        [
            (
                f"{each.since:%Y-%m-%d %H:%MZ}",
                short[each.id],
                _cell(each.reason),
                _about(each, register),
            )
            for each in letters
        ],
    )


def counts_of(letters: Sequence[DeadLetter]) -> Sequence[tuple[str, int]]:
    """Count messages by the code of their reason."""
    return sorted((_cell(code), count) for code, count in Counter(e.code for e in letters).items())


def results_of(report: Report, *, is_dry_run: bool) -> Sequence[tuple[str, int]]:
    """Count what was done with messages."""
    would = "Would be " if is_dry_run else ""
    counts = sorted(report.counts.items())
    return [(f"{would}{result}".capitalize(), count) for result, count in counts] or [("None", 0)]


def undone_of(report: Report, register: Register) -> Sequence[str]:
    """Say of each message with which nothing was done why that is."""
    return [_undone(each, register) for each in report.undone]


def not_found(id_: str) -> str:
    """Say that no message was found, and why that may be."""
    return (
        f"{id_} was not found: it is no longer there, or somebody else is looking at it just now."
        " List again in a minute."
    )


def unseen(held: int, shown: int) -> str:
    """Say that a queue counts more messages than it showed, or fewer; empty where it does not."""
    if held == shown:
        return ""
    return (
        f"the queue counts about {held} messages and showed {shown}: somebody else may be looking"
        " at the others. List again in a minute."
    )


def harmless(body: str) -> str:
    """Return a message with every character that a terminal would obey as its escape."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode()
        for each in body
    )


def plain(value: str) -> str:
    """Return a text from a message that may hold anything, with no character to be obeyed."""
    return "".join(each if each.isprintable() else "?" for each in value)


def _undone(outcome: Outcome, register: Register) -> str:
    if outcome.result is DeadLetterResult.NOT_FOUND:
        return not_found(outcome.id)
    return f"{outcome.id} {outcome.result}: {with_names(outcome.why, register)}"


def _about(letter: DeadLetter, register: Register) -> str:
    """Return what a message is about, in the order of what helps most."""
    about = contents_of(letter.body)
    parts = (
        _cell(letter.function),
        _cell(about.event_type),
        about.case_reference and f"case {_cell(about.case_reference)}",
        about.letter and f"letter {_cell(about.letter)}",
        about.authority and _cell(spoken(AuthorityCode(about.authority), register)),
        about.scheduled_at and f"scheduled {_cell(about.scheduled_at)}",
    )
    return ", ".join(part for part in parts if part)


def _cell(value: str) -> str:
    value = plain(value)
    return value if len(value) <= _LONGEST_CELL else f"{value[:_LONGEST_CELL]}…"
