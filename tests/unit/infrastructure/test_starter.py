"""The emulator's starter, over stand-ins for what it wraps: the emulator is not installed here."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infrastructure.local import savings, starter
from infrastructure.local.project import ROOT

PLACE = {
    "BIND_HOST": "127.0.0.1",
    "GATEWAY_PORT": "4566",
    "AWS_ACCESS_KEY_ID": "271828182845",
}
SIGNED = b"AWS4-HMAC-SHA256 Credential=%s/20200722/eu-west-2/%s/aws4_request, Signature=0"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that leaves its arguments in a file beside it."""
    monkeypatch.setattr(sys, "argv", sys.argv)
    path = tmp_path / "ministack"
    path.write_text(
        "import pathlib, sys\npathlib.Path(__file__ + '.ran').write_text(repr(sys.argv))\n"
    )
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes it look as if some version of the emulator were installed, without its modules."""

    def install(version: str) -> None:
        about = tmp_path / "site" / f"ministack-{version}.dist-info" / "METADATA"
        about.parent.mkdir(parents=True)
        about.write_text(f"Metadata-Version: 2.1\nName: ministack\nVersion: {version}\n")
        monkeypatch.syspath_prepend(str(tmp_path / "site"))

    return install


def test_it_is_written_for_the_version_that_the_project_pins() -> None:
    pinned = (ROOT / "infrastructure" / "local" / "requirements.in").read_text()
    assert re.search(r"==([\d.]+)", pinned)[1] == starter.WRITTEN_FOR  # type: ignore[index]


def test_another_version_is_started_as_it_is_and_refuses_strangers_too(
    program: Path,
    installed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed("1.5.34")
    app = SimpleNamespace(app=None)
    modules = {"ministack.app": app, "ministack.services.sts": SimpleNamespace(_sessions={})}
    monkeypatch.setattr(importlib, "import_module", modules.__getitem__)
    for name, value in PLACE.items():
        monkeypatch.setenv(name, value)

    starter.main([str(program)])

    assert isinstance(app.app, starter.AccessCheck)

    assert Path(f"{program}.ran").read_text() == repr([str(program)])
    assert "started as it is: version 1.5.34 is not 1.5.33" in capsys.readouterr().err


def test_the_version_it_knows_is_not_started_without_what_it_wraps(
    program: Path, installed: Callable[[str], None]
) -> None:
    installed(starter.WRITTEN_FOR)

    with pytest.raises(ModuleNotFoundError, match="ministack"):
        starter.main([str(program)])
    assert not Path(f"{program}.ran").exists()


@pytest.mark.parametrize(
    "wrap",
    [
        starter.lift_batch_limit,
        starter.count_calls,
        savings.parse_expressions_once,
        savings.compare_keys_directly,
        savings.read_policies_once,
        savings.read_requests_once,
    ],
)
def test_what_is_not_there_is_not_wrapped_in_silence(wrap: Callable[[Any], None]) -> None:
    with pytest.raises(AttributeError):
        wrap(SimpleNamespace())


def a_queue(*bodies: str, is_fifo: bool = False, visible_at: float = 0.0) -> dict[str, Any]:
    messages = [{"body": body, "visible_at": visible_at} for body in bodies]
    return {"messages": messages, "is_fifo": is_fifo}


def sqs_with(queue: Mapping[str, Any]) -> SimpleNamespace:
    """Stand in for the emulator's queues: it collects ten messages at most for an event source."""
    sqs = SimpleNamespace()
    sqs._collect_msgs = lambda queue, number, _visibility: queue["messages"][:number]
    sqs._receive_messages_for_esm = lambda _url, number: sqs._collect_msgs(
        queue, min(number, 10), 30
    )
    return sqs


def received(queue: Mapping[str, Any], batch_size: int) -> int:
    sqs = sqs_with(queue)
    starter.lift_batch_limit(sqs)
    return len(sqs._receive_messages_for_esm("url", batch_size))


def test_an_event_source_gets_as_many_messages_as_it_asks_for() -> None:
    assert received(a_queue(*["{}"] * 40), 25) == 25
    assert received(a_queue(*["{}"] * 40), 5) == 5


def test_a_batch_is_no_larger_than_an_invocation_may_be() -> None:
    mebibyte = "é" * 2**19

    assert received(a_queue(*[mebibyte] * 9), 100) == 5


def test_a_message_that_is_too_large_is_handed_over_alone_and_does_not_stop_the_queue() -> None:
    assert received(a_queue("x" * 7 * 2**20, "{}"), 100) == 1


def test_messages_in_other_hands_take_no_room() -> None:
    queue = a_queue("{}")
    queue["messages"] += a_queue(*["x" * 2**20] * 9, visible_at=2.0**40)["messages"]

    assert starter._fitting(reversed(queue["messages"]), 100) == 1


def test_a_fifo_queue_keeps_its_limit() -> None:
    assert received(a_queue(*["{}"] * 40, is_fifo=True), 25) == 10


