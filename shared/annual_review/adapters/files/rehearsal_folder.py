"""What a rehearsal leaves in its folder beside the letters, and reading it back.

OUT/YEAR/letters.json                   every letter: state, reason, hashes, who it goes to
OUT/YEAR/outbox/LETTER.eml              its message, which brings all that is read of it
OUT/YEAR/frozen/authorities/CODE.json   the frozen record that the letter prints
OUT/YEAR/previous/                      texts and records of the rehearsal before
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annual_review.adapters.files.input_files import InputFileError
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import FIGURES_JSON, authority_figures_name, digest
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    digest_of_rest,
    read_authority_record,
)
from annual_review.services.letters.letter import Event, Letter

LETTERS_JSON: Final = "letters.json"
OUTBOX: Final = "outbox"
FROZEN: Final = "frozen"
PREVIOUS: Final = "previous"
_MOST_NAMED: Final = 3
_NO_RECORD: Final = "it is not the record of figures"
_OF_ANOTHER_SHAPE: Final = (AttributeError, RecursionError, TypeError)
"""What reading a record raises where other JSON stands in its file."""

_REHEARSE: Final = "`annual-review rehearse` writes it into OUT/YEAR: rehearse the year again"
_KEPT: Final = ("letters/*.txt", f"{FROZEN}/authorities/*.json", "figures.*", LETTERS_JSON)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A letter as a rehearsal left it, and what is proposed to be said in it.

    `paragraphs` counts those about the authority's own performance, `unreviewed` how many of them
    nobody has decided about.
    """

    letter: Letter
    goes_to_successor: bool
    paragraphs: int = 0
    unreviewed: int = 0


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class LetterEvent(_Read):
    """A line of a letter's history."""

    at: str
    state: str
    why: str


class RehearsedLetter(_Read):
    """One letter of a rehearsal; `successor` tells that another authority receives it."""

    letter: str
    figures_sha256: str
    message_sha256: str | None
    successor: bool
    paragraphs: int
    unreviewed: int
    history: Annotated[tuple[LetterEvent, ...], Field(min_length=1)]


class RehearsedLetters(_Read):
    """All letters of a rehearsal."""

    year: int
    letters: tuple[RehearsedLetter, ...]


def set_aside(folder: Path) -> None:
    """Move texts, records and figures of the rehearsal before into `previous`.

    Nothing is moved where there was none: what was set aside earlier then stays.

    Raises:
        OSError: Something can't be moved.
    """
    found = [path for pattern in _KEPT for path in sorted(folder.glob(pattern))]
    if not (folder / LETTERS_JSON).is_file():
        return
    previous = folder / PREVIOUS
    rmtree(previous, ignore_errors=True)
    for path in found:
        kept = previous / path.relative_to(folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)


def write_letters(folder: Path, year: ReportingYear, letters: Iterable[Rehearsed]) -> None:
    """Write what a review needs to know of each letter.

    Raises:
        OSError: Something can't be written.
    """
    rehearsed = RehearsedLetters(
        year=year.ends,
        letters=tuple(
            RehearsedLetter(
                letter=each.letter.id.tag,
                figures_sha256=each.letter.figures_sha256,
                message_sha256=each.letter.message_sha256,
                successor=each.goes_to_successor,
                paragraphs=each.paragraphs,
                unreviewed=each.unreviewed,
                history=tuple(
                    LetterEvent(at=line.at.isoformat(), state=line.state.value, why=line.why)
                    for line in each.letter.history
                ),
            )
            for each in letters
        ),
    )
    text = json.dumps(rehearsed.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / LETTERS_JSON).write_text(f"{text}\n", encoding="utf-8")


def write_records(folder: Path, records: Mapping[AuthorityCode, bytes]) -> None:
    """Write the frozen records that the letters print.

    Raises:
        OSError: Something can't be written.
    """
    for code, record in records.items():
        path = folder / FROZEN / authority_figures_name(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(record)


def read_letters(folder: Path) -> tuple[Rehearsed, ...]:
    """Read the letters of a rehearsal.

    Raises:
        InputFileError: The folder holds no rehearsal, or one of another version.
    """
    path = folder / LETTERS_JSON
    try:
        found = RehearsedLetters.model_validate_json(path.read_bytes())
        return tuple(_read(each) for each in found.letters)
    except FileNotFoundError:
        problems = ["it is not there"]
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults]
    except ValueError as error:
        problems = [str(error)]
    raise InputFileError(path, [*problems[:_MOST_NAMED], _REHEARSE])


def read_message(folder: Path, letter: Letter) -> bytes:
    """Read the message of a letter that the rehearsal prepared, and no other.

    Raises:
        InputFileError: It is not there, or is not the one that was prepared.
    """
    path = folder / OUTBOX / f"{letter.id.tag}.eml"
    try:
        message = path.read_bytes()
    except FileNotFoundError:
        raise InputFileError(path, ["it is not there", _REHEARSE]) from None
    if digest(message) != letter.message_sha256:
        raise InputFileError(path, ["it is not what was prepared: it was changed since", _REHEARSE])
    return message


def read_record(folder: Path, code: AuthorityCode) -> FrozenAuthority | None:
    """Read the frozen record of an authority that a rehearsal left; `None` if there is none.

    Raises:
        InputFileError: It can't be read.
    """
    path = folder / FROZEN / authority_figures_name(code)
    try:
        return read_authority_record(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, KeyError) as error:
        raise InputFileError(path, [str(error), _REHEARSE]) from None
    except _OF_ANOTHER_SHAPE:
        raise InputFileError(path, [_NO_RECORD, _REHEARSE]) from None


def read_year(folder: Path) -> Mapping[str, Any]:
    """Read the frozen record of the year that a rehearsal left.

    Raises:
        InputFileError: It can't be read, or is not what was frozen.
    """
    path = folder / FIGURES_JSON
    try:
        content = path.read_bytes()
        record: Mapping[str, Any] = json.loads(content)
        is_what_was_frozen = digest_of_rest(content) == record.get("sha256")
    except FileNotFoundError:
        raise InputFileError(path, ["it is not there", _REHEARSE]) from None
    except ValueError as error:
        raise InputFileError(path, [str(error), _REHEARSE]) from None
    except _OF_ANOTHER_SHAPE:
        raise InputFileError(path, [_NO_RECORD, _REHEARSE]) from None
    if not is_what_was_frozen:
        raise InputFileError(path, ["it was changed since it was frozen", _REHEARSE])
    return record


def _read(rehearsed: RehearsedLetter) -> Rehearsed:
    history = tuple(
        Event(datetime.fromisoformat(each.at), LetterState(each.state), each.why)
        for each in rehearsed.history
    )
    letter = Letter(
        id=LetterId.from_tag(rehearsed.letter),
        state=history[-1].state,
        figures_sha256=rehearsed.figures_sha256,
        message_sha256=rehearsed.message_sha256,
        history=history,
    )
    return Rehearsed(
        letter,
        goes_to_successor=rehearsed.successor,
        paragraphs=rehearsed.paragraphs,
        unreviewed=rehearsed.unreviewed,
    )
