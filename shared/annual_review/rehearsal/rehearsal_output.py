"""What a rehearsal writes: figures, letters, the outbox, and what previews and reviews need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annual_review.adapters.files.rehearsal_folder import (
    OUTBOX,
    Rehearsed,
    set_aside,
    write_letters,
    write_records,
)
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.rehearsal.preview_inputs import write_inputs
from annual_review.rehearsal.rehearsal import Rehearsal
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON, authority_figures_name
from annual_review.services.figures.closes import Close
from annual_review.services.review.review_letters import goes_to_successor

LETTER_KINDS = ("pdf", "html", "txt", "xlsx")


@dataclass(frozen=True, slots=True)
class YearFiles:
    """The files a year is rehearsed from; notes are not needed."""

    authorities: Path
    recipients: Path
    events: Path
    notes: Path | None = None


def write_rehearsal(
    rehearsal: Rehearsal, folder: Path, close: Close, files: YearFiles, *, is_sample: bool
) -> None:
    """Write figures, letters and outbox; letters of an earlier rehearsal make room.

    Their texts and figures are kept as `previous`, to be compared with.
    """
    set_aside(folder)
    for name in (FIGURES_CSV, FIGURES_JSON):
        (folder / name).write_bytes(rehearsal.documents.get(f"{close.folder}/{name}"))
    letters, outbox = _emptied(folder / "letters"), _emptied(folder / OUTBOX)
    for letter in rehearsal.letters.of_year(close.year):
        if letter.message_sha256:
            for kind in LETTER_KINDS:
                content = rehearsal.documents.get(letter.key(kind))
                (letters / f"{letter.id.authority}.{kind}").write_bytes(content)
    for id_, message in rehearsal.outbox.messages:
        (outbox / f"{id_.tag}.eml").write_bytes(message)
    _write_records(rehearsal, folder, close)
    write_inputs(
        folder, files.authorities, files.recipients, is_sample=is_sample, notes=files.notes
    )


def _write_records(rehearsal: Rehearsal, folder: Path, close: Close) -> None:
    register = rehearsal.directory.register()
    proposed = {each.authority: each for each in rehearsal.paragraphs.of_year(close.year)}
    letters = [
        Rehearsed(
            each,
            goes_to_successor(register, each.id.authority, rehearsal.edition.letter_date),
            *_paragraphs(proposed.get(each.id.authority)),
        )
        for each in rehearsal.letters.of_year(close.year)
    ]
    codes = [each.letter.id.authority for each in letters]
    records = {
        code: rehearsal.documents.get(f"{close.folder}/{authority_figures_name(code)}")
        for code in codes
    }
    write_letters(folder, close.year, letters)
    write_records(folder, records)


def _paragraphs(proposed: LetterParagraphs | None) -> tuple[int, int]:
    """Count the paragraphs of a letter, and those of them that nobody has decided about."""
    return (len(proposed.paragraphs), len(proposed.unreviewed)) if proposed else (0, 0)


def _emptied(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for kind in (*LETTER_KINDS, "eml"):
        for old in folder.glob(f"*.{kind}"):
            old.unlink()
    return folder
