"""What a person should look at among the recipients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.services.letters.register.check_recipients import WHAT_TO_DO, RecipientConcern
from annual_review.views.table import Table

_SHOWN_OF_A_KIND: Final = 10


def findings_of(
    findings: Sequence[RecipientConcern], register: Register, *, every: bool, more: str
) -> Table:
    """Return the findings, and what to do; of many of a kind the first, unless it is `every` one.

    `more` says how to see the others.
    """
    of_kind = Counter(each.concern for each in findings)
    shown: Counter[str] = Counter()
    rows: list[tuple[str, ...]] = []
    for each in findings:
        shown[each.concern] += 1
        what = WHAT_TO_DO[each.concern]
        name = register[each.authority].name if each.authority in register else ""
        if every or shown[each.concern] <= _SHOWN_OF_A_KIND:
            rows.append((each.concern.value, each.authority, name, each.said, what))
        elif shown[each.concern] == of_kind[each.concern]:
            left = of_kind[each.concern] - _SHOWN_OF_A_KIND
            rows.append((each.concern.value, "…", "", f"and {left} more ({more})", what))
    return Table("To look at", ("what", "authority", "name", "which", "what to do"), rows)
