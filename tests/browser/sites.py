"""The site that a browser looks at: two years of few authorities, with every kind of page.

It is made as `annual-review site` makes it, from rehearsed sample years. What a rehearsal can't
have is put in by hand: a correction, and an authority whose challenge is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from annual_review.adapters.files.publication.public_folder import read_public_year
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.rehearsal.sample_inputs import register_csv, sample_register
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.rendering.site import build
from annual_review.rendering.site.pages import Site
from annual_review.rendering.site.site_of_years import site_of_years
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.publication.public_year import PublicYear
from tests.builders import a_tally
from tests.unit.cli.commands import run
from tests.unit.rendering.site.years import a_public_year

BEFORE, LATEST = ReportingYear(2021), ReportingYear(2022)
BASE: Final = "https://reviews.example"

CORBY, FORMER_COUNTY, NORTH, WEST = "E07000150", "E10000021", "E06000061", "E06000062"
ROCHFORD, BASILDON, TENDRING, ESSEX = "E07000075", "E07000066", "E07000076", "E10000012"
BARKING, BARNET, BOLTON, MANCHESTER = "E09000002", "E09000003", "E08000001", "E08000003"
HARTLEPOOL, SOUTHEND, COMBINED = "E06000001", "E06000033", "E47000001"
SOME: Final = frozenset(
    (
        *(CORBY, FORMER_COUNTY, NORTH, WEST, ROCHFORD, BASILDON, TENDRING, ESSEX),
        *(BARKING, BARNET, BOLTON, MANCHESTER, HARTLEPOOL, SOUTHEND, COMBINED),
    )
)

CORRECTED, AWAITED = AuthorityCode(BARNET), AuthorityCode(SOUTHEND)


def write(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def rehearsed_years(work: Path) -> tuple[PublicYear, ...]:
    """Two sample years of some authorities, the latest first."""
    for year in (BEFORE, LATEST):
        header, *rows = register_csv(year).decode().splitlines(keepends=True)
        of_some = (row for row in rows if row[:9] in SOME)
        (work / f"{year}.csv").write_text(header + "".join(of_some), encoding="utf-8")
        _called(work, "sample", "--authorities", f"{year}.csv", "--out", f"{year}", year=year)
        _called(
            work,
            "rehearse",
            *("--authorities", f"{year}/authorities.csv", "--events", f"{year}/events.jsonl"),
            *("--recipients", f"{year}/recipients.csv", "--out", "out", "--sample"),
            year=year,
        )
    return tuple(_public_year(work / "out", year) for year in (LATEST, BEFORE))


def whole_site(years: tuple[PublicYear, ...], base: str = BASE) -> Site:
    """The site of the years, with a correction and an authority whose letter follows."""
    latest, *earlier = years
    return site_of_years([_challenged(_corrected(latest)), *earlier], base)


def crowded_pages() -> Iterator[tuple[str, bytes]]:
    """The pages that list all authorities, of a year with all there were and figures that recur."""
    tallies = (
        a_tally(upheld=24, not_upheld=17, satisfactory_remedy=3, on_time=14, late=2),
        a_tally(upheld=1, not_upheld=1, on_time=1),
        a_tally(upheld=9, not_upheld=1, satisfactory_remedy=4, on_time=7, not_complied=1),
        a_tally(upheld=6, not_upheld=22, satisfactory_remedy=1, on_time=5),
        a_tally(upheld=7, not_upheld=6, late=6),
        a_tally(referred_back=3),
    )
    authorities = tuple(sample_register(LATEST).values())
    of_each = {each.code: tallies[n % len(tallies)] for n, each in enumerate(authorities)}
    year = replace(
        a_public_year(LATEST, letters=False, authorities=authorities, counts=of_each),
        is_sample=True,
    )
    site = site_of_years([year], BASE)
    making = build._Making(site)
    yield from site.assets.items()
    yield from build._others(making)
    yield from build._others_of_year(0, making)


def _called(work: Path, command: str, *arguments: str, year: ReportingYear) -> None:
    done = run(work, command, "--year", str(year), *arguments)
    assert done.returncode == 0, done.words


def _public_year(out: Path, year: ReportingYear) -> PublicYear:
    published_on = edition_for(SHIPPED_EDITIONS, year).publication_date
    return read_public_year(out / str(year), published_on, documents_of)


def _corrected(of: PublicYear) -> PublicYear:
    reissue = Reissue(
        dated=date(2022, 9, 14),
        reason="One complaint was recorded under the wrong council.",
        replaces=Revision(1),
        replaced_date=date(2022, 7, 20),
        before=a_tally(upheld=9, not_upheld=12, on_time=4),
    )
    return replace(
        of,
        authorities=tuple(
            replace(each, correction=reissue, revision=Revision(2))
            if each.authority.code == CORRECTED
            else each
            for each in of.authorities
        ),
    )


def _challenged(of: PublicYear) -> PublicYear:
    shown = tuple(each for each in of.authorities if each.authority.code != AWAITED)
    (awaited,) = (each.authority for each in of.authorities if each.authority.code == AWAITED)
    return replace(of, authorities=shown, awaited=(awaited,))
