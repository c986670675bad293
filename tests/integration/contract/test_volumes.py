from __future__ import annotations

from datetime import timedelta

from annual_review.domain.figures import YearVolume
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.year_end.closing.year_volume import VolumeAcceptance, VolumeRecord
from tests.builders import NOON, YEAR
from tests.integration.contract.stores import Stores

FIRST = VolumeAcceptance(YearVolume(5, 11), NOON, "A. Person", "a new scheme")
SECOND = VolumeAcceptance(YearVolume(4, 11), NOON + timedelta(days=1), "Another", "so it is")
NOTHING = VolumeRecord(YEAR)


def test_a_year_of_which_nothing_was_accepted_has_an_empty_record(stores: Stores) -> None:
    assert stores.volumes.get(YEAR) == NOTHING


def test_acceptances_are_kept_in_their_order_for_each_year(stores: Stores) -> None:
    assert stores.volumes.add(NOTHING, FIRST)
    assert stores.volumes.add(stores.volumes.get(YEAR), SECOND)

    assert stores.volumes.get(YEAR) == VolumeRecord(YEAR, (FIRST, SECOND))
    assert stores.volumes.get(ReportingYear(2021)).history == ()


def test_an_acceptance_beside_one_that_was_kept_since_is_not_kept(stores: Stores) -> None:
    stores.volumes.add(NOTHING, FIRST)

    assert not stores.volumes.add(NOTHING, SECOND)
    assert stores.volumes.get(YEAR).history == (FIRST,)
