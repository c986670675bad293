"""Challenges: what authorities object to between letter and publication, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision


class Verdict(StrEnum):
    """What came of a challenge."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a challenge: figures that a re-issue changed, or the reason why they stand."""

    verdict: Verdict
    by: str
    at: datetime
    reason: str = ""
    revision: Revision | None = None

    def __post_init__(self) -> None:
        """Refuse an answer that says nothing.

        Raises:
            ValueError: It names no revision, or gives no reason, where its verdict wants that.
        """
        if self.verdict is Verdict.CHANGED and self.revision is None:
            raise ValueError("figures are changed by a re-issue: name its revision")
        if self.verdict is Verdict.UNCHANGED and not self.reason:
            raise ValueError("say why the figures stand as they are")


@dataclass(frozen=True, slots=True)
class Challenge:
    """An objection of an authority to its figures. An authority's challenges are numbered from 1.

    `by` is who objects, `text` to what; `noted_by` is who wrote it down.
    """

    year: ReportingYear
    authority: AuthorityCode
    number: int
    by: str
    at: datetime
    text: str
    noted_by: str
    answer: Answer | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None


def open_challenges(challenges: Iterable[Challenge]) -> Mapping[AuthorityCode, Challenge]:
    """Return the authorities with a challenge that waits for an answer, each with its first one."""
    found: dict[AuthorityCode, Challenge] = {}
    for each in challenges:
        if each.is_open:
            found.setdefault(each.authority, each)
    return found
