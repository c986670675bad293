"""What previews of a rehearsal need beside its frozen records, in the same folder.

OUT/YEAR/frozen/register.csv     the files that the year was rehearsed with
OUT/YEAR/frozen/recipients.csv
OUT/YEAR/frozen/notes.csv        there, where there were notes
OUT/YEAR/frozen/sample           there, where every letter says SAMPLE
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Final

from annual_review.adapters.files.note_files import read_notes
from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.adapters.files.rehearsal_folder import FROZEN
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.console import CommandError
from annual_review.services.letters.own_performance import Note

_REGISTER: Final = "register.csv"
_RECIPIENTS: Final = "recipients.csv"
_NOTES: Final = "notes.csv"
_SAMPLE: Final = "sample"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a rehearsal was made with, as far as its letters depend on it."""

    directory: InMemoryDirectory
    notes: Sequence[Note]
    is_sample: bool


def write_inputs(
    folder: Path,
    authorities: Path,
    recipients: Path,
    *,
    is_sample: bool,
    notes: Path | None = None,
) -> None:
    """Write what a year was rehearsed with into its folder, in place of what was there."""
    frozen = folder / FROZEN
    frozen.mkdir(exist_ok=True)
    copyfile(authorities, frozen / _REGISTER)
    copyfile(recipients, frozen / _RECIPIENTS)
    for name in (_NOTES, _SAMPLE):
        (frozen / name).unlink(missing_ok=True)
    if notes:
        copyfile(notes, frozen / _NOTES)
    if is_sample:
        (frozen / _SAMPLE).touch()


def read_inputs(folder: Path) -> Inputs:
    """Read what a rehearsal was made with.

    Raises:
        CommandError: The folder holds no rehearsal.
        InputFileError: A file was changed, and can't be taken.
    """
    frozen = folder / FROZEN
    if not (frozen / _REGISTER).is_file():
        raise CommandError(
            f"{folder} holds no rehearsal of this version",
            "`annual-review rehearse` writes one into OUT/YEAR: name that folder.",
        )
    register, receiving = read_register(frozen / _REGISTER), read_recipients(frozen / _RECIPIENTS)
    has_notes = (frozen / _NOTES).is_file()
    return Inputs(
        InMemoryDirectory(register, receiving),
        read_notes(frozen / _NOTES, register) if has_notes else (),
        (frozen / _SAMPLE).is_file(),
    )
