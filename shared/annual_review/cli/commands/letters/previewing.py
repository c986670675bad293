"""`annual-review preview`: one letter, prepared over adapters in memory and written into a file.

The service is the one that prepares letters for good, so that what is read is what would be sent.
AWS is asked only where the letter comes from a deployed system: its client is slow to load.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annual_review.adapters.files.rehearsal_folder import read_record
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.adapters.memory.letters import InMemoryCloseStore
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.cli.commands.letters.preview_source import PreviewSource
from annual_review.console import CommandError, Exit, err, out, warn
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview_inputs import read_inputs
from annual_review.rendering.editions.edition import Edition, edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from annual_review.rendering.letter.document import SampleMarking
from annual_review.rendering.loaded_editions import LoadedEditions
from annual_review.services.documents import authority_figures_name
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import authority_record, canonical, digest
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.own_performance import LoadedNote
from annual_review.services.letters.prepare_letter import PrepareLetter

NOT_FROZEN: Final = SampleMarking(
    label="PREVIEW – figures not frozen",
    explanation="This is a preview, not a letter of the Ombudsman. Its figures are not frozen and"
    " may change.",
)
_SENDER: Final = "preview@ombudsman.example"
_KINDS: Final = ("html", "txt", "xlsx")
_AT: Final = datetime(1, 1, 1, tzinfo=UTC)
"""Nobody sees the history of a letter that is not kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letter is wanted, and what is to become of it."""

    year: ReportingYear
    authority: AuthorityCode
    into: Path | None
    everything: bool
    is_opened: bool


def preview_letter(wanted: Wanted, folder: Path | None, stack: str, *, is_live: bool) -> Exit:
    """Render one letter and say where it is.

    Raises:
        CommandError: There is nothing to render it from.
        InputFileError: The register of a rehearsal can't be taken.
        PortError: Something could not be read.
        OSError: A file can't be read or written.
    """
    if folder and is_live:
        raise CommandError("a rehearsal has no live figures: leave out --live or --from")
    started = time.monotonic()
    try:
        edition = edition_for(SHIPPED_EDITIONS, wanted.year)
        source = _rehearsed(folder, wanted) if folder else _deployed(stack, wanted, is_live=is_live)
        documents, letter = _prepare(source, edition)
    except (EditionError, MissingError) as error:
        raise CommandError(str(error)) from error
    if letter.state is LetterState.FAILED:
        err.print(f"error: {letter.history[-1].why}", style="red", markup=False)
        return Exit.NOT_IN_ORDER
    path = _write(wanted, source, documents, letter)
    for flag in _flags(source, edition):
        warn(flag)
    out.print(f"{path}  ({time.monotonic() - started:.2f} seconds)", markup=False)
    if wanted.is_opened:
        open_file(path)
    return Exit.DONE


def _rehearsed(folder: Path, wanted: Wanted) -> PreviewSource:
    inputs = read_inputs(folder)
    frozen = read_record(folder, wanted.authority)
    if frozen is None:
        raise CommandError(f"{wanted.authority} is not in the figures of the rehearsal in {folder}")
    if frozen.year != wanted.year:
        raise CommandError(f"{folder} holds a rehearsal of {frozen.year}, not of {wanted.year}")
    paragraphs = InMemoryParagraphStore()
    for place, note in enumerate(inputs.notes):
        paragraphs.add_note(wanted.year, LoadedNote(note, "the rehearsal", _AT, place))
    return PreviewSource(frozen, inputs.directory, paragraphs, inputs.is_sample)


def _deployed(stack: str, wanted: Wanted, *, is_live: bool) -> PreviewSource:
    from annual_review.cli.commands.letters.preview_deployed import deployed_source

    return deployed_source(stack, wanted.year, wanted.authority, is_live=is_live)


def _prepare(source: PreviewSource, edition: Edition) -> tuple[InMemoryDocuments, Letter]:
    """Prepare the letter as the deployed system would, over adapters in memory."""
    frozen = source.frozen
    letter = LetterId(frozen.year, frozen.revision, frozen.figures.authority.code)
    record = canonical(authority_record(frozen))
    close = Close(frozen.year, frozen.revision, digest(record), _AT)
    documents, closes, letters = (
        InMemoryDocuments(),
        InMemoryCloseStore(),
        source.paragraphs.letters,
    )
    documents.put(f"{close.folder}/{authority_figures_name(letter.authority)}", record, "")
    closes.add(close)
    planned = Event(_AT, LetterState.PLANNED, "to be previewed")
    letters.plan(Letter(letter, LetterState.PLANNED, digest(record), history=(planned,)))
    marking = NOT_FROZEN if source.is_live else None
    PrepareLetter(
        letters,
        closes,
        documents,
        source.directory,
        source.paragraphs,
        LoadedEditions(lambda _year: edition, _SENDER, marking),
        approval_required=source.approval_required,
        is_sample=source.is_sample,
    ).prepare(letter, _AT)
    return documents, letters.get(letter)


def _write(
    wanted: Wanted, source: PreviewSource, documents: InMemoryDocuments, letter: Letter
) -> Path:
    """Write the PDF, and the other forms beside it where they are wanted.

    Raises:
        CommandError: The name of the file is not that of a PDF.
        OSError: A file can't be written.
    """
    name = f"{wanted.authority}{'-not-frozen' if source.is_live else ''}.pdf"
    path = wanted.into or Path("out") / str(wanted.year) / "preview" / name
    if path.suffix.lower() != ".pdf":
        raise CommandError(f"{path} is not a PDF file name: end it in .pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(documents.get(letter.key("pdf")))
    for kind in _KINDS if wanted.everything else ():
        path.with_suffix(f".{kind}").write_bytes(documents.get(letter.key(kind)))
    return path


def _flags(source: PreviewSource, edition: Edition) -> Iterator[str]:
    """Say what a reader has to know about the letter beside what it prints."""
    frozen = source.frozen
    if source.is_live:
        yield "the figures are today's and not frozen: the letter says so, and can't be sent"
    if edition.adapted_from:
        yield (
            f"no edition {frozen.year} is written yet: this is that of {edition.adapted_from} with"
            " its dates moved"
        )
    if source.is_sample:
        yield "the letter says SAMPLE: figures or recipients are invented"
    code = frozen.figures.authority.code
    kept = source.paragraphs.get(frozen.year, frozen.revision, code)
    if kept and kept.unreviewed:
        left_out = "" if source.approval_required else ", and that are left out"
        yield f"paragraphs that nobody has reviewed{left_out}: {len(kept.unreviewed)}"
    if frozen.reissue:
        yield f"revision {frozen.revision}, re-issued: {frozen.reissue.reason}"


def open_file(path: Path) -> None:
    """Open a file with what this machine opens such files with; say so where nothing does."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if (program := shutil.which(opener)) is None:
        warn(f"no program to open files was found ({opener}): open it yourself")
        return
    try:
        subprocess.Popen(  # noqa: S603 (the system's own program, and a path that we made)
            [program, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        warn(f"it could not be opened ({error.strerror}): open it yourself")
