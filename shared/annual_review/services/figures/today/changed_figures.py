"""Whose figures have changed since they were frozen (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import YearFigures
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, added_up


def changed_since(
    frozen: Mapping[AuthorityCode, Tally], today: YearFigures
) -> Sequence[AuthorityCode]:
    """Return the authorities whose tally is not the one that was frozen last.

    They come under the codes under which they were frozen, which may have changed since. A measure
    that the frozen tally was written without says nothing of a change.
    """
    now = {code: each.tally for code, each in today.by_code.items()}
    known = {
        code: each.authority.code for each in today.authorities for code in each.authority.codes
    }
    under: dict[AuthorityCode, list[AuthorityCode]] = {present: [] for present in now}
    for code in frozen:
        under.setdefault(known.get(code, code), []).append(code)
    changed = [
        codes or [present]
        for present, codes in under.items()
        if _differ(added_up(frozen[code] for code in codes), now.get(present, NOTHING_COUNTED))
    ]
    return sorted(code for codes in changed for code in codes)


def _differ(frozen: Tally, now: Tally) -> bool:
    return any(measure not in frozen.unknown for measure in now - frozen)
