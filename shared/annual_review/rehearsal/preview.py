"""Previews: a letter prepared over adapters in memory, wherever its figures come from.

The service is the one that prepares letters for good, so that what is read is what would be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annual_review.adapters.files.rehearsal_folder import read_record
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.adapters.memory.letters import InMemoryCloseStore
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.paragraphs import Status, checked_text
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview_inputs import Inputs
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.letter.document import SampleMarking
from annual_review.rendering.loaded_editions import LoadedEditions
from annual_review.services.documents import authority_figures_name, digest
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    authority_record,
    canonical,
)
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.own_performance import LoadedNote, ProposeParagraphs
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.review.preview_figures import NothingToPreviewError

NOT_FROZEN: Final = SampleMarking(
    label="PREVIEW – figures not frozen",
    explanation="This is a preview, not a letter of the Ombudsman. Its figures are not frozen and"
    " may change.",
)
_SENDER: Final = "preview@ombudsman.example"
_AT: Final = datetime(1, 1, 1, tzinfo=UTC)
"""Nobody sees the history of a letter that is not kept."""


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """What a letter is previewed from.

    `is_live`: the figures are today's and not frozen. Where no approval is required, paragraphs
    that nobody has reviewed are left out, as they are of the letter itself.
    """

    frozen: FrozenAuthority
    directory: InMemoryDirectory
    paragraphs: InMemoryParagraphStore
    is_sample: bool
    is_live: bool = False
    approval_required: bool = True


def rehearsed_source(
    folder: Path, inputs: Inputs, year: ReportingYear, code: AuthorityCode
) -> PreviewSource:
    """Read what the letter of an authority is made from out of a rehearsal's folder.

    Raises:
        NothingToPreviewError: It is a rehearsal of another year, or the authority is not in it.
    """
    frozen = read_record(folder, code)
    if frozen is None:
        raise NothingToPreviewError(f"{code} is not in the figures of the rehearsal in {folder}")
    if frozen.year != year:
        raise NothingToPreviewError(f"{folder} holds a rehearsal of {frozen.year}, not of {year}")
    paragraphs = InMemoryParagraphStore()
    for place, note in enumerate(inputs.notes):
        paragraphs.add_note(year, LoadedNote(note, "the rehearsal", _AT, place))
    return PreviewSource(frozen, inputs.directory, paragraphs, inputs.is_sample)


def paragraphs_in_memory(
    year: ReportingYear, notes: Sequence[LoadedNote], kept: LetterParagraphs | None
) -> InMemoryParagraphStore:
    """Take a copy of what was noted, proposed and reviewed: a preview changes nothing."""
    held = InMemoryParagraphStore()
    for note in notes:
        held.add_note(year, note)
    if kept:
        held.keep(replace(kept, version=0))
    return held


def tried(source: PreviewSource, edition: Edition, id_: str, text: str) -> PreviewSource:
    """Return the source with another text of a paragraph, as if a person had kept it.

    Raises:
        ParagraphError: There is no such paragraph, or the text can't be printed as one.
    """
    year, code = source.frozen.year, source.frozen.figures.authority.code
    text = checked_text(text)
    proposed = ProposeParagraphs(source.paragraphs, lambda _year: edition.own_performance)
    paragraphs = proposed.propose(source.frozen, _AT).paragraphs.changed(
        id_, lambda each: replace(each, text=text, status=Status.EDITED)
    )
    notes = source.paragraphs.notes(year, code)
    return replace(source, paragraphs=paragraphs_in_memory(year, notes, paragraphs))


def editions_for(edition: Edition, *, is_live: bool) -> LoadedEditions:
    """Return what previews are rendered with. Keep it where several follow: the first is slow."""
    return LoadedEditions(lambda _year: edition, _SENDER, NOT_FROZEN if is_live else None)


def prepare(
    source: PreviewSource, edition: Edition, editions: LoadedEditions | None = None
) -> tuple[InMemoryDocuments, Letter]:
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
    PrepareLetter(
        letters,
        closes,
        documents,
        source.directory,
        source.paragraphs,
        editions or editions_for(edition, is_live=source.is_live),
        approval_required=source.approval_required,
        is_sample=source.is_sample,
    ).prepare(letter, _AT)
    return documents, letters.get(letter)
