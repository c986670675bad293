"""The record of a review is read back as what was there to read, by its hashes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.review_files import read_review
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter
from annual_review.services.review.review_letters import review_manifest
from tests.builders import NOON, YEAR, a_letter


def test_what_a_review_writes_is_what_an_approval_reads(tmp_path: Path) -> None:
    first = a_letter(LetterState.PREPARED, figures_sha256="f", message_sha256="m")
    again = replace(first, id=replace(first.id, dispatch=Dispatch(2)), message_sha256="n")
    file = tmp_path / "review.json"
    file.write_text(json.dumps(review_manifest(YEAR, NOON, [first, again])), encoding="utf-8")

    assert read_review(file, YEAR) == {
        first.id: ReadLetter("f", "m"),
        again.id: ReadLetter("f", "n"),
    }
    with pytest.raises(InputFileError, match="the review of 2020, not of 2021"):
        read_review(file, ReportingYear(2021))
