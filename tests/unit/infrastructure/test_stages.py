from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from infrastructure.local.stages import Stages, read_stages


def test_a_stage_has_the_calls_that_were_served_in_it(tmp_path: Path) -> None:
    stages, served = Stages(), Counter({"root s3 PUT": 1})
    stages.count = served.copy

    with stages.stage("Preparing letters", 2):
        served.update({"root s3 PUT": 2, "function s3 GET": 1})
    with stages.stage("Releasing letters"):
        served.update({"function sqs SendMessageBatch": 1})
    stages.write(tmp_path)

    preparing, releasing = read_stages(tmp_path)
    assert preparing.title == "Preparing letters"
    assert preparing.calls == {"root s3 PUT": 2, "function s3 GET": 1}
    assert releasing.calls == {"function sqs SendMessageBatch": 1}
    assert preparing.seconds >= 0


def test_what_starts_the_count_belongs_to_the_stage_that_starts_it() -> None:
    stages = Stages()

    with stages.stage("Starting local AWS"):
        stages.count = lambda: Counter({"root cloudformation POST": 3})

    [starting] = stages.done
    assert starting.calls == {"root cloudformation POST": 3}


def test_stages_of_several_years_say_which_year_they_are_of() -> None:
    stages = Stages()

    for year in ("2023", "2024"):
        stages.of = year
        with stages.stage("Closing the year"):
            pass

    assert [each.title for each in stages.done] == [
        "Closing the year, 2023",
        "Closing the year, 2024",
    ]


def test_a_stage_that_fails_is_none() -> None:
    stages = Stages()

    with pytest.raises(ValueError, match="stalled"), stages.stage("Closing the year"):
        raise ValueError("stalled")

    assert stages.done == []
