"""How reports about mail come together; that they reach a real bus is shown on local AWS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from infrastructure.local import mail_playback
from infrastructure.local.aws import LocalAws
from infrastructure.local.mail_events import MailEvent
from infrastructure.local.mail_playback import Playback, PlaybackError

LONGER_THAN_ANY_TEST = 600.0


class Bus:
    """Takes everything, and remembers how many events came in each call."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def client(self, _service: str) -> Bus:
        return self

    def put_events(self, Entries: Sequence[object]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.calls.append(len(Entries))
        return {"Entries": [{} for _ in Entries]}

    def close(self) -> None:
        pass


def played(bus: Bus, reports: int) -> Playback:
    playback = Playback(cast("LocalAws", bus))
    for _ in range(reports):
        playback.add([MailEvent("Email Sent", {})])
    return playback


def test_reports_that_come_quickly_share_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_playback, "_GATHER_SECONDS", LONGER_THAN_ANY_TEST)
    bus = Bus()
    playback = played(bus, 9)

    with pytest.raises(PlaybackError, match="9 events about mail wait"):
        playback.drain(timeout_seconds=0.1)
    playback.add([MailEvent("Email Delivered", {})])
    playback.drain(timeout_seconds=30)
    playback.close()

    assert bus.calls == [10]


def test_a_few_reports_do_not_wait_for_more_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_playback, "_GATHER_SECONDS", 0.0)
    bus = Bus()
    playback = played(bus, 3)

    playback.drain(timeout_seconds=30)
    playback.close()

    assert sum(bus.calls) == 3


def test_who_closes_does_not_wait_for_more_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_playback, "_GATHER_SECONDS", LONGER_THAN_ANY_TEST)
    bus = Bus()

    played(bus, 1).close()

    assert bus.calls == []
