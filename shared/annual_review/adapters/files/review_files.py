"""What somebody has read: the manifest beside the contact sheet of a review."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from annual_review.adapters.files.input_files import InputFileError
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter

_WHERE_FROM: Final = "name review.json, which `annual-review review` writes beside its page"


class _Letter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    letter: str
    figures_sha256: str
    message_sha256: str | None = None


class _Review(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    year: int
    letters: tuple[_Letter, ...]


def read_review(path: Path, year: ReportingYear) -> Mapping[LetterId, ReadLetter]:
    """Read which letters of a year somebody has read, by the hashes they had then.

    Raises:
        InputFileError: It is no such file, or that of another year.
    """
    try:
        review = _Review.model_validate_json(path.read_bytes())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in faults
        ]
        raise InputFileError(path, [*problems, _WHERE_FROM]) from None
    if review.year != year.ends:
        raise InputFileError(path, [f"it is the review of {review.year}, not of {year}"])
    try:
        return {
            LetterId.from_tag(each.letter): ReadLetter(each.figures_sha256, each.message_sha256)
            for each in review.letters
        }
    except ValueError as error:
        raise InputFileError(path, [f"letters: {error}"]) from None
