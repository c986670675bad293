"""Finding the deployed system where the environment does not say where."""

from __future__ import annotations

import boto3
import pytest

from annual_review.adapters.stack import find_stack
from annual_review.services.errors import RefusedError
from tests.builders import NOON


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_DEFAULT_REGION", ""), ("AWS_ENDPOINT_URL", "no address")]
)
def test_a_region_or_an_address_that_is_none_is_an_error_of_the_port(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    monkeypatch.setenv(name, value)
    # A command begins with no session; here an earlier test may have made one.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    with pytest.raises(RefusedError, match="Invalid endpoint"):
        find_stack("annual-review", lambda: NOON)
