"""What of a rehearsal's folder the public may read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.register_files import read_register
from annual_review.adapters.files.rehearsal_folder import FROZEN, read_letters, read_message
from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.documents import FIGURES_JSON, authority_figures_name, digest
from annual_review.services.figures.frozen_authority import (
    digest_of_rest,
    read_authority_record,
    read_statistics_record,
    read_tally_record,
)
from annual_review.services.letters.rendering import OpenMessage
from annual_review.services.publication.public_year import (
    PublicLetter,
    PublicYear,
    may_be_shown,
    public_authority,
)

_AGAIN: Final = "`annual-review rehearse` writes it: rehearse the year again"
_REGISTER: Final = f"{FROZEN}/register.csv"
_SAMPLE: Final = f"{FROZEN}/sample"


def year_of_folder(folder: Path) -> ReportingYear:
    """Return the year that a folder is a rehearsal of.

    Raises:
        InputFileError: It is none.
    """
    return ReportingYear(_record(folder / FIGURES_JSON)["year"])


def authorities_in(folder: Path) -> int:
    """Count the authorities of a rehearsal, without reading any."""
    return sum(1 for _ in (folder / FROZEN).glob(authority_figures_name(AuthorityCode("*"))))


def read_public_year(folder: Path, published_on: date, open_message: OpenMessage) -> PublicYear:
    """Read of a rehearsal what may be public, and trust it only as far as its hashes go.

    Letters come out of their messages by `open_message`, and not from the files beside them.

    Raises:
        InputFileError: The folder holds no rehearsal, or one that was changed since.
    """
    record = _record(folder / FIGURES_JSON)
    register = read_register(folder / _REGISTER)
    letters = _letters(folder, open_message)
    authorities = []
    for entry in record["authorities"]:
        code = AuthorityCode(entry["code"])
        content = _trusted(folder / FROZEN / authority_figures_name(code), entry["record_sha256"])
        authorities.append(
            public_authority(read_authority_record(content), register, letters.get(code))
        )
    return PublicYear(
        year=ReportingYear(record["year"]),
        revision=Revision(record["revision"]),
        published_on=published_on,
        authorities=tuple(authorities),
        pools={
            AuthorityType(type_): read_statistics_record(pool)
            for type_, pool in record["comparisons"].items()
        },
        national=read_tally_record(record["national"]["tally"]),
        is_sample=(folder / _SAMPLE).exists(),
    )


def _letters(folder: Path, open_message: OpenMessage) -> Mapping[AuthorityCode, PublicLetter]:
    shown: dict[AuthorityCode, PublicLetter] = {}
    for each in read_letters(folder):
        if may_be_shown(each.letter.state, each.unreviewed):
            documents = open_message(read_message(folder, each.letter))
            letter = PublicLetter(documents["pdf"], documents["html"])
            shown[each.letter.id.authority] = letter
    return shown


def _record(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        record: dict[str, Any] = json.loads(content)
        named = record["sha256"]
    except FileNotFoundError:
        raise InputFileError(path, ["it is not there", _AGAIN]) from None
    except (ValueError, KeyError, TypeError):
        raise InputFileError(path, ["it is no frozen record", _AGAIN]) from None
    if digest_of_rest(content) != named:
        raise InputFileError(path, ["it is not what was frozen", _AGAIN])
    return record


def _trusted(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputFileError(path, ["it is not there", _AGAIN]) from None
    if digest(content) != sha256:
        raise InputFileError(path, ["it is not what was frozen", _AGAIN])
    return content
