"""An address of each kind of page of the site."""

from __future__ import annotations

from typing import Final

from tests.browser import sites

_YEAR: Final = f"/{sites.LATEST}"

KINDS: Final = {
    "home": "/",
    "map": f"{_YEAR}/map/",
    "map of another statistic": f"{_YEAR}/map/remedies/",
    "authority": f"/authorities/{sites.MANCHESTER.lower()}/",
    "authority of an earlier year": f"/{sites.BEFORE}/authorities/{sites.ESSEX.lower()}/",
    "authority with one case": f"/authorities/{sites.ROCHFORD.lower()}/",
    "authority that ended": f"/authorities/{sites.CORBY.lower()}/",
    "authority that took over": f"/authorities/{sites.NORTH.lower()}/",
    "authority whose figures were corrected": f"/authorities/{sites.CORRECTED.lower()}/",
    "authority whose letter follows": f"/authorities/{sites.AWAITED.lower()}/",
    "authority compared with no others": f"/authorities/{sites.COMBINED.lower()}/",
    "scrutiny sheet": f"{_YEAR}/authorities/{sites.MANCHESTER.lower()}/scrutiny/",
    "type": f"{_YEAR}/compare/district/",
    "side by side": f"{_YEAR}/compare/",
    "some side by side": (
        f"{_YEAR}/compare/?authorities={sites.BARNET.lower()},{sites.BARKING.lower()}"
    ),
    "national review": f"{_YEAR}/review/",
    "method": "/method/",
    "about the data": "/data/",
    "updates": "/updates/",
    "accessibility": "/accessibility/",
    "letter": f"{_YEAR}/letters/{sites.TENDRING}.html",
    "wrong address": "/nowhere/",
}
