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
    now = {code: present.code for code, present in _present(site.years).items()}
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
    for code, present in _present(frozen.years).items():
        if not any(code in _named(year) for year in shown.years):
            path, leads_to = addresses.authority(code), addresses.authority(present.code)
            yield _notice(shown, code, present, path, leads_to)
        for was, year in zip(frozen.years, shown.years, strict=True):
            if code in _named(was) and code not in _named(year):
                # Of whom figures are awaited there is no sheet.
                sheet = (addresses.sheet,) if code in was.by_code else ()
                for page in (addresses.authority, *sheet):
                    path, leads_to = page(code, year.year), page(present.code, year.year)
                    yield _notice(shown, code, present, path, leads_to)


def _present(years: Sequence[PublicYear]) -> Mapping[AuthorityCode, Authority]:
    """Return whose each former code is, as in the latest year that knows of it."""
    found: dict[AuthorityCode, Authority] = {}
    for each in (each for year in years for each in _named(year).values()):
        for former in each.former_codes:
            found.setdefault(former, each)
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


def _notice(
    site: Site, code: AuthorityCode, present: Authority, path: str, leads_to: str
) -> tuple[str, bytes]:
    return path, site.page(path, "former_code", code=code, present=present, leads_to=leads_to)
