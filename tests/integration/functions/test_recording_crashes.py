"""The process dies before or after any call of AWS that record_decisions makes; nothing is lost.

Each history is first played through without a crash, to count the calls. Then it is played once
for every call and for both sides of it: the process dies there, a new process gets the batch
again, and everything is as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey, tally_of
from functions.record_decisions import handler
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    a_register,
    a_withdrawal,
    an_event,
    an_upheld_decision,
)
from tests.fakes.faults import ProcessDiedError
from tests.integration.world import (
    BUCKET,
    TABLE,
    Content,
    FakeContext,
    World,
    bodies,
    deployed_beside_the_fake_table,
    handed_back,
)
from tests.strategies import CODES

KEYS = [TallyKey(code, ReportingYear(ends)) for code in CODES for ends in (2020, 2021)]
CLIENTS = ("dynamodb", "sqs", "s3")
"""All that the function talks to."""
TOO_LARGE = "x" * (2**20 + 1)

FIRST = an_upheld_decision("1")
THERE: Mapping[str, Any] = {"authority": OTHER_DISTRICT, "previous_authorities": [ROCHFORD]}
MOVED = an_upheld_decision("1", version=2, **THERE)

HISTORIES: dict[str, Sequence[Sequence[Content]]] = {
    "new cases, one of them twice": [[FIRST, a_compliance_outcome("2"), FIRST]],
    "a correction to another authority, then a withdrawal": [
        [FIRST],
        [MOVED, FIRST],
        [a_withdrawal("1", version=3, **THERE)],
    ],
    "malformed, unknown, contradicting and too large": [
        [FIRST],
        [
            "not json",
            an_event(an_upheld_decision("8", authority="E99999999")),
            a_decision(FIRST.outcome, "1", satisfactory_remedy=True),
            TOO_LARGE,
            a_compliance_outcome("3", authority=COUNTY),
        ],
    ],
    "more than one transaction takes": [
        [a_compliance_outcome(str(number), authority=CODES[number % 3]) for number in range(101)]
    ],
}


@dataclass
class Plan:
    """Numbers the calls of the whole process, and ends it at one of them."""

    dies_at: int | None = None
    after: bool = False
    calls: list[str] = field(default_factory=list)

    def call(self, name: str, method: Callable[..., Any], arguments: dict[str, Any]) -> Any:  # noqa: ANN401 (the answer of any call)
        dies = len(self.calls) == self.dies_at
        self.calls.append(name)
        if dies and not self.after:
            raise ProcessDiedError(name)
        answer = method(**arguments)
        if dies:
            raise ProcessDiedError(name)
        return answer


class MortalClient:
    """Passes every call on, under a plan."""

    def __init__(self, service: str, client: object, plan: Plan) -> None:
        self._service, self._client, self._plan = service, client, plan

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda **arguments: self._plan.call(f"{self._service}.{name}", method, arguments)


def play(history: Sequence[Sequence[Content]], plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver every batch until it is acknowledged; whoever dies is followed by a new process."""
    with monkeypatch.context() as patched:
        for service in CLIENTS:
            client = MortalClient(service, getattr(aws_clients, service)(), plan)
            patched.setattr(aws_clients, service, lambda client=client: client)
        for batch in history:
            while True:
                handler.service.cache_clear()
                try:
                    answer = handler.lambda_handler(bodies(*batch), FakeContext())
                except ProcessDiedError:
                    continue
                assert handed_back(answer) == []
                break
    handler.service.cache_clear()


@dataclass
class Outcome:
    """What is left in the end."""

    tallies: dict[TallyKey, Any]
    dead_letters: set[tuple[str, str | None]]
    kept: set[str]


def outcome(world: World) -> Outcome:
    """Look at tallies and dead letters; one of these may be there twice, but never not at all."""
    letters = {(each.body, each.reason) for each in world.dead_letters("decisions-dead")}
    stored = {key: tally for key, tally in world.cases.tallies(KEYS).items() if tally}
    counted = tally_of(case for key in KEYS for case in world.cases.of_tally(key))
    assert stored == counted, "every tally equals its cases"
    return Outcome(stored, letters, set(world.kept()))


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[World]]:
    """Makes worlds in which nothing has happened yet."""

    @contextmanager
    def make() -> Iterator[World]:
        with deployed_beside_the_fake_table(monkeypatch) as world:
            monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", world.urls["decisions-dead"])
            world.knows(a_register(ROCHFORD, OTHER_DISTRICT, COUNTY), {})
            yield world

    monkeypatch.setenv("TABLE_NAME", TABLE)
    monkeypatch.setenv("BUCKET_NAME", BUCKET)
    return make


@pytest.mark.parametrize("name", HISTORIES)
def test_a_process_that_dies_at_any_call_leaves_nothing_lost_and_nothing_counted_twice(
    name: str,
    fresh: Callable[[], AbstractContextManager[World]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unharmed = Plan()
    with fresh() as world:
        play(HISTORIES[name], unharmed, monkeypatch)
        expected = outcome(world)

    for place, call in enumerate(unharmed.calls):
        for after in (False, True):
            with fresh() as world:
                play(HISTORIES[name], Plan(place, after=after), monkeypatch)
                assert outcome(world) == expected, f"died {'after' if after else 'before'} {call}"


def test_the_histories_reach_every_call_that_the_function_may_make(
    fresh: Callable[[], AbstractContextManager[World]], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: set[str] = set()
    for history in HISTORIES.values():
        plan = Plan()
        with fresh():
            play(history, plan, monkeypatch)
        called |= set(plan.calls)

    assert called == {
        *("dynamodb.query", "dynamodb.batch_get_item", "dynamodb.transact_write_items"),
        *("sqs.send_message", "s3.put_object"),
    }
