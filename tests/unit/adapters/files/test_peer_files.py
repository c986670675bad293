from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.publication.peer_files import read_peers
from annual_review.domain.authorities import AuthorityCode
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD

KNOWN = tuple(map(AuthorityCode, (ROCHFORD, OTHER_DISTRICT, COUNTY)))


def written(folder: Path, *lines: str) -> Path:
    path = folder / "peers.csv"
    path.write_text("\n".join(("code,peer,rank", *lines)), encoding="utf-8")
    return path


def test_the_nearest_comes_first_in_whatever_order_they_are_listed(tmp_path: Path) -> None:
    path = written(tmp_path, f"{ROCHFORD},{COUNTY},10", f"{ROCHFORD},{OTHER_DISTRICT},2")

    assert read_peers(path, KNOWN) == {ROCHFORD: [OTHER_DISTRICT, COUNTY]}


def test_every_line_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"{ROCHFORD},{COUNTY},1",
        f"{ROCHFORD},{COUNTY},2",
        f"{ROCHFORD},{OTHER_DISTRICT},1",
        f"{ROCHFORD},{ROCHFORD},3",
        f"E00000000,{COUNTY},nearest",
        f"{ROCHFORD},{COUNTY}",
    )

    with pytest.raises(InputFileError) as refused:
        read_peers(path, KNOWN)

    lines = [problem.split(":")[0] for problem in refused.value.problems]
    assert lines == ["line 3", "line 4", "line 5", "line 6", "line 6", "line 7"]
    assert refused.value.problems[0] == f"line 3: peer: {ROCHFORD} has {COUNTY} on line 2 already"


def test_a_rank_of_thousands_of_digits_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, f"{ROCHFORD},{COUNTY},{'9' * 5000}")

    with pytest.raises(InputFileError, match="is not a whole number from 1 to 999"):
        read_peers(path, KNOWN)
