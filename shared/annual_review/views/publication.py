"""Publications: what they hold and change for the public, and the challenges to their figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.domain.publication.challenges import Challenge
from annual_review.domain.publication.manifest import Changes, Manifest
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import HASH_SHOWN, day_of
from annual_review.views.authority_names import named
from annual_review.views.table import Table

_MOST_LISTED: Final = 20


def facts_of(manifest: Manifest, changes: Changes | None) -> Sequence[tuple[str, object]]:
    """Return what a publication holds and, where that was asked for, what it would change."""
    of_year = manifest.years[manifest.year]
    return [
        ("Publication", manifest.name[:HASH_SHOWN]),
        ("Years", ", ".join(str(year) for year in sorted(manifest.years))),
        ("Revision", of_year.revision),
        ("Files", len(manifest.files)),
        ("Bytes", sum(each.size for each in manifest.files.values())),
        ("Left out, their challenge open", len(of_year.awaited)),
        *((title, len(paths)) for title, paths in _changes(changes)),
    ]


def goes_live(day: date, today: date, by_hand: str) -> str:
    """Say when an approved publication becomes public; `by_hand` says how a person does it."""
    if today >= day:
        return f"its day, {day_of(day)}, has come: {by_hand}"
    return f"it goes live automatically on {day_of(day)}; from that day on, {by_hand} as well"


def files_of(changes: Changes) -> Iterator[Table]:
    """List the first of the files that are new, changed, or public no more."""
    for title, paths in _changes(changes):
        rows = [(path,) for path in paths[:_MOST_LISTED]]
        if (more := len(paths) - _MOST_LISTED) > 0:
            rows.append((f"and {more:,} more",))
        if rows:
            yield Table(title, ("file",), rows)


def _changes(changes: Changes | None) -> Sequence[tuple[str, Sequence[str]]]:
    if changes is None:
        return ()
    return (
        ("New to the public", changes.added),
        ("Changed", changes.changed),
        ("No longer public", changes.removed),
    )


def challenges_of(
    year: ReportingYear, challenges: Iterable[Challenge], register: Register
) -> Table:
    """Return who objected to what and when, with the answers."""
    return Table(
        f"Challenges to the figures of {year}",
        ("authority", "number", "when", "who", "what", "answer"),
        [
            (
                named(each.authority, register),
                each.number,
                f"{each.at:%Y-%m-%d}",
                each.by,
                each.text,
                answer_of(each),
            )
            for each in challenges
        ],
    )


def answer_of(challenge: Challenge) -> str:
    """Say how a challenge was answered."""
    given = challenge.answer
    if given is None:
        return "open"
    what = f"changed by revision {given.revision}" if given.revision else "unchanged"
    why = f": {given.reason}" if given.reason else ""
    return f"{what} ({given.by}, {given.at:%Y-%m-%d}){why}"
