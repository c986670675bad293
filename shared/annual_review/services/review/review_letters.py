"""The review of a year's letters: each with its figures, and what a reader should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import (
    StatisticName,
    Statistics,
    percentage_of,
    printed_percentage_of,
)
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter
from annual_review.services.review.letter_differences import (
    Difference,
    differing_figures,
    differing_passages,
)

GREAT_MOVE: Final = 30
"""By more points than these, a percentage has moved so far that somebody should ask why."""


class Flag(StrEnum):
    """What a reader should look at, in the words of the review."""

    UNPRINTABLE = "can't be printed"
    CHANGED_SINCE_APPROVED = "changed since approved"
    DIFFERS = "differs from the previous one"
    NOT_REVIEWED = "paragraph not reviewed"
    OWN_PERFORMANCE = "has own-performance paragraph"
    BELOW_FULL_COMPLIANCE = "below 100%"
    MOVED = "figures moved since last year by more than 30 points"
    SMALL_NUMBERS = "small numbers"
    NO_COMPARISON = "no comparison"
    SUCCESSOR = "goes to successor"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag of one letter, and what there is to say about it."""

    flag: Flag
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LetterToReview:
    """A letter as its reviewer reads it.

    `text` is its plain text, `None` if it was never prepared. `has_own_paragraphs` tells whether it
    speaks of the authority's own performance, `is_unreviewed` that nobody has looked at that yet.
    """

    letter: Letter
    frozen: FrozenAuthority
    text: str | None = None
    goes_to_successor: bool = False
    has_own_paragraphs: bool = False
    is_unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class PreviousLetter:
    """The letter to the same authority that an earlier rehearsal or revision made.

    `figures` are `None` where only its text was kept.
    """

    text: str
    figures: AuthorityFigures | None


@dataclass(frozen=True, slots=True)
class ReviewedLetter:
    """One line of the review. `difference` is `None` where there is no previous letter."""

    letter: Letter
    figures: AuthorityFigures
    flags: tuple[Flagged, ...]
    difference: Difference | None


def review_letter(read: LetterToReview, previous: PreviousLetter | None = None) -> ReviewedLetter:
    """Say what a reader of a letter should look at."""
    difference = None if previous is None else _difference(read, previous)
    flags = list(_flags(read))
    if difference:
        flags.append(Flagged(Flag.DIFFERS))
    order = list(Flag)
    flags.sort(key=lambda each: order.index(each.flag))
    return ReviewedLetter(read.letter, read.frozen.figures, tuple(flags), difference)


def sums_of(reviewed: Sequence[ReviewedLetter]) -> Sequence[tuple[str, int]]:
    """Count the letters, by their states and by what a reader should look at."""
    states = Counter(each.letter.state.value for each in reviewed)
    flags = Counter(flagged.flag for each in reviewed for flagged in each.flags)
    return [
        ("Letters", len(reviewed)),
        *((f"  {state}", count) for state, count in sorted(states.items())),
        *((flag.value.capitalize(), flags[flag]) for flag in Flag if flags[flag]),
    ]


def goes_to_successor(register: Register, code: AuthorityCode, day: date) -> bool:
    """Whether somebody other than the authority itself receives its letter on a day (rule 6)."""
    return register.answering_for(code, day) != (register.present_code(code),)


def review_manifest(
    year: ReportingYear, made_at: datetime, letters: Iterable[Letter], files: Mapping[str, str]
) -> dict[str, Any]:
    """Return the record of what was there to read: letters that were prepared, by their hashes.

    An approval that names this record counts for these very letters and for no later ones. It
    counts for none whose page is not what the review showed: `files` are the SHA-256 of all of its
    files, by their paths in the folder of the review.
    """
    return {
        "year": year.ends,
        "made_at": made_at.isoformat(timespec="seconds"),
        "letters": [
            {
                "letter": letter.id.tag,
                "state": letter.state.value,
                "figures_sha256": letter.figures_sha256,
                "message_sha256": letter.message_sha256,
            }
            for letter in letters
            if letter.message_sha256 is not None
        ],
        "files": dict(sorted(files.items())),
    }


def _flags(read: LetterToReview) -> Iterator[Flagged]:
    letter, figures = read.letter, read.frozen.figures
    if _is_unprintable(letter):
        yield Flagged(Flag.UNPRINTABLE, letter.history[-1].why)
    if _changed_since_approved(letter):
        yield Flagged(Flag.CHANGED_SINCE_APPROVED, "prepared again after it was approved")
    if read.is_unreviewed:
        yield Flagged(Flag.NOT_REVIEWED)
    if read.has_own_paragraphs:
        yield Flagged(Flag.OWN_PERFORMANCE)
    compliance = figures.statistics.get(StatisticName.COMPLIANCE_RATE)
    # By the cases and not by the percentage: 399 of 400 is printed as 100%.
    if compliance and compliance.numerator < compliance.denominator:
        counts = f"{compliance.numerator} of {compliance.denominator}"
        yield Flagged(Flag.BELOW_FULL_COMPLIANCE, f"compliance outcomes complied with: {counts}")
    if moved := "; ".join(_moves(read.frozen)):
        yield Flagged(Flag.MOVED, moved)
    if few := "; ".join(_few_cases(figures.statistics)):
        yield Flagged(Flag.SMALL_NUMBERS, few)
    if not figures.comparisons.statistics:
        yield Flagged(Flag.NO_COMPARISON)
    if read.goes_to_successor:
        yield Flagged(Flag.SUCCESSOR)


def _is_unprintable(letter: Letter) -> bool:
    if letter.state is not LetterState.FAILED:
        return False
    states = [event.state for event in letter.history]
    return not {LetterState.CLAIMED, LetterState.UNKNOWN} & set(states[-2:])


def _changed_since_approved(letter: Letter) -> bool:
    """Whether the bytes that lie there are others than those approved: the approval is lost."""
    return letter.approved_sha256 not in {None, letter.message_sha256}


def _moves(frozen: FrozenAuthority) -> Iterator[str]:
    """Say which percentages moved greatly since the year before, as that year stands frozen."""
    for earlier in frozen.earlier:
        if earlier.year.ends != frozen.year.ends - 1:
            continue
        then = earlier.statistics
        for name, new in frozen.figures.statistics.items():
            before, after = percentage_of(then.get(name)), new.percentage
            if before is not None and after is not None and abs(after - before) > GREAT_MOVE:
                printed = printed_percentage_of(then.get(name))
                yield f"{name.words} from {printed} to {new.printed()}"


def _few_cases(statistics: Statistics) -> Iterator[str]:
    for name, statistic in statistics.items():
        if statistic.has_few_cases:
            cases = "1 case" if statistic.denominator == 1 else f"{statistic.denominator} cases"
            yield f"{name.words} on {cases}"


def _difference(read: LetterToReview, previous: PreviousLetter) -> Difference:
    return Difference(
        ()
        if previous.figures is None
        else differing_figures(previous.figures, read.frozen.figures),
        differing_passages(previous.text, read.text or ""),
    )
