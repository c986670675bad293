"""`annual-review site`: the site of rehearsed years, of today's figures, or as it is staged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli.options import StackName, parse_year
from annual_review.console import CommandError, counting, out, progress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import LONDON

if TYPE_CHECKING:
    from annual_review.adapters.files.publication.site_folder import SiteFolder
    from annual_review.services.publication.public_year import PublicYear


def site(
    into: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Folder to write the site to.")
    ],
    folders: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Folder of a rehearsed year, such as out/2020; once for each year.",
        ),
    ] = None,
    publication: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Instead of a folder: what `publish --stage` staged on a stack."
        ),
    ] = "",
    live: Annotated[
        bool,
        typer.Option("--live", help="Instead of a folder: today's figures of a stack, not final."),
    ] = False,
    year: Annotated[
        ReportingYear | None,
        typer.Option(
            parser=parse_year,
            metavar="YEAR",
            help="With --live: this year instead of the current one.",
        ),
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV file (code, peer, rank): whom to show each authority beside.",
        ),
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(help="Where the site will stand: adds whole addresses, sitemap and feed."),
    ] = "",
    serve: Annotated[
        bool, typer.Option("--serve", help="Show the site on 127.0.0.1 until Ctrl+C.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to show it on.")] = 8020,
    stack: StackName = "annual-review",
) -> None:
    """Build the public site from rehearsed years: pages, map, letters and data.

    The same figures give the same bytes. Files of an earlier site in the folder are replaced; what
    the new one does not have is removed. It opens from disk, too: OUT/index.html. With
    --publication it fetches a publication that is staged, to be looked at before it is approved.

    With --live it builds the same pages for the data team, from what a stack has counted of a year
    by now, beside the years before that are public. Every page and every data file of that year
    says that it is not final, and `publish` refuses it. It has no letters and no national review.

    Exit status: 0, or 2 when a folder or a publication can't be used.
    """
    from annual_review.adapters.files.publication.site_folder import SiteFolder

    if sum(map(bool, (folders, publication, live))) != 1:
        raise CommandError(
            "give --from with a folder, --publication with a name, or --live: one of the three"
        )
    if not live and year:
        raise CommandError("--year goes with --live: a folder and a publication know their years")
    if live and base_url:
        raise CommandError("--base-url is for what will be public: --live never is")
    folder = SiteFolder(into)
    if publication:
        written = folder.write(_staged(stack, publication))
    else:
        source = _rehearsed(folders) if folders else _today(stack, year)
        written = _build(folder, source, peers, base_url)
    out.print(f"{written:,} files written: open {into / 'index.html'}", markup=False)
    if serve:
        folder.serve(
            port, lambda address: out.print(f"Shown on {address} until Ctrl+C", markup=False)
        )


def _staged(stack: str, publication: str) -> Iterator[tuple[str, bytes]]:
    from annual_review.services.publication.approve_publication import publication_named
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    return system.staged_files(publication_named(system.history.get(), publication))


def _build(into: SiteFolder, source: _Source, peers: Path | None, base_url: str) -> int:
    from annual_review.adapters.files.publication.peer_files import read_peers
    from annual_review.rehearsal.side_by_side import processors
    from annual_review.rendering.site.build import files_of
    from annual_review.rendering.site.site_of_years import site_of_years
    from annual_review.services.processes import in_processes

    # The processes start while the years are read.
    with in_processes(processors(), source.authorities) as spread:
        years = source.years()
        chosen = read_peers(peers, years[0].by_code) if peers else {}
        with progress("Building the site") as step:
            return into.write(files_of(site_of_years(years, base_url, chosen), spread, step))


@dataclass(frozen=True, slots=True)
class _Source:
    """What a site is built from: how many authorities, and what reads the years, latest first."""

    authorities: int
    years: Callable[[], Sequence[PublicYear]]


def _rehearsed(folders: Sequence[Path]) -> _Source:
    from annual_review.adapters.files.publication.public_folder import (
        authorities_in,
        read_public_year,
        year_of_folder,
    )
    from annual_review.rendering.editions.edition import edition_for
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.forms.opened_message import documents_of

    named = {year_of_folder(folder): folder for folder in folders}
    if len(named) < len(folders):
        raise CommandError("two folders hold the same year: name each year once")

    def years() -> Sequence[PublicYear]:
        return [
            read_public_year(
                named[year], edition_for(SHIPPED_EDITIONS, year).publication_date, documents_of
            )
            for year in counting("Reading the years", sorted(named, reverse=True), len(named))
        ]

    return _Source(sum(map(authorities_in, folders)), years)


def _today(stack: str, year: ReportingYear | None) -> _Source:
    from annual_review.wiring.system import deployed

    system, now = deployed(stack), datetime.now(LONDON)
    chosen = year or ReportingYear.of(now.date())
    return _Source(len(system.directory.register()), lambda: system.live_years().up_to(chosen, now))
