"""What previews of a rehearsal need beside its frozen records, in the same folder.

OUT/YEAR/frozen/register.csv     the files that the year was rehearsed with
OUT/YEAR/frozen/recipients.csv
OUT/YEAR/frozen/sample           there, where every letter says SAMPLE
"""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile
from typing import Final

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.register_files import read_recipients, read_register
from annual_review.adapters.rehearsal_folder import FROZEN
from annual_review.cli.console import CommandError

_REGISTER: Final = "register.csv"
_RECIPIENTS: Final = "recipients.csv"
_SAMPLE: Final = "sample"


def write_inputs(folder: Path, authorities: Path, recipients: Path, *, is_sample: bool) -> None:
    """Write what a year was rehearsed with into its folder, in place of what was there.

    Raises:
        OSError: Something can't be written.
    """
    frozen = folder / FROZEN
    frozen.mkdir(exist_ok=True)
    copyfile(authorities, frozen / _REGISTER)
    copyfile(recipients, frozen / _RECIPIENTS)
    (frozen / _SAMPLE).unlink(missing_ok=True)
    if is_sample:
        (frozen / _SAMPLE).touch()


def read_inputs(folder: Path) -> tuple[InMemoryDirectory, bool]:
    """Read who the letters of a rehearsal go to, and whether every letter says SAMPLE.

    Raises:
        CommandError: The folder holds no rehearsal.
        InputFileError: The register or the recipients were changed, and can't be taken.
        OSError: A file can't be read.
    """
    frozen = folder / FROZEN
    if not (frozen / _REGISTER).is_file():
        raise CommandError(
            f"{folder} holds no rehearsal of this version",
            "annual-review rehearse writes one into OUT/YEAR: name that folder.",
        )
    register, receiving = read_register(frozen / _REGISTER), read_recipients(frozen / _RECIPIENTS)
    return InMemoryDirectory(register, receiving), (frozen / _SAMPLE).is_file()
