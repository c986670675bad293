from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.aws.event_bus import MOST_BYTES, EventBus, portions
from annual_review.services.errors import ThrottledError, UnavailableError
from tests.builders import an_event
from tests.integration.faults import Call, Fault, FaultyClient, a_time_out, before


def takes(entries: str) -> Fault:
    """Take the entries marked + of a call, and refuse those marked -."""

    def fault(call: Call) -> object:
        assert len(call.arguments["Entries"]) == len(entries)
        return {
            "Entries": [{"EventId": "1"} if each == "+" else {"ErrorCode": "X"} for each in entries]
        }

    return fault


def bus(*script: Fault) -> tuple[EventBus, FaultyClient]:
    client = FaultyClient(object(), put_events=script)
    faulty: Any = client
    return EventBus(faulty, "casework", pause=lambda _: None), client


def test_an_event_goes_out_with_its_source_type_and_detail() -> None:
    publisher, client = bus(takes("+"))
    event = an_event(public_report="a “report”")

    publisher.publish([event])

    ((call,),) = [each["Entries"] for each in client.called("put_events")]
    assert call["EventBusName"] == "casework"
    assert (call["Source"], call["DetailType"]) == ("ombudsman.casework", "Decision Recorded")
    assert "a “report”" in call["Detail"]


def test_events_that_were_not_taken_go_out_again_and_the_others_do_not() -> None:
    publisher, client = bus(takes("+--"), takes("-+"), takes("+"))

    publisher.publish([an_event(case_reference=f"19-{number}") for number in range(3)])

    assert "19-1" in client.called("put_events")[-1]["Entries"][0]["Detail"]


def test_events_that_are_never_taken_are_told() -> None:
    publisher, _ = bus(*[takes("-")] * 99)

    with pytest.raises(ThrottledError, match="1 events"):
        publisher.publish([an_event()])


def test_a_bus_that_does_not_answer_is_told() -> None:
    publisher, _ = bus(before(a_time_out()))

    with pytest.raises(UnavailableError):
        publisher.publish([an_event()])


def test_events_are_divided_into_what_the_bus_takes_at_once() -> None:
    large = {"source": "x", "detail-type": "x", "detail": "x" * (MOST_BYTES // 2)}

    assert [len(some) for some in portions([an_event()] * 23)] == [10, 10, 3]
    assert [len(some) for some in portions([large, large, an_event()])] == [1, 2]
