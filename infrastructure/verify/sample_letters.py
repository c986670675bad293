"""Every letter of the sample year: its facts, and its PDF in any edition."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Final, NoReturn

from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.console import counting
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.recording import record_file
from annual_review.rehearsal.rehearsal import Rehearsal
from annual_review.rehearsal.sample_inputs import REGISTER, SAMPLE_YEARS, SEED
from annual_review.rendering.editions.edition import Edition, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.loaded_editions import OneEdition
from annual_review.rendering.renderer import EditionRenderer
from annual_review.sample_year import (
    make_sample_year,
    read_published,
    read_targets,
    write_recipients,
)
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError
from annual_review.services.wording import LONDON
from infrastructure.verify.findings import BrokenRule, Verdict

SAMPLE_YEAR: Final = ReportingYear(2020)


OFFICE: Final = "annual.letters@ombudsman.example"


def rendered_letters(year: ReportingYear, into: Path) -> tuple[Sequence[Path], Sequence[Verdict]]:
    """Render all letters of the sample year, as PDF, in the edition of a year.

    Returns:
        The files, and a verdict about each letter that could not be printed.

    Raises:
        EditionError: There is no such edition, or it can't be used.
    """
    edition = adapted_edition(year)
    renderer = EditionRenderer(edition, OFFICE)
    letters = sample_letters(edition)
    files, unprintable = [], []
    for facts in counting(f"Printing edition {year}", letters, len(letters)):
        file = into / f"{facts.letter.authority}.pdf"
        try:
            file.write_bytes(renderer.render(facts).pdf)
        except UnprintableLetterError as error:
            unprintable.append(Verdict(file, (BrokenRule("letter", "unprintable", str(error)),)))
        else:
            files.append(file)
    return files, unprintable


def adapted_edition(year: ReportingYear) -> Edition:
    """Return an edition with its dates moved to the sample year, whose figures its letters print.

    Raises:
        EditionError: There is no such edition, or it can't be used.
    """
    return load_edition(SHIPPED_EDITIONS, year).adapted_to(SAMPLE_YEAR)


def sample_letters(edition: Edition) -> Sequence[LetterFacts]:
    """Simulate the sample year, close it, and return the facts of each of its letters."""
    register, facts = read_register(REGISTER), SAMPLE_YEARS / str(SAMPLE_YEAR)
    published, targets = (
        read_published(facts / "published.csv"),
        read_targets(facts / "targets.toml"),
    )
    with tempfile.TemporaryDirectory(prefix="annual-review-") as work:
        events, recipients = Path(work) / "events.jsonl", Path(work) / "recipients.csv"
        make_sample_year(register, SAMPLE_YEAR, published, targets, SEED).write_events(events)
        write_recipients(register, recipients)
        directory = InMemoryDirectory(register, read_recipients(recipients))
        recorded = record_file(events, directory, Path(work) / "rejected.jsonl")
    rehearsal = Rehearsal.of(edition, directory, recorded)
    rehearsal.close(SAMPLE_YEAR)
    return _facts(rehearsal)


def _facts(rehearsal: Rehearsal) -> Sequence[LetterFacts]:
    """Prepare every letter with a renderer that notes what it is asked for."""
    noted = _NotingRenderer()
    editions = OneEdition(rehearsal.edition, noted)
    letter_date = rehearsal.edition.letter_date
    service = PrepareLetter(
        rehearsal.letters,
        rehearsal.closes,
        rehearsal.documents,
        rehearsal.directory,
        rehearsal.paragraphs,
        editions,
        approval_required=True,
        is_sample=True,
    )
    for letter in rehearsal.to_prepare.take():
        service.prepare(letter, datetime.combine(letter_date, time(9), LONDON))
    return noted.facts


class _NotingRenderer:
    """Keeps the facts of each letter and renders none."""

    def __init__(self) -> None:
        self.facts: list[LetterFacts] = []

    def render(self, facts: LetterFacts) -> NoReturn:
        self.facts.append(facts)
        raise UnprintableLetterError("only the facts of this letter are wanted")
