"""An authority whose code has changed: pages under its present code, and a notice under others.

Addresses stay: what was published under a former code is found there for ever. Data files keep the
code under which a year was frozen, because a revision's files never change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from annual_review.domain.authorities import Authority, AuthorityCode
from annual_review.rendering.site import addresses
from annual_review.rendering.site.pages import Site
from annual_review.services.publication.public_year import PublicYear


def with_present_codes(site: Site) -> Site:
    """Return the site with every authority under the code that it has in the last year."""
    now = _present_codes(site.years)
    if not now:
        return site
    return replace(
        site,
        years=tuple(_renamed(year, now) for year in site.years),
        peers={
            now.get(code, code): [now.get(peer, peer) for peer in peers]
            for code, peers in site.peers.items()
        },
    )


def former_code_pages(frozen: Site, shown: Site) -> Iterator[tuple[str, bytes]]:
    """Make the notices that stand where a former code would have a page."""
    for code, present in _present_codes(frozen.years).items():
        if not any(code in _named(year) for year in shown.years):
            yield _notice(shown, code, addresses.authority(code), addresses.authority(present))
        for was, year in zip(frozen.years, shown.years, strict=True):
            if code in _named(was) and code not in _named(year):
                # Of whom figures are awaited there is no sheet.
                sheet = (addresses.sheet,) if code in was.by_code else ()
                for page in (addresses.authority, *sheet):
                    yield _notice(shown, code, page(code, year.year), page(present, year.year))


def _present_codes(years: Sequence[PublicYear]) -> Mapping[AuthorityCode, AuthorityCode]:
    """Return what each former code is in the latest year that knows of it."""
    found: dict[AuthorityCode, AuthorityCode] = {}
    for each in (each for year in years for each in _named(year).values()):
        for former in each.former_codes:
            found.setdefault(former, each.code)
    return found


def _named(year: PublicYear) -> Mapping[AuthorityCode, Authority]:
    """Return all that a year has a page of, those awaited among them."""
    return {each.code: each for each in (*(of.authority for of in year.authorities), *year.awaited)}


def _renamed(year: PublicYear, now: Mapping[AuthorityCode, AuthorityCode]) -> PublicYear:
    """Put the authorities of a year under their present codes.

    Of two that were frozen before they were known to be one, the second keeps its code.
    """
    taken = set(_named(year))
    present = {}
    for code in sorted(taken):
        new = now.get(code, code)
        present[code] = code if new in taken else new
        taken.add(present[code])
    authorities = (
        replace(each, figures=replace(each.figures, authority=_under(each.authority, present, now)))
        for each in year.authorities
    )
    return replace(
        year,
        authorities=tuple(sorted(authorities, key=lambda each: each.authority.code)),
        awaited=tuple(_under(each, present, now) for each in year.awaited),
    )


def _under(
    own: Authority,
    present: Mapping[AuthorityCode, AuthorityCode],
    now: Mapping[AuthorityCode, AuthorityCode],
) -> Authority:
    code = present[own.code]
    return replace(
        own,
        code=code,
        former_codes=tuple(each for each in own.codes if each != code),
        successors=tuple(now.get(each, each) for each in own.successors),
    )


def _notice(site: Site, code: AuthorityCode, path: str, leads_to: str) -> tuple[str, bytes]:
    return path, site.page(path, "former_code", code=code, leads_to=leads_to)
