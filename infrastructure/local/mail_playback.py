"""Puts events about mail on the emulator's default bus, in order, in batches, by one thread."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.local.aws import LocalAws
from infrastructure.local.mail_events import MailEvent

# EventBridge keeps sources that begin with "aws." for AWS itself, on the emulator, too.
MAIL_EVENT_SOURCE = "local.ses"
_MOST_IN_A_CALL = 10
_GATHER_SECONDS = 0.1
_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.1


class PlaybackError(Exception):
    """Events about mail could not be put on the bus."""

    retryable = False


class Playback:
    """Takes events from any thread and puts them on the bus; to be closed.

    An event that the bus does not take is tried again a few times; what it then still does not
    take is reported by `drain`.
    """

    def __init__(self, aws: LocalAws) -> None:
        self._events = aws.client("events")
        self._waiting: deque[MailEvent] = deque()
        self._lost: list[str] = []
        self._in_hand = 0
        self._closing = False
        self._changed = threading.Condition()
        self._worker = threading.Thread(target=self._work, name="mail-events", daemon=True)
        self._worker.start()

    def add(self, events: Iterable[MailEvent]) -> None:
        """Queue events; they go out in this order."""
        with self._changed:
            self._waiting.extend(events)
            self._changed.notify_all()

    def drain(self, timeout_seconds: float) -> None:
        """Wait until every event that was added is on the bus.

        Raises:
            PlaybackError: Some were not taken, or time ran out.
        """
        with self._changed:
            done = self._changed.wait_for(self._is_idle, timeout_seconds)
            if self._lost:
                raise PlaybackError("events about mail were not taken:\n" + "\n".join(self._lost))
            if not done:
                left = len(self._waiting) + self._in_hand
                raise PlaybackError(f"{left} events about mail wait after {timeout_seconds:.0f} s")

    def close(self) -> None:
        """Stop; what was not drained before is dropped."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._worker.join()
        self._events.close()

    def _is_full(self) -> bool:
        return len(self._waiting) >= _MOST_IN_A_CALL or self._closing

    def _is_idle(self) -> bool:
        return not self._waiting and not self._in_hand

    def _work(self) -> None:
        while batch := self._next_batch():
            lost = self._put(batch)
            with self._changed:
                self._lost += lost
                self._in_hand = 0
                self._changed.notify_all()

    def _next_batch(self) -> list[MailEvent]:
        """Wait for events and take some, a full call if they come quickly; none when closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._changed.wait_for(self._is_full, _GATHER_SECONDS)
            if self._closing:
                return []
            size = min(len(self._waiting), _MOST_IN_A_CALL)
            self._in_hand = size
            return [self._waiting.popleft() for _ in range(size)]

    def _put(self, batch: list[MailEvent]) -> list[str]:
        """Put a batch on the bus and return the reasons for what could not be put."""
        entries = [_entry(event) for event in batch]
        reasons: list[str] = []
        for attempt in range(_ATTEMPTS):
            try:
                results = self._events.put_events(Entries=entries)["Entries"]
            except (BotoCoreError, ClientError) as error:
                reasons = [str(error)] * len(entries)
            else:
                failed = [(e, r) for e, r in zip(entries, results, strict=True) if "ErrorCode" in r]
                entries = [entry for entry, _ in failed]
                reasons = [f"{r['ErrorCode']}: {r.get('ErrorMessage', '')}" for _, r in failed]
            if not entries or self._closing:
                break
            time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
        return reasons


def _entry(event: MailEvent) -> dict[str, Any]:
    return {
        "Source": MAIL_EVENT_SOURCE,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
    }
