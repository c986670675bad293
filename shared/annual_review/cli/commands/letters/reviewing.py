"""Building a review: a folder with all letters of a year, to be read before approval."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Final

from annual_review.cli.commands.letters.review_sources import (
    Material,
    PreviousFolder,
    PreviousLetters,
    RehearsedSource,
    ReviewSource,
    StackSource,
)
from annual_review.cli.deployed import deployed
from annual_review.console import Exit, counting, out, show_table, warn
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.pages.review_page import Review, ReviewLine, ReviewPage
from annual_review.rendering.pages.thumbnails import ThumbnailMaker
from annual_review.rendering.text.wording import written_date
from annual_review.services.letters.letter import Letter
from annual_review.services.review.review_letters import Flag, review_letter, review_manifest

_READERS: Final = 8
"""How many letters are fetched at a time; a bucket answers slowly and many at once."""

PAGE: Final = "index.html"
MANIFEST: Final = "review.json"


def letters_of(year: ReportingYear, rehearsal: Path | None, stack: str) -> ReviewSource:
    """Return the letters of a rehearsal's folder, or of the stack if none is named.

    Raises:
        CommandError: The stack can't be found.
    """
    if rehearsal:
        return RehearsedSource(rehearsal, year)
    return StackSource(deployed(stack), stack, year)


def letters_before(source: ReviewSource, folder: Path | None) -> PreviousLetters:
    """Return the letters of a folder, or those that the source itself has had before.

    Raises:
        CommandError: There were none.
    """
    return PreviousFolder(folder, str(folder)) if folder else source.previous()


def build_review(
    year: ReportingYear,
    source: ReviewSource,
    previous: PreviousLetters | None,
    into: Path,
    at: datetime,
) -> Exit:
    """Write the folder of a review; one that is there already is replaced.

    Raises:
        CommandError: The letters can't be read.
        PortError: A document could not be read; building it again starts afresh.
        OSError: A file can't be read or written.
    """
    letters = source.letters()
    gone = () if previous is None else _gone(letters, previous)
    folder = _emptied(into / str(year) / "review")
    lines = list(_lines(folder, letters, source, previous))
    review = Review(
        year=year,
        source=source.name,
        made=f"{written_date(at.date())}, {at:%H:%M}",
        previous=previous.name if previous else None,
        gone=gone,
    )
    (folder / PAGE).write_text(ReviewPage().print(review, lines), encoding="utf-8")
    manifest = json.dumps(review_manifest(year, at, letters), indent=1)
    (folder / MANIFEST).write_text(f"{manifest}\n", encoding="utf-8")
    _report(year, folder, lines)
    return Exit.DONE


def _gone(letters: Sequence[Letter], previous: PreviousLetters) -> tuple[AuthorityCode, ...]:
    return tuple(sorted({*previous.codes} - {letter.id.authority for letter in letters}))


def _lines(
    folder: Path, letters: Sequence[Letter], source: ReviewSource, previous: PreviousLetters | None
) -> Iterator[ReviewLine]:
    maker = ThumbnailMaker()

    def read(letter: Letter) -> Material:
        material = source.read(letter)
        return replace(material, previous=previous.of(letter)) if previous else material

    with ThreadPoolExecutor(_READERS) as readers:
        materials = readers.map(read, letters)
        for material in counting("Building the review", materials, len(letters)):
            yield _line(folder, material, maker)


def _line(folder: Path, material: Material, maker: ThumbnailMaker) -> ReviewLine:
    code = material.read.letter.id.authority
    for kind, content in material.documents.items():
        (folder / "letters" / f"{code}.{kind}").write_bytes(content)
    return ReviewLine(
        review_letter(material.read, material.previous),
        kinds=tuple(material.documents),
        has_thumbnails=_drawn(folder / "thumbnails", code, material, maker),
    )


def _drawn(folder: Path, code: str, material: Material, maker: ThumbnailMaker) -> bool:
    if "pdf" not in material.documents:
        return False
    try:
        pictures = maker.thumbnails(material.documents["pdf"])
    except ValueError as error:
        warn(f"the letter of {code} has no pictures: {error}")
        return False
    for number, picture in enumerate(pictures, 1):
        (folder / f"{code}-{number}.png").write_bytes(picture)
    return True


def _emptied(folder: Path) -> Path:
    """Make the folder, without what an earlier review left in it."""
    for name in ("letters", "thumbnails"):
        rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    return folder


def _report(year: ReportingYear, folder: Path, lines: Iterable[ReviewLine]) -> None:
    reviewed = [line.reviewed for line in lines]
    states = Counter(each.letter.state.value for each in reviewed)
    flags = Counter(flagged.flag for each in reviewed for flagged in each.flags)
    show_table(
        f"Review of {year}",
        [
            ("Letters", len(reviewed)),
            *((f"  {state}", count) for state, count in sorted(states.items())),
            *((flag.value.capitalize(), flags[flag]) for flag in Flag if flags[flag]),
        ],
    )
    out.print(f"\nTo open:          {folder / PAGE}", markup=False)
    out.print(f"To approve with:  {folder / MANIFEST}", markup=False)
