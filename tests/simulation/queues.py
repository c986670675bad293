"""Queues and documents as AWS has them: messages come late, twice, in any order, and all come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.domain.letters import LetterId
from tests.simulation.faults import Faults
from tests.simulation.processes import Process

_T = TypeVar("_T")

MOST_RECEIPTS: Final = 5
"""How often a message is received before it counts as a dead letter."""


class Confirmed(str):
    """The body of a message that a person has confirmed."""

    __slots__ = ()


@dataclass(eq=False)
class Waiting(Generic[_T]):
    """A message in its queue."""

    body: _T
    receipts: int = 0


@dataclass
class Queue(Generic[_T]):
    """A queue and its dead letters."""

    waiting: list[Waiting[_T]] = field(default_factory=list)
    received: list[Waiting[_T]] = field(default_factory=list)
    dead: list[_T] = field(default_factory=list)

    def add(self, *bodies: _T) -> None:
        """Put messages into the queue."""
        self.waiting += [Waiting(body) for body in bodies]

    def receive(self, place: int) -> Waiting[_T]:
        """Take a message out of sight."""
        message = self.waiting.pop(place)
        message.receipts += 1
        self.received.append(message)
        return message

    def acknowledge(self, message: Waiting[_T]) -> None:
        """Delete a message."""
        self.received.remove(message)

    def return_to_queue(self, message: Waiting[_T]) -> None:
        """Let a message come again, or count it as dead."""
        self.received.remove(message)
        if message.receipts >= MOST_RECEIPTS:
            self.dead.append(message.body)
        else:
            self.waiting.append(message)

    def replay(self) -> None:
        """Put the dead letters back."""
        self.add(*self.dead)
        self.dead.clear()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.received)


@dataclass(frozen=True)
class LetterRequests:
    """Implements `LetterQueue` for one process."""

    queue: Queue[LetterId]
    process: Process
    faults: Faults

    def put(self, letters: Sequence[LetterId]) -> None:
        """Queue a message for each letter."""
        self.faults.over(self.process, lambda: self.queue.add(*letters), "put")


@dataclass(frozen=True)
class Documents:
    """Implements `Documents` for one process."""

    kept: InMemoryDocuments
    process: Process
    faults: Faults

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep a document."""
        self.faults.over(self.process, lambda: self.kept.put(key, content, content_type), "put")

    def get(self, key: str) -> bytes:
        """Return a document."""
        return self.faults.over(self.process, lambda: self.kept.get(key), "get")


@dataclass(frozen=True)
class Arrivals:
    """Implements `Arrivals` for one process."""

    decisions: Queue[object]
    process: Process
    faults: Faults

    def waiting(self) -> int:
        """Return how many messages wait or are being recorded."""
        return self._ask(lambda: len(self.decisions))

    def dead(self) -> int:
        """Return how many messages lie among the dead letters."""
        return self._ask(lambda: len(self.decisions.dead))

    def _ask(self, ask: Callable[[], int]) -> int:
        return self.faults.over(self.process, ask, "ask")
