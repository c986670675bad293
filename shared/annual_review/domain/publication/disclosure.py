"""Which counts of subject by outcome may be public: so few that a person could be known may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annual_review.domain.cases import DecisionOutcome, Subject
from annual_review.domain.statistics import FEW_CASES

OutcomesBySubject = Mapping[Subject, Mapping[DecisionOutcome, int]]
"""Decisions of one authority by subject and outcome; what is not there was not counted."""

PublicCounts = Mapping[Subject, Mapping[DecisionOutcome, int | None]]
"""The same for the public; `None` where a count is withheld."""

_ALONE: Final = 1


def disclosed(counts: OutcomesBySubject) -> PublicCounts:
    """Withhold the counts of subjects with fewer than five decisions.

    Where that would hide one subject alone, the totals of the authority would give it away: the
    smallest of the others is withheld as well. A subject without any decision is told.
    """
    totals = {subject: sum(row.values()) for subject, row in counts.items()}
    shown = sorted(
        (subject for subject, total in totals.items() if total >= FEW_CASES),
        key=lambda subject: (totals[subject], subject.value),
    )
    withheld = {subject for subject, total in totals.items() if 0 < total < FEW_CASES}
    if len(withheld) == _ALONE and shown:
        withheld.add(shown[0])
    return {
        subject: {
            outcome: None if subject in withheld else counts.get(subject, {}).get(outcome, 0)
            for outcome in DecisionOutcome
        }
        for subject in Subject
    }
