"""The register and its recipients as CSV files, checked as a whole before anything is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from annual_review.adapters.files.csv_tables import Notice, read_table
from annual_review.adapters.files.input_files import InputFileError, shown, visible
from annual_review.adapters.files.table_faults import Columns
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import (
    MOST_MAILBOXES,
    EmailAddress,
    Recipient,
    email_address,
    fault_of_name,
    without_dear,
)

_REGISTER: Final = Columns(
    ("code", "name", "type"),
    (
        "in_being_from",
        "in_being_to",
        "successor",
        "population",
        "population_2020",
        "former_codes",
    ),
)
_RECIPIENTS: Final = Columns(("code", "addressee", "job_title", "salutation", "email"), ("cc",))
_WRITTEN_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,19}")
_SMALL_LETTER: Final = re.compile(r"[a-z][0-9]{8}")
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2}")
_LONGEST_LINE: Final = 200
_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(text: str) -> date | None:
    """Read a day, and refuse other ways to write one."""
    if not text:
        return None
    message = f"{shown(text)} is not a day written as 2019-04-01"
    if not _WRITTEN_DAY.fullmatch(text):
        raise ValueError(message)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is a day that no calendar has") from None


def _code(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    if not _WRITTEN_CODE.fullmatch(visible(text)):
        message = f"{shown(text)} is not a code: letters, digits, - and _ only, 20 at most"
        raise ValueError(message)
    if _SMALL_LETTER.fullmatch(text):
        raise ValueError(f"{shown(text)} has a small letter: write {text.upper()}")
    return text


def _line(text: str) -> str:
    """Read a name on one line; several spaces in a row, or one that does not break, are a slip."""
    if not text:
        raise ValueError("is empty")
    if len(text) > _LONGEST_LINE:
        raise ValueError(f"{shown(text)} is longer than {_LONGEST_LINE} characters")
    if len(text.splitlines()) > 1:
        raise ValueError(f"{shown(text)} has a line break in it: write it on one line")
    if fault := fault_of_name(visible(text)):
        raise ValueError(f"{shown(text)} {fault}")
    return " ".join(text.split())


def _salutation(text: str) -> str:
    if text and not without_dear(text):
        raise ValueError(f'{shown(text)} names nobody: write what follows "Dear"')
    return _line(text)


def _type(text: str) -> AuthorityType:
    if not text:
        raise ValueError("is empty")
    try:
        return AuthorityType(text.lower())
    except ValueError:
        known = ", ".join(AuthorityType)
        raise ValueError(f"{shown(text)} is none of: {known}") from None


def _population(text: str) -> int | None:
    if not text:
        return None
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a whole number, such as 87368 or 87,368")
    if not (population := int(text.replace(",", ""))):
        raise ValueError(f"{shown(text)} is nobody: leave the cell empty if it is not known")
    return population


def _codes(text: str) -> tuple[str, ...]:
    return tuple(_code(part) for part in re.split(r"[+;\s]+", text) if part)


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(_address(part.strip()) for part in text.split(";") if part.strip())


def _address(text: str) -> EmailAddress:
    text = visible(text.strip())
    if not text:
        raise ValueError("is empty")
    try:
        return email_address(text)
    except ValueError as error:
        raise ValueError(
            f"{shown(text)} {error}: write one mailbox, such as name@council.gov.uk; several in cc"
            " are joined by ;"
        ) from None


_Code = Annotated[str, BeforeValidator(_code)]
_Line = Annotated[str, BeforeValidator(_line)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: _Code


class _AuthorityRow(_Row):
    name: _Line
    type: Annotated[AuthorityType, BeforeValidator(_type)]
    in_being_from: Annotated[date | None, BeforeValidator(_day)] = None
    in_being_to: Annotated[date | None, BeforeValidator(_day)] = None
    successors: Annotated[tuple[str, ...], BeforeValidator(_codes)] = Field(
        default=(), alias="successor"
    )
    population: Annotated[int | None, BeforeValidator(_population)] = None
    former_codes: Annotated[tuple[str, ...], BeforeValidator(_codes)] = ()

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
            former_codes=tuple(AuthorityCode(code) for code in self.former_codes),
        )


class _RecipientRow(_Row):
    addressee: _Line
    job_title: _Line
    salutation: Annotated[str, BeforeValidator(_salutation)]
    email: Annotated[str, BeforeValidator(_address)]
    cc: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = ()

    @model_validator(mode="after")
    def _fits_one_message(self) -> _RecipientRow:
        if (mailboxes := 1 + len(self.cc)) > MOST_MAILBOXES:
            raise ValueError(
                f"has {mailboxes} mailboxes, and a letter goes to {MOST_MAILBOXES} at most:"
                " take some out of cc"
            )
        return self

    def recipient(self) -> Recipient:
        return Recipient(
            authority=AuthorityCode(self.code),
            addressee=self.addressee,
            job_title=self.job_title,
            salutation=self.salutation,
            email=EmailAddress(self.email),
            copies=tuple(EmailAddress(copy) for copy in self.cc),
        )


def read_register(path: Path, notice: Notice | None = None) -> Register:
    """Read the register from a CSV file with at least the columns `code`, `name` and `type`.

    Further columns that are used where they are there: `in_being_from`, `in_being_to`,
    `successor` (several joined by `+`), `population` (or `population_2020`), `former_codes`
    (codes that the authority had before, joined by `+`).

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    rows = _read(path, _REGISTER, _AuthorityRow, notice)
    if problems := [*_claimed_twice(rows), *_odd_successors(rows)]:
        raise InputFileError(path, problems)
    return Register(row.authority() for row in rows.values())


