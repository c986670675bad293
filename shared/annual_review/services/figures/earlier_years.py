"""The memory of earlier years: what stood frozen for each authority before the year in hand."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import EarlierYear
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally
from annual_review.services.documents import Documents
from annual_review.services.figures.closes import Closes
from annual_review.services.figures.frozen_authority import read_tally_record
from annual_review.services.figures.frozen_figures import EarlierYears
from annual_review.services.figures.frozen_records import FrozenRecords

YEARS_REMEMBERED: Final = 20
"""So many that years in a row are counted as they were; a letter's table shows the latest."""


def earlier_years(
    documents: Documents, closes: Closes, year: ReportingYear, register: Register
) -> EarlierYears:
    """Return what the latest revision of each earlier year holds, by authority, earliest first.

    What was frozen under former codes of an authority stands under its present one.

    Raises:
        AlteredRecordError: A record of an earlier year is not the one that was frozen.
    """
    found: defaultdict[AuthorityCode, dict[ReportingYear, Tally]] = defaultdict(dict)
    for ends in range(year.ends - YEARS_REMEMBERED, year.ends):
        earlier = ReportingYear(ends)
        if close := closes.latest(earlier):
            for each in FrozenRecords(documents, close).year()["authorities"]:
                years = found[register.present_code(AuthorityCode(each["code"]))]
                tally = read_tally_record(each["tally"])
                years[earlier] = years[earlier] + tally if earlier in years else tally
    return {
        code: tuple(EarlierYear(*each) for each in sorted(years.items()))
        for code, years in found.items()
    }
