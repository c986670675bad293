"""Notes of the sample year: one of each family that people alone can know."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.domain.own_performance import Family

NOTE_COLUMNS: Final = ("code", "family", "text")

# Every letter of a sample says SAMPLE; these texts say it as well, for they are about no real case.
_TEXTS: Final = (
    (
        Family.LATE_ANSWERS,
        "In this sample, answers to 2 of our enquiries came late, and 1 of them was incomplete.",
    ),
    (
        Family.OMBUDSMAN_NOT_NAMED,
        "In this sample, the final answer to 1 complaint did not name the Ombudsman.",
    ),
)


def write_notes(register: Register, path: Path) -> None:
    """Write notes about the first authorities of a register to a CSV file, a note for each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NOTE_COLUMNS)
        for code, (family, text) in zip(register, _TEXTS, strict=False):
            writer.writerow((code, family.value, text))
