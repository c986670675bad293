"""Records frozen before stay readable, whatever statistics and measures there are by now.

`tests/data/frozen_2020` holds a year as it was frozen in November 2026: two authorities, one of
them with an earlier year. Nothing renews these files.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.figures import EarlierYear, YearFigures, corrected
from annual_review.domain.reporting_year import Revision
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.statistics import StatisticPrinter
from annual_review.rendering.letter.tables import trend_of
from annual_review.services.documents import authority_figures_name
from annual_review.services.errors import MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    authority_record,
    canonical,
    read_authority_record,
)
from annual_review.services.figures.frozen_figures import figures_table
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.letters.rendering import UnprintableLetterError
from annual_review.services.review.letter_differences import differing_figures
from annual_review.services.review.review_letters import LetterToReview, review_letter
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter

KEPT = Path(__file__).parents[3] / "data" / "frozen_2020"
UPHOLD, REMEDY = StatisticName.UPHOLD_RATE, StatisticName.SATISFACTORY_REMEDY_RATE


class KeptDocuments:
    """The kept record, as the bucket would hold it."""

    def get(self, key: str) -> bytes:
        _, _, _, name = key.split("/", 3)
        path = KEPT / name
        if not path.is_file():
            raise MissingError(key)
        return path.read_bytes()

    def put(self, key: str, content: bytes, content_type: str) -> None:
        raise AssertionError(key, content, content_type)


def kept_record(code: AuthorityCode = ROCHFORD) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((KEPT / authority_figures_name(code)).read_bytes())
    return record


def kept_records() -> FrozenRecords:
    sha256 = json.loads((KEPT / "figures.json").read_bytes())["sha256"]
    return FrozenRecords(KeptDocuments(), Close(YEAR, Revision(1), sha256, NOON))


def a_record_without_remedies() -> FrozenAuthority:
    """A record as it would be if remedies were counted only since."""
    record = kept_record()
    for part in (record["statistics"], record["comparisons"]):
        del part["satisfactory_remedy_rate"]
    for tally in (record["tally"], record["earlier"][0]["tally"]):
        del tally["satisfactory_remedy"]
    return read_authority_record(canonical(record))


class TestTheRecordThatWasKept:
    @pytest.mark.parametrize("code", [ROCHFORD, OTHER_DISTRICT])
    def test_it_is_the_one_that_its_year_names_by_hash(self, code: AuthorityCode) -> None:
        found = kept_records().authority(code)

        assert found is not None
        assert found.figures.authority.code == code

    def test_it_holds_what_was_frozen(self) -> None:
        found = read_authority_record(canonical(kept_record()))

        assert found.figures.statistics[UPHOLD] == Statistic(2, 3)
        assert found.figures.statistics[REMEDY] == Statistic(1, 2)
        assert found.figures.comparisons.statistics[UPHOLD] == Statistic(3, 4)
        assert found.earlier[0].statistics[REMEDY] == Statistic(1, 2)
        assert [case.reference for case in found.cases] == ["1", "1", "2", "3"]

    def test_its_pools_are_read(self) -> None:
        pool = kept_records().pools()[AuthorityType.DISTRICT]

        assert pool[StatisticName.COMPLIANCE_RATE] == Statistic(2, 2)


class TestARecordWithoutAStatisticOfToday:
    def test_the_statistic_is_missing_and_not_zero(self) -> None:
        found = a_record_without_remedies()

        for statistics in (
            found.figures.statistics,
            found.figures.comparisons.statistics,
            found.earlier[0].statistics,
        ):
            assert statistics[UPHOLD].denominator
            assert REMEDY not in statistics

    def test_what_is_written_from_it_does_not_claim_to_know(self) -> None:
        record = authority_record(a_record_without_remedies())

        assert "satisfactory_remedy" not in record["tally"]
        assert "satisfactory_remedy_rate" not in record["statistics"]
        assert record["comparisons"]["satisfactory_remedy_rate"] is None

    def test_the_sum_of_all_authorities_does_not_know_it_either(self) -> None:
        old, new = a_record_without_remedies(), read_authority_record(canonical(kept_record()))
        year = YearFigures(YEAR, Revision(2), (old.figures, new.figures), {})

        assert REMEDY not in EarlierYear(YEAR, year.national).statistics
        row = next(csv.DictReader(figures_table(year).decode().splitlines()))
        assert (row["upheld"], row["remedies"], row["remedy_percent"]) == ("2", "", "")

    def test_a_letter_of_an_edition_that_prints_it_says_what_is_wrong(self) -> None:
        edition = load_edition(SHIPPED_EDITIONS, YEAR)
        figures = a_record_without_remedies().figures
        printer = StatisticPrinter(edition, figures)

        assert printer.block(UPHOLD).chart
        with pytest.raises(UnprintableLetterError, match="without the satisfactory remedy rate"):
            printer.block(REMEDY)

    def test_a_later_letter_says_that_it_was_not_counted(self) -> None:
        edition = load_edition(SHIPPED_EDITIONS, YEAR)
        now = read_authority_record(canonical(kept_record())).figures

        trend = trend_of(edition, REMEDY, now, a_record_without_remedies().earlier)

        assert [row.cells[-1].figure for row in trend.table.rows] == ["not counted", "50%"]
        assert trend.points[0] is None

    def test_the_review_and_a_reissue_read_it(self) -> None:
        old, new = a_record_without_remedies(), read_authority_record(canonical(kept_record()))
        pool = kept_records().pools()[AuthorityType.DISTRICT]

        assert review_letter(LetterToReview(a_letter(), old)).figures == old.figures
        changes = {each.name: each.before for each in differing_figures(old.figures, new.figures)}
        assert changes["satisfactory remedy rate"] == "none"
        again = corrected(old.figures, "Rochford", new.figures.tally, pool)
        assert again.comparisons.statistics[REMEDY] == pool[REMEDY]


def test_a_statistic_that_is_not_known_any_more_is_passed_over() -> None:
    record = kept_record()
    record["comparisons"]["gone_rate"] = {"numerator": 1, "denominator": 2, "percentage": 50}

    found = read_authority_record(canonical(record))

    assert set(found.figures.comparisons.statistics) <= set(StatisticName)
