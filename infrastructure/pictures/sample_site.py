"""The site of three sample years, with what happens in real ones: a correction, and a challenge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from annual_review.adapters.files.register_files import read_recipients
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import Measure, Tally
from annual_review.rehearsal.recording import record_file
from annual_review.rehearsal.rehearsal import Rehearsal
from annual_review.rehearsal.sample_inputs import SEED, sample_register, sample_year
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.site_of_years import site_of_years
from annual_review.sample_year import write_recipients
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.public_year import PublicLetter, PublicYear

YEARS: Final = (ReportingYear(2022), ReportingYear(2021), ReportingYear(2020))
CORRECTED: Final = AuthorityCode("E09000003")
AWAITED: Final = AuthorityCode("E06000033")

# The pages only link to letters; docs/letters.md shows what those look like.
_LETTER: Final = PublicLetter(b"", b"")


def sample_pages() -> Iterator[tuple[str, bytes]]:
    """Give the pages of the site and all that they load, without letters and data files."""
    latest, *earlier = (_published(year) for year in YEARS)
    site = site_of_years([_corrected(latest), *earlier])
    for path, content in files_of(site):
        is_page = path.endswith(".html") and "/letters/" not in path
        if is_page or path in site.assets:
            yield path, content


def _published(year: ReportingYear) -> PublicYear:
    register = sample_register(year)
    edition = edition_for(SHIPPED_EDITIONS, year)
    with TemporaryDirectory(prefix="annual-review-") as name:
        work = Path(name)
        sample_year(register, year, SEED).write_events(work / "events.jsonl")
        write_recipients(register, work / "recipients.csv")
        directory = InMemoryDirectory(register, read_recipients(work / "recipients.csv"))
        recorded = record_file(work / "events.jsonl", directory, work / "rejected.jsonl")
    rehearsal = Rehearsal.of(edition, directory, recorded)
    rehearsal.close(year)
    years = GatherYears(
        rehearsal.closes,
        rehearsal.letters,
        rehearsal.paragraphs,
        rehearsal.documents,
        directory,
        documents_of,
        lambda _: edition.publication_date,
        is_sample=True,
    )
    (gathered,) = years.gather({year: {AWAITED} if year == YEARS[0] else set()})
    shown = (replace(each, letter=_LETTER) for each in gathered.authorities)
    return replace(gathered, authorities=tuple(shown))


def _corrected(year: PublicYear) -> PublicYear:
    own = year.by_code[CORRECTED]
    upheld = Measure("upheld")
    before = Tally({**own.figures.tally, upheld: own.figures.tally[upheld] + 1})
    correction = Reissue(
        dated=year.published_on + timedelta(days=49),
        reason="One complaint had been recorded under the wrong authority.",
        replaces=Revision(1),
        replaced_date=year.published_on - timedelta(days=7),
        before=before,
    )
    corrected = replace(own, correction=correction, revision=Revision(2))
    others = (corrected if each is own else each for each in year.authorities)
    return replace(year, authorities=tuple(others))
