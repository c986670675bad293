"""`annual-review preview`: one letter in a file, as it would be prepared now.

AWS is asked only where the letter comes from a deployed system: its client is slow to load.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from annual_review.cli.options import StackName, YearArgument
from annual_review.console import CommandError, Exit, err, out, warn
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError
from annual_review.views.authority_names import authority_in

if TYPE_CHECKING:
    from annual_review.adapters.memory.documents import InMemoryDocuments
    from annual_review.rehearsal.preview import PreviewSource
    from annual_review.rendering.editions.edition import Edition
    from annual_review.services.letters.letter import Letter

_KINDS: Final = ("html", "txt", "xlsx")


def preview(
    year: YearArgument,
    authority: Annotated[
        str,
        typer.Argument(metavar="AUTHORITY", help="Whose letter: E07000075, or a part of its name."),
    ],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Results of a rehearsal, such as out/2020: no AWS is asked then.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Use today's figures, as is done before a year is closed."),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Write HTML, text and case list beside the PDF too.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.pdf",
            dir_okay=False,
            help="Where to write it. Default: out/YEAR/preview/CODE.pdf.",
        ),
    ] = None,
    is_opened: Annotated[
        bool, typer.Option("--open", help="Open it in this machine's PDF viewer.")
    ] = False,
    stack: StackName = "annual-review",
) -> None:
    """Render one letter to read it, as it would be prepared now. Nothing is kept or sent.

    From the frozen figures; with --live, and before the year is closed, from today's. Such a letter
    says on every page that its figures are not frozen.

    Exit status: 0, or 1 when the letter can't be printed, 2 for wrong usage.
    """
    from annual_review.rehearsal.preview import prepare
    from annual_review.rendering.editions.edition import edition_for
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS

    if folder and live:
        raise CommandError("a rehearsal has no live figures: leave out --live or --from")
    started = time.monotonic()
    edition = edition_for(SHIPPED_EDITIONS, year)
    try:
        source = _source(year, authority, folder, stack, is_live=live)
        documents, letter = prepare(source, edition)
    except MissingError as error:
        raise CommandError(str(error)) from error
    if letter.state is LetterState.FAILED:
        err.print(f"error: {letter.history[-1].why}", style="red", markup=False)
        raise typer.Exit(Exit.NOT_IN_ORDER)
    path = _write(into, source, documents, letter, everything=everything)
    for flag in _flags(source, edition):
        warn(flag)
    out.print(f"{path}  ({time.monotonic() - started:.2f} seconds)", markup=False)
    if is_opened:
        _open(path)


def _source(
    year: ReportingYear, authority: str, folder: Path | None, stack: str, *, is_live: bool
) -> PreviewSource:
    """Return what the letter is made from, out of a rehearsal's folder or of the stack."""
    if folder:
        from annual_review.rehearsal.preview import rehearsed_source
        from annual_review.rehearsal.preview_inputs import read_inputs

        inputs = read_inputs(folder)
        code = authority_in(authority, inputs.directory.register, tuple)
        return rehearsed_source(folder, inputs, year, code)
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    code = system.authority(year, authority)
    return system.preview_source(year, code, is_live=is_live)


def _write(
    into: Path | None,
    source: PreviewSource,
    documents: InMemoryDocuments,
    letter: Letter,
    *,
    everything: bool,
) -> Path:
    year, code = letter.id.year, letter.id.authority
    name = f"{code}{'-not-frozen' if source.is_live else ''}.pdf"
    path = into or Path("out") / str(year) / "preview" / name
    if path.suffix.lower() != ".pdf":
        raise CommandError(f"{path} is not a PDF file name: end it in .pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(documents.get(letter.key("pdf")))
    for kind in _KINDS if everything else ():
        path.with_suffix(f".{kind}").write_bytes(documents.get(letter.key(kind)))
    return path


def _flags(source: PreviewSource, edition: Edition) -> Iterator[str]:
    """Say what a reader has to know about the letter beside what it prints."""
    frozen = source.frozen
    if source.is_live:
        yield "the figures are today's and not frozen: the letter says so, and can't be sent"
    if edition.adapted_from:
        yield (
            f"no edition {frozen.year} exists yet: this is that of {edition.adapted_from} with"
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


def _open(path: Path) -> None:
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
