"""Finding the deployed system where the environment does not say where."""

from __future__ import annotations

from types import SimpleNamespace

import boto3
import pytest

from annual_review.adapters import stack
from annual_review.adapters.stack import find_stack
from annual_review.services.errors import RefusedError
from annual_review.services.readiness.deployment import Protection
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


def test_a_stack_that_is_found_tells_its_stage_and_whether_it_can_be_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    output = {"OutputKey": "TableName", "OutputValue": "table"}
    stage = {"ParameterKey": "Stage", "ParameterValue": "prod"}
    protected = {"EnableTerminationProtection": True, "Outputs": [output], "Parameters": [stage]}
    formation = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [protected]})
    monkeypatch.setattr(stack, "boto3", SimpleNamespace(client=lambda _: formation))
    found = stack.find_stack("annual-review-prod", lambda: NOON)

    assert found.protection == Protection("prod", is_on=True)