def _claimed_twice(rows: Mapping[int, _AuthorityRow]) -> Iterator[str]:
    """Say which former codes are the code of another line, or a former code given already."""
    lines = {row.code: line for line, row in rows.items()}
    for line, row in rows.items():
        for former in row.former_codes:
            first = lines.setdefault(former, line)
            if former == row.code:
                yield f"line {line}: former_codes: {former} is its present code: leave it out"
            elif first != line:
                yield (
                    f"line {line}: former_codes: {former} is on line {first} already: an authority"
                    " whose code has changed has one line, under its present code"
                )
            elif row.former_codes.count(former) > 1:
                yield f"line {line}: former_codes: {former} is given twice"
                break


def _odd_successors(rows: Mapping[int, _AuthorityRow]) -> Iterator[str]:
    """Say which successors are given twice, and where they lead back to the authority itself."""
    by_code = {code: row for row in rows.values() for code in (row.code, *row.former_codes)}
    for line, row in rows.items():
        for code in dict.fromkeys(row.successors):
            if row.successors.count(code) > 1:
                yield f"line {line}: successor: {code} is given twice"
        following, seen = list(row.successors), {row.code}
        while following:
            code = following.pop()
            if by_code.get(code) is row:
                yield f"line {line}: successor: {code} leads back to {row.code}, which has ended"
                break
            if code in by_code and code not in seen:
                following += by_code[code].successors
            seen.add(code)


def read_recipients(path: Path, notice: Notice | None = None) -> Mapping[AuthorityCode, Recipient]:
    """Read who receives the letters: `code,addressee,job_title,salutation,email,cc`.

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    rows = _read(path, _RECIPIENTS, _RecipientRow, notice)
    recipients = (row.recipient() for row in rows.values())
    return {recipient.authority: recipient for recipient in recipients}


_R = TypeVar("_R", bound=_Row)


def _read(path: Path, columns: Columns, model: type[_R], notice: Notice | None) -> dict[int, _R]:
    """Return the rows by the line on which they begin."""
    table, rows = read_table(path, columns, notice)
    problems: list[str] = []
    found: dict[int, _R] = {}
    lines: dict[str, int] = {}
    for row in rows:
        if row.problem:
            problems.append(f"line {row.line}: {row.problem}")
            continue
        cells = {name: cell.strip() for name, cell in table.cells(row).items()}
        try:
            entry = model.model_validate(cells)
        except ValidationError as error:
            problems += [f"line {row.line}: {_said(detail)}" for detail in error.errors()]
            continue
        first = lines.setdefault(entry.code.upper(), row.line)
        if first != row.line:
            problems.append(f"line {row.line}: the code {entry.code} is on line {first} already")
        found[row.line] = entry
    if problems:
        raise InputFileError(path, problems)
    return found


def _said(detail: ErrorDetails) -> str:
    """Return what is wrong in the words of the reader that refused it."""
    said = detail["msg"].removeprefix("Value error, ")
    return f"{detail['loc'][0]}: {said}" if detail["loc"] else said
