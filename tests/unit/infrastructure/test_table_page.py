"""The page about the items of the table: what is written by hand agrees with what is read there."""

from __future__ import annotations

import re

import pytest

from infrastructure.reference.run import ROOT
from infrastructure.reference.table import table_page

_, *ROWS = (
    line.strip("| ").split(" | ") for line in table_page(ROOT).splitlines() if line[:2] == "| "
)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_whoever_is_said_to_write_an_item_opens_the_adapter_behind_it(row: list[str]) -> None:
    _, _, _, _, written_by, *opened_by = row

    writers = {name.replace("-", "_") for name in re.findall(r"`([a-z_-]+)", written_by)}

    assert writers
    assert writers <= {name for column in opened_by for name in re.findall(r"`(\w+)`", column)}


def test_what_several_commands_share_counts_for_each_of_them() -> None:
    [phase] = (row for row in ROWS if row[0] == "phase")

    assert phase[-1] == "`publish`, `site`, `report`, `status`"
