"""The record of a review is read back as what was there to read, by its hashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.review_files import file_hashes, read_review
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter
from annual_review.services.review.review_letters import review_manifest
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter

FIRST = a_letter(LetterState.PREPARED, figures_sha256="f", message_sha256="m")
AGAIN = replace(FIRST, id=replace(FIRST.id, dispatch=Dispatch(2)), message_sha256="n")
OTHER = a_letter(LetterState.PREPARED, authority=OTHER_DISTRICT, message_sha256="o")


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A review of two letters as it is written: pages, pictures, and their record."""
    (tmp_path / "index.html").write_text("all letters")
    for folder, kind in (("letters", ".html"), ("thumbnails", "-1.png")):
        (tmp_path / folder).mkdir()
        for code in (ROCHFORD, OTHER_DISTRICT):
            (tmp_path / folder / f"{code}{kind}").write_text("8 of 12 upheld")
    manifest = review_manifest(YEAR, NOON, [FIRST, AGAIN, OTHER], file_hashes(tmp_path))
    path = tmp_path / "review.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


def test_what_a_review_writes_is_what_an_approval_reads(review: Path) -> None:
    read = read_review(review, YEAR)

    assert read[FIRST.id] == ReadLetter("f", "m")
    assert read[AGAIN.id] == ReadLetter("f", "n")
    with pytest.raises(InputFileError, match="the review of 2020, not of 2021"):
        read_review(review, ReportingYear(2021))


@pytest.mark.parametrize("shown", [f"letters/{ROCHFORD}.html", f"thumbnails/{ROCHFORD}-1.png"])
@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_text("2 of 12 upheld")])
def test_a_letter_whose_page_was_changed_was_not_read(
    review: Path, shown: str, change: Callable[[Path], object]
) -> None:
    change(review.parent / shown)

    read = read_review(review, YEAR)

    assert read[FIRST.id].altered == shown
    assert not read[OTHER.id].altered


def test_no_letter_was_read_if_the_page_of_all_was_changed(review: Path) -> None:
    (review.parent / "index.html").write_text("other pictures")

    assert {each.altered for each in read_review(review, YEAR).values()} == {"index.html"}


def test_a_review_that_does_not_say_what_its_letters_looked_like_is_made_again(
    review: Path,
) -> None:
    manifest = json.loads(review.read_text())
    del manifest["files"]
    review.write_text(json.dumps(manifest))

    with pytest.raises(InputFileError, match="make the review again"):
        read_review(review, YEAR)
