"""Import past events: publish the lines of a file to the bus, as casework would have.

Importing is harmless to repeat, in whole or in part: what counts is the version that an event
carries, however often it arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from annual_review.services.errors import PortError
from annual_review.services.patience import Pace

MOST_WAITING: Final = 2000
"""So many events may wait to be recorded; before more are published, half of them have to be."""

MOST_ATTEMPTS: Final = 10
"""How often a portion is offered to a bus that is busy, or out of reach, before giving up."""

MOST_LOOKS: Final = 60
"""How often in a row a queue may be found no shorter than before, before giving up."""

EventRecord = Mapping[str, object]
"""An event with the members `source`, `detail-type` and `detail`."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line of a file: its number, its text, and the event in it or what is wrong with it."""

    number: int
    text: str
    event: EventRecord | None = None
    problem: str = ""


class Bus(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[EventRecord]) -> None:
        """Publish some events, all of them or with an error.

        Raises:
            PortError: Not all of them are known to be published.
        """
        ...


class Backlog(Protocol):
    """What still waits to be recorded."""

    def waiting(self) -> int:
        """Return how many messages wait or are being recorded.

        Raises:
            PortError: It could not be read.
        """
        ...


class StalledError(Exception):
    """Nothing is being recorded, so nothing more is published."""

    retryable = True


@dataclass(frozen=True, slots=True)
class ImportEvents:
    """Publishes portions of a file, no faster than its pace and than events are recorded.

    `size` returns how many bytes an event takes; a portion has at most `most_events` of at most
    `most_bytes` together.
    """

    bus: Bus
    backlog: Backlog
    pace: Pace
    size: Callable[[EventRecord], int]
    most_events: int
    most_bytes: int

    def publish(
        self, lines: Iterable[ImportLine], acknowledged: Callable[[ImportLine, int], None]
    ) -> int:
        """Publish the sound lines in their order; return how many there were.

        `acknowledged` is told the last line of every portion, and its number of events, once the
        bus has taken all of them.

        Raises:
            StalledError: The queue of decisions does not get shorter.
            PortError: The bus did not take a portion; what it took before stays.
        """
        published = unwatched = 0
        for portion in self._portions(lines):
            if unwatched * 2 >= MOST_WAITING or not published:
                self._let_drain()
                unwatched = 0
            self.pace.spend(len(portion))
            self._publish([line.event for line in portion if line.event is not None])
            published += len(portion)
            unwatched += len(portion)
            acknowledged(portion[-1], len(portion))
        return published

    def _portions(self, lines: Iterable[ImportLine]) -> Iterator[list[ImportLine]]:
        portion: list[ImportLine] = []
        filled = 0
        for line in lines:
            if line.event is None:
                continue
            size = self.size(line.event)
            if portion and (len(portion) == self.most_events or filled + size > self.most_bytes):
                yield portion
                portion, filled = [], 0
            portion.append(line)
            filled += size
        if portion:
            yield portion

    def _publish(self, events: Sequence[EventRecord]) -> None:
        """Publish a portion; a bus that asks for patience gets it."""
        for attempt in range(MOST_ATTEMPTS):
            try:
                self.bus.publish(events)
            except PortError as error:
                if not error.retryable or attempt == MOST_ATTEMPTS - 1:
                    raise
                self.pace.back_off(attempt)
            else:
                return

    def _let_drain(self) -> None:
        """Wait while too many events wait to be recorded.

        Raises:
            StalledError: They do not get fewer.
            PortError: The queue could not be asked.
        """
        if (waiting := self.backlog.waiting()) <= MOST_WAITING:
            return
        looks = 0
        while waiting * 2 > MOST_WAITING:
            if looks == MOST_LOOKS:
                raise StalledError(f"{waiting} events wait to be recorded, and get no fewer")
            self.pace.back_off(looks)
            before, waiting = waiting, self.backlog.waiting()
            looks = 0 if waiting < before else looks + 1
