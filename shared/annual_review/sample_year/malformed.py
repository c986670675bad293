"""Malformed events, for those who want to see what becomes of them. No sample year needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from annual_review.sample_year.chance import Chance
from annual_review.sample_year.events import DECISION_RECORDED, SOURCE, Envelope

_UNKNOWN_AUTHORITY: Final = "E99999999"

Flaw = Callable[[Mapping[str, Any]], dict[str, Any]]


def _without_authority(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in detail.items() if field != "authority"}


FLAWS: Final[tuple[Flaw, ...]] = (
    _without_authority,
    lambda detail: {**detail, "version": "1"},
    lambda detail: {**detail, "version": True},
    lambda detail: {**detail, "version": 0},
    lambda detail: {**detail, "authority": _UNKNOWN_AUTHORITY},
    lambda detail: {**detail, "outcome": "partly_upheld"},
    lambda detail: {**detail, "recorded_at": "yesterday"},
    lambda detail: {**detail, "case_reference": None},
    lambda _: {},
)
"""Each makes a sound detail one that can't be taken."""


def malformed_events(count: int, events: Sequence[Envelope], chance: Chance) -> Iterator[Envelope]:
    """Spoil copies of recorded decisions, with one flaw after the other."""
    models = [event["detail"] for event in events if event["detail-type"] == DECISION_RECORDED]
    for number in range(count):
        detail = FLAWS[number % len(FLAWS)](chance.pick(models))
        yield {"source": SOURCE, "detail-type": DECISION_RECORDED, "detail": detail}
