"""How the fake table refuses: as AWS does, with errors that botocore would raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from tests.integration.faults import an_error

Reason: TypeAlias = dict[str, Any]
"""Why one action of a transaction was cancelled, in the form of AWS."""


class InvalidRequestError(Exception):
    """A request that AWS answers with a ValidationException."""


class UnfitItemError(InvalidRequestError):
    """The item that is there has not what an update needs. It cancels a transaction."""


def invalid(error: InvalidRequestError, operation: str) -> ClientError:
    """Build the error of a request that can't be valid."""
    return an_error("ValidationException", operation=operation, message=str(error))


def condition_failed(operation: str, item: object) -> ClientError:
    """Build the error of a condition that did not hold, with what was there if it is wanted."""
    error = an_error(
        "ConditionalCheckFailedException",
        operation=operation,
        message="The conditional request failed",
    )
    if item is not None:
        response: Any = error.response
        response["Item"] = item
    return error


def conflict(operation: str) -> ClientError:
    """Build the error of a write to an item that a transaction holds."""
    return an_error(
        "TransactionConflictException",
        operation=operation,
        message="Transaction is ongoing for the item",
    )


def cancelled(reasons: Sequence[Reason]) -> ClientError:
    """Build the error of a cancelled transaction."""
    codes = ", ".join(each["Code"] for each in reasons)
    return an_error(
        "TransactionCanceledException",
        operation="TransactWriteItems",
        message="Transaction cancelled, please refer cancellation reasons for specific reasons "
        f"[{codes}]",
        CancellationReasons=list(reasons),
    )
