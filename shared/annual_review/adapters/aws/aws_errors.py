"""Errors of AWS as errors of the ports: told apart by their codes, never by their messages.

A message may quote what it was sent, so none is passed on: an error of a port names the operation,
the code and the id of the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import (
    ConnectionError as NoConnectionError,
)

from annual_review.services.errors import (
    ConflictError,
    MissingError,
    PortError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)

_CONFLICTS: Final = frozenset(
    {
        "ConditionalCheckFailed",
        "ConditionalRequestConflict",
        "PreconditionFailed",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

_THROTTLES: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "OverLimit",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

_UNAVAILABLE: Final = frozenset(
    {"InternalError", "InternalFailure", "InternalServerError", "ServiceUnavailable"}
)

_MISSING: Final = frozenset({"NoSuchKey"})

FIRST_SERVER_ERROR: Final = 500
"""From this HTTP status on, the failure is on the other side, and it may have happened."""


class ConditionFailedError(ConflictError):
    """The condition of a write did not hold; `item` is what was there, `None` if nothing.

    Of a transaction, nothing was written, and `item` is always `None`.
    """

    def __init__(self, message: str, item: Mapping[str, Any] | None = None) -> None:
        """Take the item as the table returned it."""
        self.item = item
        super().__init__(message)


@contextmanager
def port_errors() -> Iterator[None]:
    """Turn every error of botocore within it into an error of the port.

    Raises:
        PortError: Instead of the error that was raised.
    """
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from None
    except BotoCoreError as error:
        raise _without_answer(error) from None


def code_of(error: ClientError) -> str:
    """Return the code of an error that the service answered with."""
    return error.response.get("Error", {}).get("Code", "no code")


def status_of(error: ClientError) -> int:
    """Return the HTTP status of an answer; where there is none, that of a failed server."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", FIRST_SERVER_ERROR)


def named(error: ClientError) -> str:
    """Name an error by operation, code and the id of the request, and by nothing that was sent."""
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "no id")
    return f"{error.operation_name}: {code_of(error)} (request {request})"


def _of_answer(error: ClientError) -> PortError:
    code = code_of(error)
    if code == "ConditionalCheckFailedException":
        response: Mapping[str, Any] = error.response
        return ConditionFailedError(named(error), response.get("Item"))
    if code == "TransactionCanceledException":
        return _of_cancellation(error)
    return _type_of(code, status_of(error))(named(error))


def _of_cancellation(error: ClientError) -> PortError:
    """Judge a cancelled transaction by its reasons: what another attempt may fix goes first."""
    response: Mapping[str, Any] = error.response
    reasons = [each.get("Code", "None") for each in response.get("CancellationReasons", ())]
    codes = sorted({code for code in reasons if code != "None"})
    message = f"{named(error)} {', '.join(codes)}".rstrip()
    if "ConditionalCheckFailed" in codes:
        return ConditionFailedError(message)
    kinds = {_type_of(code) for code in codes}
    for kind in (ConflictError, ThrottledError, UnavailableError):
        if kind in kinds:
            return kind(message)
    return RefusedError(message)


def _type_of(code: str, status: int = 400) -> type[PortError]:
    if code in _CONFLICTS:
        return ConflictError
    if code in _THROTTLES:
        return ThrottledError
    if code in _MISSING:
        return MissingError
    if code in _UNAVAILABLE or status >= FIRST_SERVER_ERROR:
        return UnavailableError
    return RefusedError


def _without_answer(error: BotoCoreError) -> PortError:
    name = type(error).__name__
    if isinstance(error, NoConnectionError | HTTPClientError | IncompleteReadError):
        return UnavailableError(name)
    return RefusedError(name)
