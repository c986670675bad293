"""The register and its recipients as CSV files, checked as a whole before anything is taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import EmailAddress, Recipient

_EMAIL: Final = re.compile(
    r"(?!\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+"
    r"[A-Za-z]{2,}",
    re.ASCII,
)
_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_EMAIL: Final = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


class InputFileError(Exception):
    """A file can't be taken; `problems` names every line that is wrong, and how."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


def _day(value: object) -> object:
    """Read a day, and refuse other ways to write one, such as seconds since 1970."""
    if not isinstance(value, str) or not value.strip():
        return None
    if not _WRITTEN_DAY.fullmatch(value.strip()):
        raise ValueError("is not a day as in 2019-04-01")
    return date.fromisoformat(value.strip())


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _lowered(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _without_commas(value: object) -> object:
    return _blank_is_none(value.replace(",", "") if isinstance(value, str) else value)


def _codes(value: object) -> object:
    return [code for code in re.split(r"[+;\s]+", value) if code] if isinstance(value, str) else ()


def _addresses(value: object) -> object:
    return (
        [part.strip() for part in value.split(";") if part.strip()]
        if isinstance(value, str)
        else ()
    )


def _address(value: object) -> object:
    value = value.strip() if isinstance(value, str) else value
    if not isinstance(value, str) or len(value) > _LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        raise ValueError("is not an email address")
    if ".." in value:
        raise ValueError("is not an email address")
    return value


_Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,19}$")]
_Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F-\x9F]*$")
]
_Address = Annotated[str, BeforeValidator(_address)]
_Day = Annotated[date | None, BeforeValidator(_day)]


def parse_address(value: str) -> EmailAddress:
    """Read one address, under the rules of the file of recipients.

    Raises:
        ValueError: It is none.
    """
    return EmailAddress(str(_address(value)))


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    code: _Code


class _AuthorityRow(_Row):
    name: _Line
    type: Annotated[AuthorityType, BeforeValidator(_lowered)]
    in_being_from: _Day = None
    in_being_to: _Day = None
    successors: Annotated[tuple[_Code, ...], BeforeValidator(_codes)] = Field(
        default=(), alias="successor"
    )
    population: Annotated[int | None, Field(ge=0), BeforeValidator(_without_commas)] = None

    @model_validator(mode="before")
    @classmethod
    def _population_of_a_year(cls, cells: dict[str, str]) -> dict[str, str]:
        return {"population": cells.get("population_2020", ""), **cells}

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> _AuthorityRow:
        if self.in_being_from and self.in_being_to and self.in_being_from > self.in_being_to:
            raise ValueError("in_being_from lies after in_being_to")
        return self

    def authority(self) -> Authority:
        return Authority(
            code=AuthorityCode(self.code),
            name=self.name,
            type=self.type,
            in_being_from=self.in_being_from,
            in_being_to=self.in_being_to,
            successors=tuple(AuthorityCode(code) for code in self.successors),
            population=self.population,
        )


class _RecipientRow(_Row):
    addressee: _Line
    job_title: _Line
    salutation: _Line
    email: _Address
    cc: Annotated[tuple[_Address, ...], BeforeValidator(_addresses)] = ()

    def recipient(self) -> Recipient:
        return Recipient(
            authority=AuthorityCode(self.code),
            addressee=self.addressee,
            job_title=self.job_title,
            salutation=self.salutation,
            email=EmailAddress(self.email),
            copies=tuple(EmailAddress(copy) for copy in self.cc),
        )


def read_register(path: Path) -> Register:
    """Read the register from a CSV file with at least the columns `code`, `name` and `type`.

    Further columns that are used where they are there: `in_being_from`, `in_being_to`,
    `successor` (several joined by `+`), `population` (or `population_2020`).

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    rows = _read(path, ("code", "name", "type"), _AuthorityRow)
    return Register(row.authority() for row in rows)


def read_recipients(path: Path) -> Mapping[AuthorityCode, Recipient]:
    """Read who receives the letters: `code,addressee,job_title,salutation,email,cc`.

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    rows = _read(path, ("code", "addressee", "job_title", "salutation", "email"), _RecipientRow)
    recipients = (row.recipient() for row in rows)
    return {recipient.authority: recipient for recipient in recipients}


_R = TypeVar("_R", bound=_Row)


def _read(path: Path, required: Sequence[str], model: type[_R]) -> list[_R]:
    problems: list[str] = []
    rows: dict[str, _R] = {}
    for line, cells in _lines(path, required):
        try:
            row = model.model_validate(cells)
        except ValidationError as error:
            problems += [
                f"line {line}: {_said(detail['loc'], detail['msg'])}" for detail in error.errors()
            ]
            continue
        if row.code in rows:
            problems.append(f"line {line}: code {row.code} is there twice")
        rows[row.code] = row
    if problems:
        raise InputFileError(path, problems)
    if not rows:
        raise InputFileError(path, ["holds no line besides its heading"])
    return list(rows.values())


def _lines(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Go through the lines of a CSV file with their numbers; blank ones are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputFileError(path, [error.strerror or "can't be read"]) from None
    except UnicodeDecodeError as error:
        raise InputFileError(path, [f"is not UTF-8 text (byte {error.start})"]) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := [name for name in required if name not in reader.fieldnames]:
            problems = [f"line 1: the column {name} is missing" for name in missing]
            raise InputFileError(path, problems)
        for cells in reader:
            kept = {key: value for key, value in cells.items() if key and value is not None}
            if any(value.strip() for value in kept.values()):
                yield reader.line_num, kept
    except csv.Error as error:
        raise InputFileError(path, [f"line {reader.line_num}: {error}"]) from None


def _said(place: tuple[int | str, ...], message: str) -> str:
    column = str(place[0]) if place else ""
    said = message.removeprefix("Value error, ")
    return f"{column}: {said}" if column else said
