"""Starts the emulator, closer to AWS than it is by itself.

Run by the emulator's own Python: `python -P starter.py PROGRAM`. It takes one file of this project,
which needs no other, and copies nothing of the emulator: it wraps a few of its functions, each
found by its name, and then runs its program. It knows one version of the emulator. Any other is
started as it is. What was done is printed, and so it stands at the beginning of the emulator's log.

What it changes:

- An event source hands over batches as large as it is deployed with, instead of at most ten
  messages, and not larger than Lambda takes.
- What gives the same result again and again is worked out once: `savings` says what.
- A permission may name the keys and the attributes of a request to a table, as on AWS.
- Every call is counted, by service and operation, and by who makes it.
- Only who was told this run's key, and the functions, are answered: a page in a browser is not.

The last of these is not for comfort: without it no version of the emulator is started.
"""

import contextvars
import importlib
import importlib.metadata
import json
import os
import re
import runpy
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

WRITTEN_FOR = "1.5.33"
_NAMED = ("dynamodb:LeadingKeys", "dynamodb:Attributes")
_CONDITION_KEYS = Path(__file__).with_name("condition_keys.py")
_SAVINGS = Path(__file__).with_name("savings.py")
CALLS_PATH = "/_local/calls"
HEALTH_PATH = "/_ministack/health"

# Lambda takes 6 MB. A message comes with its handle, its digest, and where it is from.
_LARGEST_INVOCATION = 6 * 2**20
_AROUND_A_MESSAGE = 700
# Whose key, the day, the region, the service: how a request to AWS says who signed it for what.
_CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/")
# The public site, by the host at which the emulator serves a distribution and nothing else.
_SITE = re.compile(rb"[a-z0-9]+\.cloudfront\.(net|localhost)(:\d+)?")

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Any, Send], Awaitable[None]]


def main(arguments: list[str]) -> None:
    """Become the emulator's program."""
    [program] = arguments
    installed = _installed_version()
    if installed == WRITTEN_FOR:
        lift_batch_limit(importlib.import_module("ministack.services.sqs"))
        actions = importlib.import_module("ministack.core.iam_actions")
        evaluator = importlib.import_module("ministack.core.iam_evaluator")
        read = save(importlib.import_module("ministack.services.dynamodb"), actions, evaluator)
        tell_keys_and_attributes(actions, evaluator, read)
        count_calls(importlib.import_module("ministack.app"))
        _say(
            "event sources hand over whole batches; nothing is read twice; permissions may "
            "name keys and attributes; calls are counted"
        )
    else:
        _say(f"started as it is: version {installed or 'unknown'} is not {WRITTEN_FOR}")
    if installed:
        keep_to_this_run(
            importlib.import_module("ministack.app"),
            importlib.import_module("ministack.services.sts"),
            os.environ,
        )
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def lift_batch_limit(sqs: Any) -> None:
    """Hand over as many messages as an event source asks for and an invocation takes."""
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


def save(dynamodb: Any, actions: Any, evaluator: Any) -> Callable[[bytes], Any]:
    """Do what has the same result again and again once; return what reads a request."""
    savings = runpy.run_path(str(_SAVINGS))
    savings["parse_expressions_once"](dynamodb)
    savings["compare_keys_directly"](dynamodb)
    savings["read_policies_once"](evaluator)
    savings["search_for_garbage_seldom"]()
    savings["log_failures_of_the_bus_alone"]()
    read: Callable[[bytes], Any] = savings["read_requests_once"](actions)
    return read


def tell_keys_and_attributes(
    actions: Any, evaluator: Any, read: Callable[[bytes], Any] = json.loads
) -> None:
    """Tell whoever judges a request to a table which keys and attributes it names."""
    condition_keys = runpy.run_path(str(_CONDITION_KEYS))["condition_keys"]
    of_request, of_transaction = (
        actions.dynamodb_service_context,
        actions.dynamodb_transaction_checks,
    )
    enforce = evaluator.enforce

    def service_context(body: bytes) -> dict[str, Any]:
        # What the emulator knows itself of a request is which attributes are selected.
        named = condition_keys(read(body or b"{}"))
        return {**of_request(body), **{key: named[key] for key in _NAMED if key in named}}

    def transaction_checks(action: str, body: bytes, *where: str) -> list[tuple[str, str]]:
        checks: list[tuple[str, str]] = of_transaction(action, body, *where)
        if not checks:
            return []
        items = [one for each in read(body)["TransactItems"] for one in each.values()]
        return [
            (action_of_item, _ItemArn(arn, condition_keys(item)))
            for (action_of_item, arn), item in zip(checks, items, strict=True)
        ]

    def enforce_with_keys(*asked: Any, resource_arn: str = "*", **more: Any) -> Any:
        if isinstance(resource_arn, _ItemArn):
            more["service_context"] = {**more["service_context"], **resource_arn.keys}
        return enforce(*asked, resource_arn=resource_arn, **more)

    actions.dynamodb_service_context = service_context
    actions.dynamodb_transaction_checks = transaction_checks
    evaluator.enforce = enforce_with_keys


class _ItemArn(str):
    """The table of one item of a transaction, with what else is known of that item."""

    __slots__ = ("keys",)
    keys: Mapping[str, Any]

    def __new__(cls, arn: str, keys: Mapping[str, Any]) -> Self:
        made = super().__new__(cls, arn)
        made.keys = keys
        return made


def keep_to_this_run(app: Any, sts: Any, environment: Mapping[str, str]) -> None:
    """Answer nobody but this run's own programs and functions."""
    app.app = AccessCheck(app.app, environment, functions_keys=sts._sessions)


class AccessCheck:
    """An ASGI application around another, which refuses what a page in a browser could ask.

    What is public is shown to everybody: the site, at a host of its own.

    The emulator takes any signature, from anywhere, and runs the code that it is given. A browser
    names the host that it was told, says where a page comes from, and knows no key of this run.

    Attributes:
        functions_keys: The temporary keys that the emulator gave to functions, as it keeps them.
    """

    def __init__(
        self, serve: Asgi, environment: Mapping[str, str], functions_keys: Container[str]
    ) -> None:
        self._serve = serve
        self._host = f"{environment['BIND_HOST']}:{environment['GATEWAY_PORT']}".encode()
        self._key = environment["AWS_ACCESS_KEY_ID"]
        self._functions_keys = functions_keys

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Pass a request of this run on, and refuse any other."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and self._is_ours(scope)):
            await self._serve(scope, receive, send)
        elif scope["type"] == "http":
            headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": b"Not a request of this run.\n"})
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _is_ours(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        if _SITE.fullmatch(headers.get(b"host", b"")):
            return bool(scope["method"] in {"GET", "HEAD"})
        if headers.get(b"host") != self._host or {b"origin", b"sec-fetch-site"} & headers.keys():
            return False
        if scope["method"] == "GET" and scope["path"] in {HEALTH_PATH, CALLS_PATH}:
            return True
        signed_by = _CREDENTIAL.search(headers.get(b"authorization", b"").decode("latin-1"))
        key = signed_by[1] if signed_by else ""
        return key == self._key or key in self._functions_keys


def count_calls(app: Any) -> None:
    """Count the calls that the emulator serves, and tell them at a path of its own."""
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
