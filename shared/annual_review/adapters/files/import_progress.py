"""How far the import of a file has come: written after every portion that the bus took."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annual_review.adapters.files.input_files import InputFileError


class ImportProgress(BaseModel):
    """What was imported, whither, and how far.

    `acknowledged_lines` counts from the top of the file; `acknowledged_events` of them held events.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    sha256: str
    stack: str
    acknowledged_lines: Annotated[int, Field(ge=0)] = 0
    acknowledged_events: Annotated[int, Field(ge=0)] = 0


def progress_path(file: Path) -> Path:
    """Return where the progress of a file is kept: beside it."""
    return file.with_name(f"{file.name}.progress")


def read_progress(path: Path) -> ImportProgress | None:
    """Read how far an import came, or `None` if there was none.

    Raises:
        InputFileError: It can't be understood.
        OSError: It can't be read.
    """
    try:
        return ImportProgress.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        told = "is not a progress file: delete it and import from the top, which does no harm"
        raise InputFileError(path, [told]) from None


def write_progress(path: Path, progress: ImportProgress) -> None:
    """Write how far an import has come: the old state or the new one stands there, never half.

    Raises:
        OSError: It can't be written.
    """
    new = path.with_name(f"{path.name}.new")
    new.write_text(f"{progress.model_dump_json(indent=1)}\n", encoding="utf-8")
    new.replace(path)
