"""Where everything of the site lies: addresses that stay, and relative links between them."""

from __future__ import annotations

from typing import Final

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.reporting_year import NOT_FROZEN, ReportingYear, Revision
from annual_review.domain.statistics import StatisticName
from annual_review.services.publication.peer_groups import PEERS_FILE

HOME: Final = "index.html"
METHOD: Final = "method/index.html"
DATA: Final = "data/index.html"
DATA_OF_ALL_YEARS: Final = "data/all"
UPDATES: Final = "updates/index.html"
ACCESSIBILITY: Final = "accessibility/index.html"
PEERS: Final = PEERS_FILE
NOT_FOUND: Final = "404.html"

SLUGS: Final = {
    StatisticName.UPHOLD_RATE: "upheld",
    StatisticName.COMPLIANCE_RATE: "compliance",
    StatisticName.SATISFACTORY_REMEDY_RATE: "remedies",
}
"""What each statistic is called in an address."""


def authority(code: AuthorityCode, year: ReportingYear | None = None) -> str:
    """The page of an authority: of one year, or of the last one."""
    of_year = "" if year is None else f"{year}/"
    return f"{of_year}authorities/{code.lower()}/index.html"


def figures_of(code: AuthorityCode) -> str:
    """The figures of one authority in all years, as data."""
    return f"authorities/{code.lower()}/figures.csv"


def sheet(code: AuthorityCode, year: ReportingYear) -> str:
    """The scrutiny sheet of an authority."""
    return f"{year}/authorities/{code.lower()}/scrutiny/index.html"


def comparison(year: ReportingYear, type_: AuthorityType, name: StatisticName) -> str:
    """The page on which similar authorities stand side by side."""
    return f"{year}/compare/{type_.value}/{_within(name)}index.html"


def side_by_side(year: ReportingYear) -> str:
    """The page on which up to five authorities are chosen."""
    return f"{year}/compare/index.html"


def map_of(year: ReportingYear, name: StatisticName) -> str:
    """The map of one statistic."""
    return f"{year}/map/{_within(name)}index.html"


def national_review(year: ReportingYear) -> str:
    """The national review of a year."""
    return f"{year}/review/index.html"


def national_review_pdf(year: ReportingYear) -> str:
    """The national review of a year, to print."""
    return f"{year}/review/review-{year}.pdf"


def letter(year: ReportingYear, code: AuthorityCode, kind: str) -> str:
    """A letter as `pdf` or `html`."""
    return f"{year}/letters/{code}.{kind}"


def data_folder(year: ReportingYear, revision: Revision) -> str:
    """The data files of one revision, which never change; or those of today, which do."""
    return f"data/{year}/{'live' if revision == NOT_FROZEN else f'r{revision}'}"


def data(year: ReportingYear, revision: Revision, name: str) -> str:
    """A data file of one revision."""
    return f"{data_folder(year, revision)}/{name}"


def workbook(of: str) -> str:
    """The name of the spreadsheet of a year, or of all years."""
    return f"annual-reviews-{of}.xlsx"


def database(of: str) -> str:
    """The name of the SQLite database of a year, or of all years."""
    return f"annual-reviews-{of}.sqlite"


def link(target: str, source: str) -> str:
    """Return the way from one file to another, as it works on a server and from disk."""
    return "../" * source.count("/") + target


def public(path: str) -> str:
    """Return a file's address as people read it: a folder, without the name of its page."""
    return f"/{path.removesuffix('index.html')}"


def _within(name: StatisticName) -> str:
    # The first statistic has the plain address.
    return "" if name is StatisticName.UPHOLD_RATE else f"{SLUGS[name]}/"
