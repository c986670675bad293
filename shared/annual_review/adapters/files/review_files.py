"""What somebody has read: the manifest beside the contact sheet of a review."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from annual_review.adapters.files.input_files import InputFileError
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.approve_letters import ReadLetter

_ALL: Final = ""
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
    files: dict[str, str] | None = None


def file_hashes(folder: Path) -> Mapping[str, str]:
    """Return the SHA-256 of every file in a folder, by its path there.

    Raises:
        OSError: One can't be read.
    """
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def read_review(path: Path, year: ReportingYear) -> Mapping[LetterId, ReadLetter]:
    """Read which letters of a year somebody has read, by the hashes they had then.

    Of a letter whose pages were changed since, one of the changed files is told; where the page of
    all letters was changed, of every letter.

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
    if review.files is None:
        why = "it does not say what the letters looked like: make the review again"
        raise InputFileError(path, [why])
    altered = _altered(path.parent, review.files)
    try:
        letters = {LetterId.from_tag(each.letter): each for each in review.letters}
    except ValueError as error:
        raise InputFileError(path, [f"letters: {error}"]) from None
    return {
        id_: ReadLetter(
            each.figures_sha256,
            each.message_sha256,
            altered.get(id_.authority) or altered.get(_ALL, ""),
        )
        for id_, each in letters.items()
    }


def _altered(folder: Path, files: Mapping[str, str]) -> Mapping[str, str]:
    """Return a file that was changed or removed, for each authority whose letter it shows."""
    found: dict[str, str] = {}
    for name, sha in files.items():
        path = folder / name
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != sha:
            # letters/E07000075.html, thumbnails/E07000075-1.png
            found[path.stem.partition("-")[0] if "/" in name else _ALL] = name
    return found
