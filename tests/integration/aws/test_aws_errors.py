from __future__ import annotations

from traceback import format_exception

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
)

from annual_review.adapters.aws.aws_errors import ConditionFailedError, port_errors
from annual_review.services.errors import (
    ConflictError,
    MissingError,
    PortError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from tests.integration.faults import a_cancellation, a_time_out, an_error

URL = "https://aws.example"


def raised(error: Exception) -> PortError:
    with pytest.raises(PortError) as caught, port_errors():
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("TransactionConflictException", 400, ConflictError),
        ("ProvisionedThroughputExceededException", 400, ThrottledError),
        ("ThrottlingException", 400, ThrottledError),
        ("RequestLimitExceeded", 400, ThrottledError),
        ("SlowDown", 503, ThrottledError),
        ("InternalServerError", 500, UnavailableError),
        ("InternalServerError", 400, UnavailableError),
        ("AnythingAtAll", 502, UnavailableError),
        ("NoSuchKey", 404, MissingError),
        ("ValidationException", 400, RefusedError),
        ("ResourceNotFoundException", 400, RefusedError),
        ("AccessDeniedException", 400, RefusedError),
        ("IdempotentParameterMismatchException", 400, RefusedError),
    ],
)
def test_an_answer_is_judged_by_its_code(code: str, status: int, expected: type[PortError]) -> None:
    assert type(raised(an_error(code, status=status))) is expected


@pytest.mark.parametrize(
    "error",
    [
        a_time_out(),
        ConnectTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
)
def test_no_answer_may_hide_a_success(error: Exception) -> None:
    assert type(raised(error)) is UnavailableError


@pytest.mark.parametrize("error", [NoCredentialsError(), ParamValidationError(report="x")])
def test_a_request_that_never_left_is_refused(error: Exception) -> None:
    assert type(raised(error)) is RefusedError


def test_a_failed_condition_brings_what_was_there() -> None:
    there = {"pk": {"S": "CASE#1"}}

    error = raised(an_error("ConditionalCheckFailedException", Item=there))

    assert isinstance(error, ConditionFailedError)
    assert error.item == there
    assert error.retryable


def test_errors_name_operation_code_and_request_and_never_quote_the_message() -> None:
    secret = "the address of Mrs Sentinel"  # noqa: S105 (no password: what a service might quote)
    errors = [
        an_error("ValidationException", operation="PutItem", message=secret),
        a_cancellation("ValidationError", "None"),
        ParamValidationError(report=secret),
    ]

    told = [str(raised(error)) for error in errors]

    assert told == [
        "PutItem: ValidationException (request request-of-aws)",
        "Operation: TransactionCanceledException (request request-of-aws) ValidationError",
        "ParamValidationError",
    ]


def test_the_error_of_botocore_is_not_shown_with_ours() -> None:
    error = raised(an_error("ValidationException", message="the address of Mrs Sentinel"))

    assert "Sentinel" not in "".join(format_exception(error))


def test_errors_of_our_own_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), port_errors():
        raise ZeroDivisionError
