import tomllib
from typing import Any

import pytest

from infrastructure.local.project import ROOT, TEMPLATE
from infrastructure.local.template import read_template

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
STAGES = ("test", "prod")


def deployment(stage: str) -> dict[str, Any]:
    found: dict[str, Any] = CONFIG[stage]["deploy"]["parameters"]
    return found


def given(stage: str) -> dict[str, str]:
    words = deployment(stage)["parameter_overrides"].split()
    return dict(word.split("=", 1) for word in words)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_stack_that_is_named_by_it(stage: str) -> None:
    assert given(stage)["Stage"] == stage
    assert deployment(stage)["stack_name"] == f"annual-review-{stage}"
    assert deployment(stage)["s3_prefix"] == f"annual-review-{stage}"
    assert f"stage={stage}" in deployment(stage)["tags"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_deployment_gives_what_the_template_asks_for_and_is_looked_at_first(stage: str) -> None:
    parameters = read_template(TEMPLATE)["Parameters"]
    asked_for = {name for name, parameter in parameters.items() if "Default" not in parameter}
    assert asked_for <= given(stage).keys() <= parameters.keys()
    assert deployment(stage)["confirm_changeset"]


def test_nothing_is_deployed_without_a_stage() -> None:
    assert "deploy" not in CONFIG["default"]
