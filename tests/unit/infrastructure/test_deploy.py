from __future__ import annotations

import pytest

from infrastructure.local.deploy import _spare_the_cores
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import Template, read_template, resources_of_type


def at_once(template: Template) -> dict[str, object]:
    """How many invocations each event source of a template starts at once."""
    return {
        name: event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name, function in resources_of_type(template, "AWS::Serverless::Function").items()
        for event in function["Properties"].get("Events", {}).values()
        if "ScalingConfig" in event["Properties"]
    }


@pytest.mark.parametrize(("cores", "prepared_at_once"), [(2, 2), (4, 4), (64, 5)])
def test_no_more_letters_are_prepared_at_once_than_there_are_cores(
    cores: int, prepared_at_once: int
) -> None:
    template = read_template(TEMPLATE)
    deployed = at_once(template)

    _spare_the_cores(template, cores)

    assert at_once(template) == deployed | {"PrepareLetter": prepared_at_once}
