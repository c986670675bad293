"""What every page shares: templates, assets named by their content, and relative links."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import StatisticName
from annual_review.rendering.national_review.review_text import ReviewText
from annual_review.rendering.page_templates import palette, templates_in
from annual_review.rendering.site import addresses, charts
from annual_review.rendering.site.statistic_words import TYPES, WORDS, not_final
from annual_review.services.publication.peer_groups import Peers
from annual_review.services.publication.public_year import PublicYear

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent
_FONTS: Final = ("source-sans-3-regular.woff2", "source-sans-3-semibold.woff2")


@dataclass(frozen=True, slots=True)
class Update:
    """Something that was published or, where it names an authority, corrected."""

    on: date
    year: ReportingYear
    revision: Revision
    what: str
    why: str
    code: AuthorityCode | None = None

    @property
    def id(self) -> str:
        """What it is called in addresses."""
        return f"{self.year}-r{self.revision}" + (f"-{self.code.lower()}" if self.code else "")


@dataclass(frozen=True)
class Site:
    """The years of a site, latest first, and what all of its pages need.

    `reviews` are the texts of national reviews; a year without one has no review. `base` is where
    the site will stand, without a slash at the end; empty where that is not known.
    `next_on` is the day on which the next year is to be published. `peers` are further authorities
    to compare with, nearest first.
    """

    years: tuple[PublicYear, ...]
    base: str = ""
    next_on: date | None = None
    peers: Peers = field(default_factory=dict)
    reviews: Mapping[ReportingYear, ReviewText] = field(default_factory=dict)

    @property
    def latest(self) -> PublicYear:
        """The last year."""
        return self.years[0]

    @property
    def counted_at(self) -> datetime | None:
        """When its figures were counted, if they are not final: every page says so then."""
        return self.latest.counted_at

    @cached_property
    def updates(self) -> Sequence[Update]:
        """What was published and corrected, latest first."""
        made = [update for year in self.years for update in _updates(year)]
        return sorted(made, key=lambda each: (each.on, each.year.ends, each.id), reverse=True)

    @cached_property
    def predecessors(self) -> Mapping[AuthorityCode, Sequence[Authority]]:
        """Whom each successor took over from, by code."""
        found: dict[AuthorityCode, dict[AuthorityCode, Authority]] = {}
        for year in self.years:
            for each in (public.authority for public in year.authorities):
                for successor in each.successors:
                    found.setdefault(successor, {})[each.code] = each
        return {
            successor: [before[code] for code in sorted(before)]
            for successor, before in found.items()
        }

    @cached_property
    def assets(self) -> Mapping[str, bytes]:
        """Styles, script, icon and fonts, each under a name that changes with its content."""
        return {self.asset_paths[name]: content for name, content in self._contents.items()}

    @cached_property
    def asset_paths(self) -> Mapping[str, str]:
        """Where each asset lies."""
        return {name: _hashed(name, content) for name, content in self._contents.items()}

    @cached_property
    def _contents(self) -> Mapping[str, bytes]:
        static = _HERE / "static"
        fonts = {name: (static / name).read_bytes() for name in _FONTS}
        style = palette() + (static / "site.css").read_text(encoding="utf-8")
        for name, content in fonts.items():
            style = style.replace(name, _hashed(name, content).removeprefix("assets/"))
        as_they_are = {name: (static / name).read_bytes() for name in ("site.js", "icon.svg")}
        return {**fonts, "site.css": style.encode(), **as_they_are}

    @cached_property
    def _templates(self) -> Environment:
        made = templates_in(_HERE / "templates")
        made.filters.update(
            day=day, not_final=not_final, place=charts.place, height=charts.height, span=charts.span
        )
        made.globals.update(
            at=addresses,
            site=self,
            TYPES=TYPES,
            WORDS=WORDS,
            UPHOLD_RATE=StatisticName.UPHOLD_RATE,
        )
        return made

    def page(self, path: str, template: str, **values: object) -> bytes:
        """Fill a template for the page at a path."""

        def link(target: str) -> str:
            if path == addresses.NOT_FOUND:
                # It is sent for any address, from which no relative link would lead anywhere.
                return f"{urlsplit(self.base).path}/{target}"
            return addresses.link(target, path)

        filled = self._templates.get_template(f"{template}.html.j2").render(
            path=path,
            link=link,
            asset=lambda name: link(self.asset_paths[name]),
            address=f"{self.base}{addresses.public(path)}",
            **values,
        )
        return filled.encode()


def _updates(year: PublicYear) -> Iterator[Update]:
    if year.counted_at:
        what = f"Figures of the year to 31 March {year.year} as they stood, not final"
        yield Update(year.published_on, year.year, year.revision, what, "")
        return
    yield Update(
        year.published_on,
        year.year,
        year.revision,
        f"Figures and letters of the year to 31 March {year.year}, revision {year.revision}, for"
        f" {len(year.authorities)} authorities",
        "",
    )
    for each in year.authorities:
        if each.correction:
            yield Update(
                each.correction.dated,
                year.year,
                each.revision,
                f"{each.authority.name}, year to 31 March {year.year}, revision {each.revision}",
                each.correction.reason,
                each.authority.code,
            )


@cache
def day(value: date) -> str:
    """Write a day as people do: 5 April 2020."""
    return f"{value.day} {value:%B %Y}"


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
