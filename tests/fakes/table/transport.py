"""What may happen to a call on its way to the table and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.fakes.faults import ProcessDiedError
from tests.fakes.table.client import Transport
from tests.fakes.table.table import nobody_else
from tests.integration.faults import Call, a_cancellation, a_time_out, an_error, as_it_is

PERCENT_FAILING: Final = 30
_IN_BATCHES: Final = {"batch_get_item": "UnprocessedKeys", "batch_write_item": "UnprocessedItems"}


def stepping(pause: Callable[[], None], inner: Transport = as_it_is) -> Transport:
    """Let others step in before each call, and again before its answer is there."""

    def carry(call: Call) -> Any:  # noqa: ANN401 (the answer of any call)
        pause()
        answer = inner(call)
        pause()
        return answer

    return carry


def never_arriving(error: BaseException) -> Transport:
    """Fail before the call takes effect."""

    def carry(_call: Call) -> None:
        raise error

    return carry


def losing_the_answer(error: BaseException, pause: Callable[[], None] = nobody_else) -> Transport:
    """Make the call, and fail whatever was answered: nobody learns of a refusal either."""

    def carry(call: Call) -> None:
        make_unheard(call)
        pause()
        raise error

    return carry


def asked_again(pause: Callable[[], None] = nobody_else, *, in_time: bool = True) -> Transport:
    """Lose the first answer, let others step in, and send the very same request again.

    The table recognises a transaction by its token. After ten minutes AWS does not: nor if the
    request is not sent again `in_time`.
    """

    def carry(call: Call) -> Any:  # noqa: ANN401
        make_unheard(call)
        pause()
        token = call.arguments.get("ClientRequestToken")
        if token is None or in_time:
            return call.make()
        return call.make(ClientRequestToken=f"{token}-forgotten")

    return carry


def in_part(chance: Random) -> Transport:
    """Leave some of a batch unprocessed, at least one and never all, as AWS may at any time."""

    def carry(call: Call) -> Any:  # noqa: ANN401
        left_over = _IN_BATCHES.get(call.operation)
        if left_over is None:
            return call.make()
        ((table, wanted),) = call.arguments["RequestItems"].items()
        whole = wanted["Keys"] if isinstance(wanted, dict) else wanted
        if len(whole) == 1:
            return call.make()
        chosen = set(chance.sample(range(len(whole)), chance.randrange(1, len(whole))))
        now = [each for place, each in enumerate(whole) if place in chosen]
        later = [each for place, each in enumerate(whole) if place not in chosen]

        def request(some: list[Any]) -> dict[str, Any]:
            return {table: {**wanted, "Keys": some} if isinstance(wanted, dict) else some}

        answer = call.make(RequestItems=request(now))
        if isinstance(wanted, list):
            later = answer[left_over].get(table, []) + later
        return answer | {left_over: request(later)}

    return carry


def make_unheard(call: Call) -> None:
    """Make a call of which nobody hears the answer, be it a refusal."""
    try:
        call.make()
    except ClientError:
        return


class SeededFaults:
    """A transport that draws a fault for each call from a seed, and counts what happened."""

    def __init__(
        self,
        chance: Random,
        pause: Callable[[], None],
        happened: Counter[str],
        *,
        crashes: bool = False,
    ) -> None:
        """Let others step in around each call, and processes die if they may."""
        self.happened = happened
        self._chance, self._pause, self._crashes = chance, pause, crashes

    def __call__(self, call: Call) -> Any:  # noqa: ANN401 (the answer of any call)
        """Carry a call."""
        watched = Call(call.operation, partial(self._make, call), call.arguments)
        return stepping(self._pause, self._drawn())(watched)

    def _make(self, call: Call, /, **arguments: object) -> Any:  # noqa: ANN401
        try:
            return call.make(**arguments)
        except ClientError as error:
            reasons: Any = error.response.get("CancellationReasons", ())
            self.happened.update({each["Code"] for each in reasons} - {"None"})
            raise

    def _drawn(self) -> Transport:
        if self._chance.randrange(100) >= PERCENT_FAILING:
            return as_it_is
        failed, late = an_error("InternalServerError", status=500), a_time_out()
        faults: dict[str, Transport] = {
            "throttled": never_arriving(an_error("ThrottlingException")),
            "conflict": never_arriving(a_cancellation("TransactionConflict")),
            "server error": never_arriving(failed),
            "server error after": losing_the_answer(failed, self._pause),
            "time-out": never_arriving(late),
            "time-out after": losing_the_answer(late, self._pause),
            "asked again": asked_again(self._pause),
            "asked again late": asked_again(self._pause, in_time=False),
            "in part": in_part(self._chance),
        }
        if self._crashes:
            died = ProcessDiedError("the process died")
            faults["crash"] = never_arriving(died)
            faults["crash after"] = losing_the_answer(died, self._pause)
        name = self._chance.choice(sorted(faults))
        self.happened[name] += 1
        return faults[name]
