"""An authority whose code has changed: pages under its present code, and a notice under others.

Addresses stay: what was published under a former code is found there for ever. Data files keep the
code under which a year was frozen, because a revision's files never change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from annual_review.domain.authorities import AuthorityCode
from annual_review.rendering.site import addresses
from annual_review.rendering.site.pages import Site
from annual_review.services.publication.public_year import PublicAuthority, PublicYear


def with_present_codes(site: Site) -> Site:
    """Return the site with every authority under the code that it has in the last year."""
    now = _present_codes(site.years)
    return replace(site, years=tuple(_renamed(year, now) for year in site.years)) if now else site


def former_code_pages(frozen: Site, shown: Site) -> Iterator[tuple[str, bytes]]:
    """Make the notices that stand where a former code would have a page."""
    for code, present in _present_codes(frozen.years).items():
        if not any(code in year.by_code for year in shown.years):
            yield _notice(shown, code, addresses.authority(code), addresses.authority(present))
        for was, year in zip(frozen.years, shown.years, strict=True):
            if code in was.by_code and code not in year.by_code:
                for page in (addresses.authority, addresses.sheet):
                    yield _notice(shown, code, page(code, year.year), page(present, year.year))


def _present_codes(years: Sequence[PublicYear]) -> Mapping[AuthorityCode, AuthorityCode]:
    """Return what each former code is in the latest year that knows of it."""
    found: dict[AuthorityCode, AuthorityCode] = {}
    for each in (each.authority for year in years for each in year.authorities):
        for former in each.former_codes:
            found.setdefault(former, each.code)
    return found


def _renamed(year: PublicYear, now: Mapping[AuthorityCode, AuthorityCode]) -> PublicYear:
    """Put the authorities of a year under their present codes.

    Of two that were frozen before they were known to be one, the second keeps its code.
    """
    shown: dict[AuthorityCode, PublicAuthority] = {}
    for code, each in year.by_code.items():
        present = now.get(code, code)
        is_taken = present in year.by_code or present in shown
        under = code if is_taken else present
        shown[under] = _under(under, each, now)
    return replace(year, authorities=tuple(shown[code] for code in sorted(shown)))


def _under(
    code: AuthorityCode, public: PublicAuthority, now: Mapping[AuthorityCode, AuthorityCode]
) -> PublicAuthority:
    own = public.authority
    renamed = replace(
        own,
        code=code,
        former_codes=tuple(each for each in own.codes if each != code),
        successors=tuple(now.get(each, each) for each in own.successors),
    )
    return replace(public, figures=replace(public.figures, authority=renamed))


def _notice(site: Site, code: AuthorityCode, path: str, leads_to: str) -> tuple[str, bytes]:
    return path, site.page(path, "former_code", code=code, leads_to=leads_to)
