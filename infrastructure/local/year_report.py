"""What is told of a year that was played: what came in, what went out, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from annual_review.console import out, show_list
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.sample_year import SampleYear
from annual_review.views.table import Table
from infrastructure.local.year_end import YearEnd


@dataclass(frozen=True, slots=True)
class Counted:
    """What the whole system has counted so far, over all years."""

    recorded: Counter[str] = field(default_factory=Counter)
    sent: int = 0

    @classmethod
    def by(cls, year_end: YearEnd) -> Counted:
        """Count what was recorded and sent up to now."""
        return cls(year_end.recorded(), year_end.system.mailbox.accepted)

    def since(self, before: Counted) -> Counted:
        """Return what came in and went out since an earlier count."""
        return Counted(self.recorded - before.recorded, self.sent - before.sent)


def rows_of(
    year_end: YearEnd, sample: SampleYear, counted: Counted, tallies: int
) -> list[tuple[str, object]]:
    """Return what is told of a year, in names and numbers."""
    letters, recorded = year_end.letters(), counted.recorded
    states = Counter(letter.state for letter in letters)
    rows: list[tuple[str, object]] = [
        ("Decisions in", len(sample.events)),
        ("  recorded", recorded["recorded"]),
        ("  duplicates", recorded["duplicate"]),
        ("  superseded versions", recorded["stale"]),
        ("  rejected", recorded["rejected"]),
        ("Tallies checked against the cases", tallies),
        ("Letters prepared", sum(letter.message_sha256 is not None for letter in letters)),
        ("Letters sent", counted.sent),
        ("Letters delivered", states.pop(LetterState.DELIVERED, 0)),
    ]
    rows += [(f"Letters {state.value}", number) for state, number in states.items()]
    return [*rows, ("The year is", year_end.watch())]


def show_fates(year_end: YearEnd, fates: Mapping[AuthorityCode, str]) -> None:
    """Print what became of the letters whose recipients are the simulator's."""
    letters = {each.id.authority: each for each in year_end.letters()}
    rows = [
        (code, fate, letters[code].state.value, letters[code].history[-1].why)
        for code, fate in fates.items()
        if code in letters
    ]
    if rows:
        out.print()
        show_list(Table("At the simulator", ("authority", "recipient", "letter", "why"), rows))