def test_whoever_receives_messages_without_an_event_source_keeps_the_limit() -> None:
    queue = a_queue(*["{}"] * 40)
    sqs = sqs_with(queue)
    starter.lift_batch_limit(sqs)
    sqs._receive_messages_for_esm("url", 25)

    assert len(sqs._collect_msgs(queue, 10, 30)) == 10


class Visitor:
    """Calls an application as a server does."""

    def __init__(self) -> None:
        async def serve(_scope: object, _receive: object, _send: object) -> None:
            self.served += 1

        self.served = 0
        self.app = SimpleNamespace(app=serve)
        starter.count_calls(self.app)

    def call(self, *, path: str = "/", method: str = "POST", **headers: bytes) -> bytes:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        named = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        scope = {"type": "http", "path": path, "method": method, "headers": named}
        asyncio.run(self.app.app(scope, None, send))
        return b"".join(message.get("body", b"") for message in sent)

    def counts(self) -> dict[str, int]:
        told: dict[str, int] = json.loads(self.call(path=starter.CALLS_PATH, method="GET"))
        return told


def test_calls_are_counted_by_who_makes_them_and_what_they_ask_for() -> None:
    visitor = Visitor()
    target = b"DynamoDB_20120810.GetItem"
    visitor.call(authorization=SIGNED % (b"ASIAX", b"dynamodb"), x_amz_target=target)
    visitor.call(authorization=SIGNED % (b"ASIAX", b"dynamodb"), x_amz_target=target)
    visitor.call(authorization=SIGNED % (b"000000000000", b"s3"), method="PUT")
    visitor.call(path="/_ministack/health", method="GET")

    assert visitor.counts() == {"function dynamodb GetItem": 2, "root s3 PUT": 1}
    assert visitor.served == 4


def test_what_is_no_request_is_passed_on_uncounted() -> None:
    visitor = Visitor()
    asyncio.run(visitor.app.app({"type": "lifespan"}, None, None))

    assert visitor.served == 1
    assert visitor.counts() == {}


OURS = {"host": b"127.0.0.1:4566", "authorization": SIGNED % (b"271828182845", b"lambda")}


class Caller:
    """Calls an emulator that gave one function a key."""

    def __init__(self) -> None:
        self.served = 0
        app = SimpleNamespace(app=self._serve)
        starter.keep_to_this_run(app, SimpleNamespace(_sessions={"ASIAFUNCTION": {}}), PLACE)
        self._call = app.app

    async def _serve(self, _scope: object, _receive: object, _send: object) -> None:
        self.served += 1

    def is_let_in(
        self, headers: Mapping[str, bytes], path: str = "/", kind: str = "http", method: str = "GET"
    ) -> bool:
        before = self.served
        told: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        named = [(name.encode(), value) for name, value in headers.items()]
        scope = {"type": kind, "path": path, "method": method, "headers": named}
        asyncio.run(self._call(scope, None, send))
        assert (self.served > before) != any(m.get("status", m.get("code")) for m in told)
        return self.served > before


def test_this_run_its_functions_and_the_look_at_its_health_are_let_in() -> None:
    caller = Caller()
    by_a_function = {**OURS, "authorization": SIGNED % (b"ASIAFUNCTION", b"s3")}
    unsigned = {"host": OURS["host"]}

    assert caller.is_let_in(OURS)
    assert caller.is_let_in(by_a_function)
    assert caller.is_let_in(unsigned, "/_ministack/health")
    assert caller.is_let_in(unsigned, starter.CALLS_PATH)


@pytest.mark.parametrize("host", [b"d1a2.cloudfront.net", b"d1a2.cloudfront.localhost:4566"])
def test_the_public_site_is_shown_to_everybody_at_a_host_of_its_own(host: bytes) -> None:
    caller = Caller()

    assert caller.is_let_in({"host": host, "sec-fetch-site": b"none"})
    assert not caller.is_let_in({"host": host}, method="POST")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", b"attacker.example:4566"),
        ("host", b"d1a2.cloudfront.net.attacker.example"),
        ("host", b"127.0.0.1:4566.attacker.example"),
        ("origin", b"https://attacker.example"),
        ("origin", b"http://127.0.0.1:4566"),
        ("sec-fetch-site", b"cross-site"),
        ("authorization", SIGNED % (b"000000000000", b"lambda")),
        ("authorization", SIGNED % (b"test", b"lambda")),
        ("authorization", SIGNED % (b"", b"lambda")),
        ("authorization", b"\xff"),
    ],
)
def test_a_page_in_a_browser_is_not_let_in(name: str, value: bytes) -> None:
    assert not Caller().is_let_in({**OURS, name: value})


def test_nobody_is_let_in_unsigned_or_over_another_protocol() -> None:
    caller = Caller()

    assert not caller.is_let_in({"host": OURS["host"]})
    assert not caller.is_let_in({"host": OURS["host"], "origin": b"null"}, "/_ministack/health")
    assert not caller.is_let_in(OURS, kind="websocket")
