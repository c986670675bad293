"""What may happen to a call of a port on its way to AWS and back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from annual_review.services.errors import PortError, UnavailableError
from tests.fakes.faults import ProcessDiedError
from tests.integration.faults import Call, a_cancellation, a_time_out, an_error
from tests.simulation.chance import Chance
from tests.simulation.processes import Process

_T = TypeVar("_T")

ONE_READ_IN: Final = 60
ONE_WRITE_IN: Final = 8
ONE_WRITE_REPEATED_IN: Final = 3
"""One call in so many meets a fault, as long as the schedule has faults left."""

_PAUSES: Final = (0, 3, 12, 40)
"""How long a request may lie before it is repeated, in turns of its process."""

_WRITES: Final = {"put_item", "update_item", "transact_write_items", "send", "put"}


class Faults:
    """Carries the calls of all processes, and lets some of them fail.

    `left` is how many faults a schedule may still meet; nothing fails once it is nought. In some
    schedules nothing happens but that the SDK repeats its requests, and that very often.
    """

    def __init__(self, chance: Chance, left: int) -> None:
        """Take how many faults there may be."""
        self.chance, self.left = chance, left
        self.only_repeats = chance.happens(3)
        self.look: Callable[[], None] = lambda: None
        self.met: list[str] = []

    def over_table(self, process: Process) -> Callable[[Call], Any]:
        """Return what carries the calls of one process to the table and back."""

        def carry(call: Call) -> Any:  # noqa: ANN401 (the answer of any call)
            process.pause()
            fault = self._drawn(call.operation in _WRITES)
            if fault:
                self.met.append(f"{process.name}: {call.operation} {fault}")
            match fault:
                case "throttled":
                    raise an_error("ThrottlingException")
                case "conflict":
                    raise self._conflict(call)
                case "failed":
                    raise an_error("InternalServerError", status=500)
                case "died":
                    raise ProcessDiedError(process.name)
                case "answer lost" | "died after" | "repeated":
                    return self._unheard(call, process, fault)
                case _:
                    answer = self._make(call)
            process.pause()
            return answer

        return carry

    def over(self, process: Process, call: Callable[[], _T], name: str) -> _T:
        """Carry a call of another port: it happens, or not, or happens and nobody is told.

        Raises:
            PortError: It failed.
            ProcessDiedError: The process ended.
        """
        process.pause()
        fault = self._drawn(is_write=name in _WRITES)
        if fault:
            self.met.append(f"{process.name}: {name} {fault}")
        if fault in {"throttled", "conflict", "failed"}:
            raise UnavailableError(name)
        if fault == "died":
            raise ProcessDiedError(process.name)
        answer = call()
        process.pause()
        if fault == "answer lost":
            raise UnavailableError(name)
        if fault == "died after":
            raise ProcessDiedError(process.name)
        if fault == "repeated":
            return call()
        return answer

    def _drawn(self, is_write: bool) -> str:  # noqa: FBT001 (one of two kinds of call)
        if not self.left:
            return ""
        if self.only_repeats:
            is_hit = is_write and self.chance.happens(ONE_WRITE_REPEATED_IN)
            self.left -= is_hit
            return "repeated" if is_hit else ""
        if not self.chance.happens(ONE_WRITE_IN if is_write else ONE_READ_IN):
            return ""
        self.left -= 1
        before = ["throttled", "conflict", "failed", "died"]
        after = ["answer lost", "died after", "repeated", "repeated", "repeated", "repeated"]
        return self.chance.of([*before, *after] if is_write else before)

    def _conflict(self, call: Call) -> ClientError:
        if call.operation == "transact_write_items":
            return a_cancellation("TransactionConflict")
        return an_error("TransactionConflictException")

    def _unheard(self, call: Call, process: Process, fault: str) -> Any:  # noqa: ANN401
        with suppress(ClientError):  # nobody hears of a refusal either
            self._make(call)
        process.pause()
        if fault == "died after":
            raise ProcessDiedError(process.name)
        if fault == "answer lost":
            raise a_time_out()
        for _ in range(self.chance.of(_PAUSES)):
            process.pause()
        token = call.arguments.get("ClientRequestToken")
        if token is not None and self.chance.happens(2):
            # Ten minutes went by: AWS does not know any more that it is the same request.
            return self._make(call, ClientRequestToken=f"{token}-forgotten")
        answer = self._make(call)
        process.pause()
        return answer

    def _make(self, call: Call, **changed: object) -> Any:  # noqa: ANN401
        answer = call.make(**changed)
        if call.operation in _WRITES:
            self.look()
        return answer


HANDLED: Final = (PortError, ProcessDiedError)
"""What ends a process without being anybody's fault."""
