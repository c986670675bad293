"""Whose figures have changed since they were frozen (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import YearFigures
from annual_review.domain.tallies import NOTHING_COUNTED, Tally


def changed_since(
    frozen: Mapping[AuthorityCode, Tally], today: YearFigures
) -> Sequence[AuthorityCode]:
    """Return the authorities, by code, whose tally is not the one that was frozen last.

    A measure that the frozen tally was written without says nothing of a change.
    """
    now = {code: each.tally for code, each in today.by_code.items()}
    return [
        code
        for code in sorted({*frozen, *now})
        if _differ(frozen.get(code, NOTHING_COUNTED), now.get(code, NOTHING_COUNTED))
    ]


def _differ(frozen: Tally, now: Tally) -> bool:
    return any(measure not in frozen.unknown for measure in now - frozen)
