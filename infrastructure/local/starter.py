"""Starts the emulator, closer to AWS than it is by itself.

Run by the emulator's own Python: `python -P starter.py PROGRAM`. It imports nothing of this
project and copies nothing of the emulator: it wraps a few of its functions, each found by its name,
and then runs its program. It knows one version of the emulator. Any other is started as it is. What
was done is printed, and so it stands at the beginning of the emulator's log.

What it changes:

- An event source hands over batches as large as it is deployed with, instead of at most ten
  messages, and not larger than Lambda takes.
- An expression is parsed once, instead of once for every item of the partition that is queried.
- Every call is counted, by service and operation, and by who makes it.
"""

import contextvars
import importlib
import importlib.metadata
import json
import re
import runpy
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

WRITTEN_FOR = "1.5.33"
CALLS_PATH = "/_local/calls"

# Lambda takes 6 MB. A message comes with its handle, its digest, and where it is from.
_LARGEST_INVOCATION = 6 * 2**20
_AROUND_A_MESSAGE = 700
_EXPRESSIONS_KEPT = 1024
# Whose key, the day, the region, the service: how a request to AWS says who signed it for what.
_CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/")

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Any, Send], Awaitable[None]]


def main(arguments: list[str]) -> None:
    """Become the emulator's program."""
    [program] = arguments
    installed = _installed_version()
    if installed == WRITTEN_FOR:
        lift_batch_limit(importlib.import_module("ministack.services.sqs"))
        parse_expressions_once(importlib.import_module("ministack.services.dynamodb"))
        count_calls(importlib.import_module("ministack.app"))
        _say(
            "event sources hand over whole batches; expressions are parsed once; calls are counted"
        )
    else:
        _say(f"started unchanged: version {installed or 'unknown'} is not {WRITTEN_FOR}")
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def lift_batch_limit(sqs: Any) -> None:
    """Hand over as many messages as an event source asks for and an invocation takes.

    Raises:
        AttributeError: The module lacks what is to be wrapped.
    """
    receive, collect = sqs._receive_messages_for_esm, sqs._collect_msgs
    asked_for = contextvars.ContextVar("asked_for", default=0)

    def receive_messages(queue_url: str, number: int) -> Any:
        token = asked_for.set(number)
        try:
            return receive(queue_url, number)
        finally:
            asked_for.reset(token)

    def collect_messages(queue: Mapping[str, Any], number: int, visibility: int) -> Any:
        # A FIFO queue hands over ten at most on AWS, too.
        if asked_for.get() and not queue["is_fifo"]:
            number = _fitting(queue["messages"], asked_for.get())
        return collect(queue, number, visibility)

    sqs._receive_messages_for_esm, sqs._collect_msgs = receive_messages, collect_messages


def _fitting(messages: Iterable[Mapping[str, Any]], number: int) -> int:
    """Return how many of the first messages, and of this number, fit into an invocation.

    Those in the hands of another batch are passed over.
    """
    now = time.time()
    size = fitting = 0
    for message in messages:
        if message.get("visible_at", now) > now:
            continue
        size += len(json.dumps(message["body"], ensure_ascii=False).encode()) + _AROUND_A_MESSAGE
        if fitting == number or size > _LARGEST_INVOCATION:
            break
        fitting += 1
    return max(fitting, 1)


def parse_expressions_once(dynamodb: Any) -> None:
    """Remember how an expression reads, which depends on nothing but its text.

    Raises:
        AttributeError: The module lacks what is to be wrapped.
    """
    tokenize, syntax_error = dynamodb._tokenize, dynamodb._condition_syntax_error

    @lru_cache(_EXPRESSIONS_KEPT)
    def tokens(text: str) -> tuple[Any, ...]:
        return tuple(tokenize(text))

    # A list of its own for each caller, who may change it.
    dynamodb._tokenize = lambda text: list(tokens(text))
    dynamodb._condition_syntax_error = lru_cache(_EXPRESSIONS_KEPT)(syntax_error)


def count_calls(app: Any) -> None:
    """Count the calls that the emulator serves, and tell them at a path of its own.

    Raises:
        AttributeError: The module lacks what is to be wrapped.
    """
    app.app = CallCounter(app.app)


class CallCounter:
    """An ASGI application around another, which counts what comes in."""

    def __init__(self, serve: Asgi) -> None:
        self._serve = serve
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Count a request and pass it on, or say what was counted so far."""
        if scope["type"] == "http" and scope["path"] == CALLS_PATH:
            await self._tell(send)
            return
        if scope["type"] == "http" and (name := _name_of_call(scope)):
            self._counts[name] += 1
        await self._serve(scope, receive, send)

    async def _tell(self, send: Send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(self._counts).encode()})


def _name_of_call(scope: Scope) -> str:
    """Return who calls which operation of which service, in three words; nothing if unsigned.

    S3 and others name their operation by the method alone.
    """
    headers = dict(scope["headers"])
    signed_by = _CREDENTIAL.search(headers.get(b"authorization", b"").decode())
    if signed_by is None:
        return ""
    key, service = signed_by.groups()
    operation = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2] or scope["method"]
    # The root's key is the number of its account; a function has a temporary one.
    return f"{'root' if key.isdecimal() else 'function'} {service} {operation}"


def _installed_version() -> str | None:
    try:
        return importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        return None


def _say(text: str) -> None:
    sys.stderr.write(f"local AWS: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
