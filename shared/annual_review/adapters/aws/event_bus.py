"""The event bus, for those who publish: the casework system, an import, a rehearsal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.adapters.waiting import Pause, pause
from annual_review.services.errors import ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MOST_IN_A_CALL: Final = 10
"""EventBridge's limit for one PutEvents."""

MOST_BYTES: Final = 2**18
"""How many bytes the events of one PutEvents may have together, whatever limit EventBridge has."""

_ROUNDS: Final = 8


def event_size(event: Mapping[str, object]) -> int:
    """Return how many bytes an event takes of what one PutEvents may carry.

    Raises:
        ValueError: It holds what can't be written as JSON and UTF-8.
    """
    return sum(len(str(value).encode()) for value in _entry(event).values())


def portions(events: Iterable[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    """Divide events, in their order, into what one PutEvents takes of them."""
    portion: list[Mapping[str, object]] = []
    filled = 0
    for event in events:
        size = event_size(event)
        if portion and (len(portion) == MOST_IN_A_CALL or filled + size > MOST_BYTES):
            yield portion
            portion, filled = [], 0
        portion.append(event)
        filled += size
    if portion:
        yield portion


def _entry(event: Mapping[str, object]) -> PutEventsRequestEntryTypeDef:
    return {
        "Source": str(event["source"]),
        "DetailType": str(event["detail-type"]),
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
    }


@dataclass(frozen=True, slots=True)
class EventBus:
    """Publishes events to one bus."""

    client: EventBridgeClient
    name: str
    pause: Pause = pause

    def publish_all(self, events: Iterable[Mapping[str, object]]) -> Iterator[int]:
        """Publish events in their order; after every call, tell how many it took.

        Raises:
            ThrottledError: Some were still not taken after several rounds.
            PortError: The bus could not be reached.
        """
        for portion in portions(events):
            self.publish(portion)
            yield len(portion)

    def publish(self, events: Sequence[Mapping[str, object]]) -> None:
        """Publish at most `MOST_IN_A_CALL` events; those that the bus does not take, again.

        An event has the members `source`, `detail-type` and `detail`. Publishing one twice harms
        nobody: what counts is the version it carries.

        Raises:
            ThrottledError: Some were still not taken after several rounds.
            PortError: The bus could not be reached.
        """
        waiting = list(events)
        for attempt in range(_ROUNDS):
            with port_errors():
                answer = self.client.put_events(
                    Entries=[{"EventBusName": self.name, **_entry(event)} for event in waiting]
                )
            taken = [entry.get("ErrorCode") is None for entry in answer["Entries"]]
            waiting = [event for event, ok in zip(waiting, taken, strict=True) if not ok]
            if not waiting:
                return
            self.pause(attempt)
        raise ThrottledError(f"the event bus did not take {len(waiting)} events")
