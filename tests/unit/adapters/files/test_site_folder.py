from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.publication.site_folder import SiteFolder


def test_a_site_replaces_the_one_before_whole(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path / "site")
    folder.write([("index.html", b"1"), ("gone/index.html", b"1")])

    assert folder.write([("index.html", b"2")]) == 1
    assert (tmp_path / "site/index.html").read_bytes() == b"2"
    assert not (tmp_path / "site/gone").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(InputFileError):
        SiteFolder(tmp_path).write([("index.html", b"")])

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
