"""Events that went wrong in ways nobody thought of: each is taken or rejected, nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import event as note
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annual_review.adapters.events import event_schemas, parse_event
from annual_review.domain.cases import Compliance, Decision, Withdrawal
from annual_review.domain.tallies import counted
from annual_review.services.recording.messages import RejectedEventError
from annual_review.services.recording.record_decisions import Verdict
from tests.builders import (
    a_compliance_outcome,
    a_decision,
    a_withdrawal,
    an_event,
    an_upheld_decision,
    messages,
)
from tests.fakes.patience import endless
from tests.worlds import World

SENTINEL = "Zaphod Beeblebrox"
CODES = {
    *("not_json", "not_utf8", "wrong_envelope", "unknown_type", "missing_field", "invalid_field"),
    *("remedy_without_upheld", "dated_after_recorded"),
}
EVENTS = [
    an_event(
        a_decision(
            an_upheld_decision().outcome,
            SENTINEL,
            service_improvements=[f"Apologise to {SENTINEL}."],
            public_report=f"{SENTINEL} v Council",
        )
    ),
    an_event(a_withdrawal(SENTINEL, reason=f"{SENTINEL} has moved")),
    an_event(a_compliance_outcome(SENTINEL)),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just(SENTINEL)
    | st.sampled_from(["1", "true", "", "2019-02-30", "upheld", "x" * 3000, "\x00", "\ud800"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.just(SENTINEL) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted(
    {
        name
        for schema in event_schemas().values()
        for name in schema["properties"]  # type: ignore[attr-defined]
    }
)


@st.composite
def spoilt_events(draw: st.DrawFn) -> dict[str, Any]:
    """A sound event in which some fields are missing, have other values, or are new."""
    spoilt: dict[str, Any] = deepcopy(draw(st.sampled_from(EVENTS)))
    for _ in range(draw(st.integers(1, 3))):
        detail = spoilt.get("detail")
        where, names = spoilt, ["source", "detail-type", "detail"]
        if isinstance(detail, dict) and draw(st.integers(0, 4)):
            where, names = detail, FIELDS
        name = draw(st.sampled_from([*names, SENTINEL]))
        if draw(st.integers(0, 3)):
            where[name] = draw(JSON)
        else:
            where.pop(name, None)
    return spoilt


def check(body: str | bytes) -> None:
    """Parse an event; whatever comes of it is sound."""
    try:
        state = parse_event(body)
    except RejectedEventError as rejection:
        check_reason(rejection.reason)
    else:
        assert isinstance(state, Decision | Withdrawal | Compliance)
        counted(state)
        note("taken")


def check_reason(reason: str) -> None:
    code, _, where = reason.partition(": ")
    assert code in CODES
    assert SENTINEL not in reason
    assert len(where) < 80
    note(f"rejected: {code}")


@settings(max_examples=400)
@given(spoilt_events())
def test_a_spoilt_event_is_taken_or_rejected_with_a_reason_that_quotes_nothing(
    spoilt: dict[str, Any],
) -> None:
    check(json.dumps(spoilt))


@settings(max_examples=300)
@given(
    st.sampled_from(EVENTS),
    st.integers(0, 2000),
    st.integers(0, 10),
    st.binary(max_size=8) | st.sampled_from([b'"', b"}", b"\\u0000", b"[" * 300, b"1e999"]),
)
def test_damaged_bytes_are_taken_or_rejected(
    sound: dict[str, Any], place: int, lost: int, noise: bytes
) -> None:
    body = json.dumps(sound).encode()
    place %= len(body)

    check(body[:place] + noise + body[place + lost :])


@given(st.text() | st.binary() | JSON.map(json.dumps))
@example("\ud800")
@example('{"detail-type": "Decision Recorded", "source": "ombudsman.casework", "detail": {}}')
def test_anything_at_all_is_taken_or_rejected(body: str | bytes) -> None:
    check(body)


@settings(max_examples=100)
@given(st.lists(spoilt_events(), max_size=4))
def test_sound_neighbours_of_spoilt_events_are_recorded(spoilt: list[dict[str, Any]]) -> None:
    world = World()
    sound = [an_upheld_decision("190001"), an_upheld_decision("190002")]

    report = world.record_decisions().record(messages(sound[0], *spoilt, sound[1]), endless())

    assert world.cases.load([each.key for each in sound]) == {each.key: each for each in sound}
    assert not report.handed_back
    rejected = [id_ for id_, verdict in report.verdicts.items() if verdict is Verdict.REJECTED]
    assert [message.id for message, _ in world.dead_letters.rejected] == rejected
    for message, _ in world.dead_letters.rejected:
        assert json.loads(message.body) is not None, "it is kept whole"
