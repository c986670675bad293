"""The journal of a year as people and machines read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.services.wording import counted, moment_of
from annual_review.services.year_end.journal import JournalEntry, as_acts
from annual_review.views.authority_names import named
from annual_review.views.table import Row, Table

COLUMNS: Final = ("at", "kind", "by", "what", "about", "why", "authorities")
"""What machines are told of an entry."""


def row_of(entry: JournalEntry) -> Row:
    """Return an entry for machines."""
    return {
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "by": entry.by,
        "what": entry.what,
        "about": entry.about,
        "why": entry.why,
        "authorities": " ".join(entry.authorities),
    }


def journal_table(title: str, entries: Iterable[JournalEntry], register: Register) -> Table:
    """Return entries for people: a line for each act, whomever it concerned."""
    return Table(
        title,
        ("when", "who", "what", "about", "why"),
        [
            (
                moment_of(act.at),
                act.by,
                f"{act.kind.value}: {act.what}",
                act.about,
                told_of(act, register),
            )
            for act in as_acts(entries)
        ],
    )


def told_of(act: JournalEntry, register: Register) -> str:
    """Return the words of an act, with the authority that it concerns, or how many."""
    codes = act.authorities
    whose = named(codes[0], register) if len(codes) == 1 else ""
    if len(codes) > 1:
        whose = counted(len(codes), "authority", "authorities")
    return "; ".join(each for each in (act.why, whose) if each)
