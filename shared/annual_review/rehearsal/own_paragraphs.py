"""What is proposed to be said in the letters of a rehearsal; nobody has reviewed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from annual_review.adapters.files.rehearsal_folder import read_letters
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview import rehearsed_source
from annual_review.rehearsal.preview_inputs import Inputs
from annual_review.rendering.editions.edition import Edition
from annual_review.services.letters.own_performance import ProposeParagraphs
from annual_review.services.review.noted_paragraphs import NotedParagraphs


def rehearsed_paragraphs(
    folder: Path, inputs: Inputs, year: ReportingYear, edition: Edition, at: datetime
) -> Sequence[NotedParagraphs]:
    """Return the paragraphs of every letter of a rehearsal that has some, by code.

    Raises:
        InputFileError: A file of the rehearsal can't be read.
        NothingToPreviewError: It is a rehearsal of another year.
    """
    found = []
    for rehearsed in sorted(read_letters(folder), key=lambda each: each.letter.id.authority):
        if not rehearsed.paragraphs:
            continue
        code = rehearsed.letter.id.authority
        source = rehearsed_source(folder, inputs, year, code)
        propose = ProposeParagraphs(source.paragraphs, lambda _year: edition.own_performance)
        proposed = propose.propose(source.frozen, at).paragraphs
        found.append(NotedParagraphs(proposed, proposed, source.paragraphs.notes(year, code)))
    return found
