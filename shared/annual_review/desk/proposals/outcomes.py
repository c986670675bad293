"""The outcome of a service as an act shows it."""

from __future__ import annotations

from annual_review.desk.acts import Outcome, Row
from annual_review.desk.desk import Desk
from annual_review.services.letters.letter import LettersDone


def of_letters(desk: Desk, report: LettersDone, done: str, then: str = "") -> Outcome:
    """Return the outcome of what was asked of several letters; `done` is a participle."""
    count = len(report.done)
    letters = "1 letter" if count == 1 else f"{count:,} letters"
    return Outcome(
        f"{letters} {done}." if count else f"No letter {done}.",
        [Row(desk.spoken(each.authority), f"letter {each.tag}") for each in report.done],
        [
            Row(desk.spoken(each.letter.authority), each.state.value, each.why)
            for each in report.left
        ],
        then,
    )
