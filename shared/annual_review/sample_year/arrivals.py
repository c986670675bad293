"""Arrivals: the order in which states reach us: nearly as recorded, some late, some twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from annual_review.domain.cases import CaseState
from annual_review.sample_year.chance import Chance
from annual_review.sample_year.corrections import History

_MINUTE: Final = timedelta(minutes=1)
_USUAL_DELAY_MINUTES: Final = 6 * 60
_LONG_DELAY_MINUTES: Final = 30 * 24 * 60
_LONG_DELAY_PERCENT: Final = 2
_REPEATED_PERCENT: Final = 2
_OVERTAKEN_PERCENT: Final = 15


def in_order_of_arrival(histories: Iterable[History], chance: Chance) -> list[CaseState]:
    """Return every state of every history, and some of them again, in the order of arrival.

    Of some corrected cases the first version arrives only after the last one.
    """
    arrivals: list[tuple[datetime, int, CaseState]] = []

    def arrive(state: CaseState, earliest: datetime) -> datetime:
        long = chance.percent(_LONG_DELAY_PERCENT)
        minutes = chance.below(_LONG_DELAY_MINUTES if long else _USUAL_DELAY_MINUTES)
        moment = earliest + minutes * _MINUTE
        # The number keeps states apart that arrive in the same second.
        arrivals.append((moment, len(arrivals), state))
        return moment

    for history in histories:
        last_arrival = max(arrive(state, state.recorded_at) for state in history[1:] or history)
        if len(history) > 1:
            is_overtaken = chance.percent(_OVERTAKEN_PERCENT)
            arrive(history[0], last_arrival if is_overtaken else history[0].recorded_at)
        for state in history:
            if chance.percent(_REPEATED_PERCENT):
                arrive(state, state.recorded_at)
    return [state for _, _, state in sorted(arrivals, key=lambda each: each[:2])]
