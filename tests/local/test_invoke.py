"""One function after the other, called with its sample on local AWS, as `make invoke` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from infrastructure.local.invocations import variables_of_samples
from infrastructure.local.invoke import invoke
from infrastructure.local.sam_local import variables_file
from infrastructure.local.system import local_system

pytestmark = pytest.mark.local


def test_the_last_function_of_the_year_finds_what_the_samples_before_it_made(
    tmp_path: Path,
) -> None:
    with local_system(tmp_path / "work", tmp_path / "outbox") as system:
        published = invoke(system, "publish_year")

        with variables_file(system, tmp_path / "env.json") as path:
            written = path.read_text(encoding="utf-8")

    assert (published["year"], published["was_live"]) == (2020, False)
    assert list((tmp_path / "outbox").glob("*.eml"))
    assert all(name in written for each in variables_of_samples().values() for name in each)
    assert not path.exists()
