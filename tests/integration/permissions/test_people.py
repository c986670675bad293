"""The policies of people against what their commands call: both derived, and then compared."""

from __future__ import annotations

from typing import Final

import pytest

from infrastructure.local.project import TEMPLATE
from tests.integration.permissions.desk import OPERATOR, READER, REVIEWER, recorded_desk
from tests.integration.permissions.policies import (
    Statement,
    never_used,
    not_allowed,
    statements_of_people,
)
from tests.integration.permissions.recording import Recorder
from tests.template.deployed import Deployed
from tests.template.whole import whole_template

DEPLOYED: Final = Deployed(whole_template(TEMPLATE))
POLICIES: Final = {READER: "Readers", REVIEWER: "Reviewers", OPERATOR: "Operators"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    return recorded_desk(tmp_path_factory.mktemp("desk"))


def own(who: str) -> list[Statement]:
    return statements_of_people(DEPLOYED, POLICIES[who])


@pytest.mark.parametrize("who", POLICIES)
def test_what_people_do_is_allowed_to_them(recorded: Recorder, who: str) -> None:
    """Everybody has the policy of readers, too."""
    assert recorded.asked[who]
    assert not_allowed([*own(who), *own(READER)], recorded.asked[who]) == set()


@pytest.mark.parametrize("who", POLICIES)
def test_what_is_allowed_to_people_is_done_by_them(recorded: Recorder, who: str) -> None:
    everybody = [one for each in recorded.asked.values() for one in each]
    assert never_used(own(who), everybody if who == READER else recorded.asked[who]) == set()


def test_nobody_but_a_reviewer_may_write_what_approves_a_letter() -> None:
    writing = {"dynamodb:PutItem", "dynamodb:UpdateItem"}
    for who in (READER, OPERATOR):
        for statement in own(who):
            keys = statement.conditions.get("ForAllValues:StringLike", {})
            if writing & set(statement.actions) and "YEAR#*" in keys["dynamodb:LeadingKeys"]:
                attributes = statement.conditions["ForAllValues:StringEquals"]
                assert "approved_sha256" not in attributes["dynamodb:Attributes"]
