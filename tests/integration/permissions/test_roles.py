"""The role of each function against the calls that it makes: both derived, and then compared."""

from __future__ import annotations

import pytest

from infrastructure.local.project import TEMPLATE
from tests.integration.permissions.calls import Asked
from tests.integration.permissions.names import arn_of
from tests.integration.permissions.policies import Statement, never_used, not_allowed, statements_of
from tests.integration.permissions.recording import Recorder
from tests.integration.permissions.stories import recorded_year
from tests.template.deployed import Deployed, referred
from tests.template.test_functions import FUNCTIONS, logical_id
from tests.template.whole import whole_template

DEPLOYED = Deployed(whole_template(TEMPLATE))


@pytest.fixture(scope="module")
def recorded() -> Recorder:
    return recorded_year()


def made_by_lambda(function: str) -> list[Asked]:
    """What Lambda itself calls on behalf of a function, as the template has it."""
    properties = DEPLOYED.functions[function]
    log = arn_of(referred(properties["LoggingConfig"]["LogGroup"]))
    made = [Asked(f"logs:{each}", log) for each in ("CreateLogStream", "PutLogEvents")]
    for source in DEPLOYED.sources(function):
        queue = arn_of(referred(source["Queue"]))
        polled = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        made += [Asked(f"sqs:{each}", queue) for each in polled]
    for config in properties.get("EventInvokeConfig", {}).get("DestinationConfig", {}).values():
        made.append(Asked("sqs:SendMessage", arn_of(referred(config["Destination"]))))
    return made


def role(folder: str) -> list[Statement]:
    return statements_of(DEPLOYED, referred(DEPLOYED.functions[logical_id(folder)]["Role"]))


def asked_of(recorded: Recorder, folder: str) -> list[Asked]:
    return [*recorded.asked[folder], *made_by_lambda(logical_id(folder))]


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_whatever_a_function_calls_is_allowed(recorded: Recorder, folder: str) -> None:
    assert recorded.asked[folder]
    assert not_allowed(role(folder), asked_of(recorded, folder)) == set()


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_whatever_is_allowed_is_called(recorded: Recorder, folder: str) -> None:
    """Down to each action, resource, key and attribute of each statement."""
    assert never_used(role(folder), asked_of(recorded, folder)) == set()
