"""The events that are recorded: of the sample year, as many and as mixed as a measurement asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, Final

from annual_review.adapters.events import parse_event
from annual_review.adapters.files.register_files import read_register
from annual_review.domain.authorities import Register
from annual_review.domain.cases import CaseKey, CaseState, Version, counting_day, in_place_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey, counted, tally_of
from annual_review.rehearsal.sample_inputs import REGISTER, SAMPLE_YEARS, SEED
from annual_review.sample_year import make_sample_year, read_published, read_targets
from annual_review.sample_year.events import envelope

YEAR: Final = ReportingYear(2020)

_RECEIPT_HANDLE: Final = 412
"""Characters, as long as SQS makes them; its documentation promises 1,024 at most."""

_ACCOUNT: Final = "111111111111"
_QUEUE: Final = f"arn:aws:sqs:eu-west-2:{_ACCOUNT}:annual-review-DecisionsQueue-0123456789AB"


@cache
def register() -> Register:
    """Return the register of the sample year."""
    return read_register(REGISTER)


@cache
def sample_states() -> tuple[CaseState, ...]:
    """Return every state of the sample year, in the order of arrival."""
    facts = SAMPLE_YEARS / str(YEAR)
    published, targets = (
        read_published(facts / "published.csv"),
        read_targets(facts / "targets.toml"),
    )
    year = make_sample_year(register(), YEAR, published, targets, SEED)
    return tuple(parse_event(json.dumps(event)) for event in year.events)


@cache
def distinct_states() -> tuple[CaseState, ...]:
    """Return the first state that counts of every case: nothing repeats, nothing corrects."""
    first: dict[CaseKey, CaseState] = {}
    for state in sample_states():
        if counted(state):
            first.setdefault(state.key, state)
    return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Stream:
    """States in the order of arrival; `percent` of them repeat or correct an earlier one."""

    percent: int
    states: tuple[CaseState, ...]

    @property
    def expected(self) -> Mapping[TallyKey, Tally]:
        """What every tally must be in the end: the count of the highest versions."""
        final: dict[CaseKey, CaseState] = {}
        for state in self.states:
            if state.key not in final or final[state.key].version < state.version:
                final[state.key] = state
        return tally_of(final.values())


def stream(length: int, percent: int, seed: int = SEED) -> Stream:
    """Mix a stream: of the repeated share, half are duplicates and half are corrections."""
    chance, fresh = Random(seed), iter(distinct_states())  # noqa: S311 (any mixture will do)
    latest: dict[CaseKey, CaseState] = {}
    states: list[CaseState] = []
    again = set(chance.sample(range(1, length), length * percent // 100))
    for number in range(length):
        if number not in again:
            state = next(fresh)
        elif number % 2:
            state = chance.choice(states)
        else:
            state = _corrected(latest[chance.choice(list(latest))], chance)
        if state.key not in latest or latest[state.key].version < state.version:
            latest[state.key] = state
        states.append(state)
    return Stream(percent, tuple(states))


def _corrected(state: CaseState, chance: Random) -> CaseState:
    """Return the next version of a state, about another authority that there was by then."""
    day = counting_day(state)
    codes = [
        code
        for code, authority in sorted(register().items())
        if code != state.authority and day and authority.existed_by(day)
    ]
    return in_place_of(
        replace(state, version=Version(state.version + 1), authority=chance.choice(codes)), state
    )


def message_body(state: CaseState) -> str:
    """Write an event as EventBridge hands it to a queue."""
    event = envelope(state)
    return _compact(
        {
            "version": "0",
            "id": "0" * 36,
            "detail-type": event["detail-type"],
            "source": event["source"],
            "account": _ACCOUNT,
            "time": "2019-11-05T10:00:00Z",
            "region": "eu-west-2",
            "resources": [],
            "detail": event["detail"],
        }
    )


def invocation(states: Iterable[CaseState]) -> dict[str, list[dict[str, Any]]]:
    """Write the event with which SQS invokes a function, with all that comes with a message."""
    return {"Records": [_record(number, state) for number, state in enumerate(states)]}


def batches(states: Sequence[CaseState], size: int) -> Iterator[Sequence[CaseState]]:
    """Cut a stream into batches."""
    return (states[start : start + size] for start in range(0, len(states), size))


def _record(number: int, state: CaseState) -> dict[str, Any]:
    return {
        "messageId": f"{number:036d}",
        "receiptHandle": "A" * _RECEIPT_HANDLE,
        "body": message_body(state),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1572948000000",
            "SenderId": "AIDAIT2UOQQY3AUEKVGXU",
            "ApproximateFirstReceiveTimestamp": "1572948000000",
        },
        "messageAttributes": {},
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": _QUEUE,
        "awsRegion": "eu-west-2",
    }


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
