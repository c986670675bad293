"""A client of AWS that fails when a test says so: before a call takes effect, or after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.exceptions import ClientError, ReadTimeoutError


@dataclass(frozen=True)
class Call:
    """One call that is about to be made."""

    operation: str
    """Its name at the client: `put_item`."""
    method: Callable[..., Any]
    arguments: Mapping[str, Any]

    def make(self, **changed: object) -> Any:  # noqa: ANN401 (the answer of any call)
        """Make it, with some of its arguments changed."""
        return self.method(**(dict(self.arguments) | changed))


Fault: TypeAlias = Callable[[Call], Any]
"""Is given a call; makes it or not, and answers in its place."""


def an_error(
    code: str,
    *,
    status: int = 400,
    operation: str = "Operation",
    message: str = "",
    **extra: object,
) -> ClientError:
    """Build an error as botocore raises it from the answer of a service."""
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "request-of-aws"},
        **extra,
    }
    return ClientError(answer, operation)


def a_cancellation(*reasons: str) -> ClientError:
    """Build the error of a cancelled transaction."""
    return an_error(
        "TransactionCanceledException", CancellationReasons=[{"Code": each} for each in reasons]
    )


def a_time_out() -> ReadTimeoutError:
    """Build the error of an answer that never came."""
    return ReadTimeoutError(endpoint_url="https://aws.example")


def before(error: Exception) -> Fault:
    """Fail a call that takes no effect."""

    def fault(_call: Call) -> None:
        raise error

    return fault


def after(error: Exception) -> Fault:
    """Fail a call that has taken effect."""

    def fault(call: Call) -> None:
        call.make()
        raise error

    return fault


def answering(answer: object) -> Fault:
    """Answer in place of the service."""
    return lambda _call: answer


def twice(call: Call) -> object:
    """Make a call a second time, as botocore does when the first answer was lost."""
    call.make()
    return call.make()


def as_it_is(call: Call) -> object:
    """Make the call."""
    return call.make()


def _not_to_be_called(**_: object) -> None:
    raise AssertionError("the script of this client has ended")


class FaultyClient:
    """Passes calls on to a client; each scripted method fails by its script until that ends."""

    def __init__(self, client: object, **scripts: Sequence[Fault]) -> None:
        self._client = client
        self._scripts = {name: list(script) for name, script in scripts.items()}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(**arguments: object) -> Any:  # noqa: ANN401 (the answer of any call)
            self.calls.append((name, arguments))
            script = self._scripts.get(name)
            fault = script.pop(0) if script else as_it_is
            method = getattr(self._client, name, _not_to_be_called)
            return fault(Call(name, method, arguments))

        return called

    def called(self, name: str) -> list[Mapping[str, Any]]:
        """Return the arguments of every call of a method."""
        return [arguments for method, arguments in self.calls if method == name]
