"""Importing a file: checked as a whole, published, and how far it came written down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from annual_review.adapters.aws.event_bus import MOST_BYTES, MOST_IN_A_CALL, event_size
from annual_review.adapters.files.csv_mapping import read_mapping
from annual_review.adapters.files.import_files import ImportFile, after_line, problems_file
from annual_review.adapters.files.import_progress import (
    ImportProgress,
    progress_path,
    read_progress,
    write_progress,
)
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError, Exit, out, progress, show_table, warn
from annual_review.services.errors import PortError
from annual_review.services.patience import Pace
from annual_review.services.recording.import_events import ImportEvents, ImportLine, StalledError

_SHOWN: Final = 20
_TELL_EVERY: Final = 500
_GO_ON: Final = "What was published stays. Continue with --resume."


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a file into a stack, at so many events a second."""

    source: ImportFile
    stack: str
    rate: int

    @classmethod
    def of(cls, file: Path, mapping: Path | None, stack: str, rate: int) -> Self:
        """Take what was asked for.

        Raises:
            InputFileError: The mapping can't be used.
        """
        return cls(ImportFile(file, read_mapping(mapping) if mapping else None), stack, rate)

    def run(self, *, is_check: bool, is_skipping: bool, is_resumed: bool) -> Exit:
        """Check the file, and publish it if all of it is sound or what is not is to be skipped.

        Raises:
            CommandError: The stack can't be found, the import that is resumed is another, or it
                broke off.
            InputFileError: The file as a whole can't be taken.
            OSError: A file can't be read or written.
        """
        checked = _check(self.source)
        verdict = Exit.LINES_REJECTED if checked.rejected else Exit.DONE
        if is_check:
            return verdict
        if not checked.sound or (checked.rejected and not is_skipping):
            out.print("Nothing was published.")
            return verdict
        try:
            self._publish(checked, is_resumed=is_resumed)
        except (PortError, StalledError) as error:
            code = Exit.AWS_FAILED if isinstance(error, PortError) else Exit.NOT_IN_ORDER
            raise CommandError(f"{error} ({type(error).__name__})", _GO_ON, code=code) from error
        except KeyboardInterrupt:
            raise CommandError("stopped", _GO_ON, code=Exit.NOT_IN_ORDER) from None
        return verdict

    def _publish(self, checked: _Checked, *, is_resumed: bool) -> None:
        """Publish the sound lines, and write down how far it came after each portion."""
        stack = deployed(self.stack)
        notes = progress_path(self.source.path)
        done = _start(
            notes, ImportProgress(sha256=checked.sha256, stack=stack.id), is_resumed=is_resumed
        )
        service = ImportEvents(
            stack.bus,
            stack.arrivals,
            Pace(time.monotonic, time.sleep, self.rate),
            event_size,
            MOST_IN_A_CALL,
            MOST_BYTES,
        )
        before = done.acknowledged_events
        with progress("Publishing", checked.sound) as step:
            step(before, checked.sound)

            def acknowledged(line: ImportLine, events: int) -> None:
                nonlocal done
                done = done.model_copy(
                    update={
                        "acknowledged_lines": line.number,
                        "acknowledged_events": done.acknowledged_events + events,
                    }
                )
                write_progress(notes, done)
                step(done.acknowledged_events, checked.sound)

            lines = after_line(self.source.lines(), done.acknowledged_lines)
            if not checked.rejected:
                lines = _unchanged(lines)
            published = service.publish(lines, acknowledged)
        rows = [("Published", published), *([("Published before", before)] if before else [])]
        show_table(f"Import of {self.source.path.name} into {self.stack}", rows)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What the check of a file came to."""

    sha256: str
    sound: int
    rejected: int


def _check(source: ImportFile) -> _Checked:
    """Read every line; show the first problems and write all of them down."""
    sha256 = source.sha256()
    into = source.path.with_name(f"{source.path.name}.problems.jsonl")
    sound = rejected = 0
    with problems_file(into) as note, progress("Checking") as step:
        for line in source.lines():
            if line.event is not None:
                sound += 1
            else:
                note(line)
                rejected += 1
                if rejected <= _SHOWN:
                    warn(f"line {line.number}: {line.problem}")
            if (sound + rejected) % _TELL_EVERY == 0:
                step(sound + rejected, sound + rejected)
        step(sound + rejected, sound + rejected)
    show_table(f"Check of {source.path.name}", [("Sound", sound), ("Rejected", rejected)])
    if rejected:
        out.print(f"\nAll lines that can't be used: {into}", markup=False)
    return _Checked(sha256, sound, rejected)


def _unchanged(lines: Iterator[ImportLine]) -> Iterator[ImportLine]:
    """Pass on lines that were found sound, as long as they are.

    Raises:
        CommandError: One is not any more.
    """
    for line in lines:
        if line.event is None:
            raise CommandError(
                f"line {line.number} was changed while the file was imported: {line.problem}",
                "What was published stays. Import the whole file again: this does no harm.",
            )
        yield line


def _start(notes: Path, fresh: ImportProgress, *, is_resumed: bool) -> ImportProgress:
    """Return where to start: at the top, or where an import of the same file into here stopped.

    Raises:
        CommandError: The import to be resumed was of another file, or into another stack.
    """
    before = read_progress(notes) if is_resumed else None
    if before is None:
        write_progress(notes, fresh)
        return fresh
    top = "Import it without --resume, from the top: events that are there already change nothing."
    if before.sha256 != fresh.sha256:
        raise CommandError(f"the file or its mapping is not the one that {notes} is about", top)
    if before.stack != fresh.stack:
        raise CommandError(f"{notes} is about an import into another stack: {before.stack}", top)
    return before
