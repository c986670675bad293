"""A queue as bad as queues are allowed to be: what is not acknowledged comes again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import BatchReport
from tests.fakes.faults import ProcessDiedError

_MOST_DELIVERIES = 500


def deliver_all(
    messages: Iterable[Message],
    batch_sizes: Sequence[int],
    receive: Callable[[Sequence[Message]], BatchReport],
) -> None:
    """Deliver messages in batches until every one is acknowledged.

    A message that was handed back, or whose receiver died, goes to the end of the queue.
    """
    waiting = deque(messages)
    sizes = cycle(batch_sizes)
    for _ in range(_MOST_DELIVERIES):
        if not waiting:
            return
        batch = [waiting.popleft() for _ in range(min(next(sizes), len(waiting)))]
        try:
            handed_back = receive(batch).handed_back
        except ProcessDiedError:
            handed_back = [message.id for message in batch]
        waiting.extend(message for message in batch if message.id in handed_back)
    raise AssertionError("some messages are never acknowledged")
