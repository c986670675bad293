"""`annual-review review`: a folder with all letters of a year, to be read before approval."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annual_review.cli.options import StackName, YearArgument
from annual_review.console import counting, out, show_table, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import LONDON

if TYPE_CHECKING:
    from annual_review.rendering.pages.review_page import ReviewLine
    from annual_review.rendering.pages.thumbnails import ThumbnailMaker
    from annual_review.services.letters.letter import Letter
    from annual_review.services.review.review_sources import (
        Material,
        PreviousLetters,
        ReviewSource,
    )

_FOLDER: Final = {"file_okay": False, "exists": True}
_READERS: Final = 8
"""How many letters are fetched at a time; a bucket answers slowly and many at once."""

PAGE: Final = "index.html"
MANIFEST: Final = "review.json"


def review(
    year: YearArgument,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from", **_FOLDER, help="Folder of a rehearsal, OUT/YEAR; else the stack is read."
        ),
    ] = None,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Show what differs from the rehearsal or revision before."),
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            **_FOLDER, help="Show what differs from this folder of a rehearsal or review instead."
        ),
    ] = None,
    out_: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Results go to OUT/YEAR/review.")
    ] = Path("out"),
    stack: StackName = "annual-review",
) -> None:
    """Build a folder in which all letters of a year can be read before they are approved.

    OUT/YEAR/review/index.html opens from disk: every letter with pictures of its pages, its figures
    and what to look at; sortable, and to be read one after another. review.json beside it names
    what was there to read: approving with it approves these letters and no later ones.

    Exit status: 0, or 2 for wrong usage or input.
    """
    from annual_review.adapters.files.review_files import file_hashes
    from annual_review.rehearsal.review import PreviousFolder
    from annual_review.rendering.pages.review_page import Review, ReviewPage
    from annual_review.rendering.text.wording import written_date
    from annual_review.services.review.review_letters import review_manifest
    from annual_review.services.review.review_sources import gone

    at = datetime.now(LONDON)
    source = _source(year, from_, stack)
    previous: PreviousLetters | None = None
    if against:
        previous = PreviousFolder(against, str(against))
    elif diff:
        previous = source.previous()
    letters = source.letters()
    without = () if previous is None else tuple(gone(letters, previous))
    folder = _emptied(out_ / str(year) / "review")
    lines = list(_lines(folder, letters, source, previous))
    review = Review(
        year=year,
        source=source.name,
        made=f"{written_date(at.date())}, {at:%H:%M}",
        previous=previous.name if previous else None,
        gone=without,
    )
    (folder / PAGE).write_text(ReviewPage().print(review, lines), encoding="utf-8")
    (folder / MANIFEST).unlink(missing_ok=True)
    manifest = json.dumps(review_manifest(year, at, letters, file_hashes(folder)), indent=1)
    (folder / MANIFEST).write_text(f"{manifest}\n", encoding="utf-8")
    _report(year, folder, lines)


def _source(year: ReportingYear, rehearsal: Path | None, stack: str) -> ReviewSource:
    """Return the letters of a rehearsal's folder, or of the stack if none is named."""
    if rehearsal:
        from annual_review.rehearsal.review import RehearsedSource

        return RehearsedSource(rehearsal, year)
    from annual_review.wiring.system import deployed

    return deployed(stack).kept_letters(year)


def _lines(
    folder: Path, letters: Sequence[Letter], source: ReviewSource, previous: PreviousLetters | None
) -> Iterator[ReviewLine]:
    from annual_review.rendering.pages.thumbnails import ThumbnailMaker

    maker = ThumbnailMaker()

    def read(letter: Letter) -> Material:
        material = source.read(letter)
        return replace(material, previous=previous.of(letter)) if previous else material

    with ThreadPoolExecutor(_READERS) as readers:
        materials = readers.map(read, letters)
        for material in counting("Building the review", materials, len(letters)):
            yield _line(folder, material, maker)


def _line(folder: Path, material: Material, maker: ThumbnailMaker) -> ReviewLine:
    from annual_review.rendering.pages.review_page import ReviewLine
    from annual_review.services.review.review_letters import review_letter

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
    from annual_review.services.review.review_letters import sums_of

    show_table(f"Review of {year}", sums_of([line.reviewed for line in lines]))
    out.print(f"\nTo open:          {folder / PAGE}", markup=False)
    out.print(f"To approve with:  {folder / MANIFEST}", markup=False)
