"""`annual-review site`: the public site of one or more years, without any AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.console import CommandError, out


def site(
    folders: Annotated[
        list[Path],
        typer.Option(
            "--from",
            exists=True,
            file_okay=False,
            help="Folder of a rehearsed year, such as out/2020; once for each year.",
        ),
    ],
    into: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Folder to write the site to.")
    ],
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
) -> None:
    """Build the public site from rehearsed years: pages, map, letters and data.

    The same figures give the same bytes. Files of an earlier site in the folder are replaced; what
    the new one does not have is removed. It opens from disk, too: OUT/index.html.

    Exit status: 0, or 2 when a folder can't be used.
    """
    from dataclasses import replace

    from annual_review.adapters.files.peer_files import read_peers
    from annual_review.adapters.files.public_folder import read_public_year, year_of_folder
    from annual_review.adapters.files.site_folder import SiteFolder
    from annual_review.domain.reporting_year import ReportingYear
    from annual_review.rendering.editions.edition import edition_for
    from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
    from annual_review.rendering.forms.opened_message import documents_of
    from annual_review.rendering.national_review.review_text import review_text
    from annual_review.rendering.site.build import files_of
    from annual_review.rendering.site.pages import Site

    years = {}
    for folder in folders:
        year = year_of_folder(folder)
        edition = edition_for(SHIPPED_EDITIONS, year)
        public = read_public_year(folder, edition.publication_date, documents_of)
        years[year] = replace(public, decision_address=edition.decision_address or "")
    if len(years) < len(folders):
        raise CommandError("two folders hold the same year: name each year once")
    latest_first = tuple(years[year] for year in sorted(years, key=lambda year: -year.ends))
    following = ReportingYear(latest_first[0].year.ends + 1)
    built = Site(
        latest_first,
        base_url.rstrip("/"),
        next_on=edition_for(SHIPPED_EDITIONS, following).publication_date,
        reviews={year: text for year in years if (text := review_text(SHIPPED_EDITIONS, year))},
        peers=read_peers(peers, latest_first[0].by_code) if peers else {},
    )
    site_folder = SiteFolder(into)
    written = site_folder.write(files_of(built))
    out.print(f"{written:,} files written: open {into / 'index.html'}", markup=False)
    if serve:
        site_folder.serve(
            port, lambda address: out.print(f"Shown on {address} until Ctrl+C", markup=False)
        )
