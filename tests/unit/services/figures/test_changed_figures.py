from __future__ import annotations

from annual_review.domain.figures import figures_of_year
from annual_review.domain.tallies import MEASURES, Measure, Tally, TallyKey
from annual_review.services.figures.today.changed_figures import changed_since
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_register, a_tally

TODAY = figures_of_year(
    YEAR,
    a_register(ROCHFORD, OTHER_DISTRICT),
    {
        TallyKey(ROCHFORD, YEAR): a_tally(upheld=2, on_time=1),
        TallyKey(OTHER_DISTRICT, YEAR): a_tally(not_upheld=1),
    },
)


def test_who_has_another_tally_than_was_frozen_is_named_by_code() -> None:
    frozen = {ROCHFORD: a_tally(upheld=2, on_time=1), OTHER_DISTRICT: a_tally(upheld=1)}

    assert changed_since(frozen, TODAY) == [OTHER_DISTRICT]


def test_who_came_or_went_with_something_counted_has_changed() -> None:
    assert changed_since({ROCHFORD: a_tally(upheld=2, on_time=1)}, TODAY) == [OTHER_DISTRICT]
    frozen = {each.authority.code: each.tally for each in TODAY.authorities}
    assert changed_since({**frozen, COUNTY: a_tally(upheld=1)}, TODAY) == [COUNTY]
    assert changed_since({**frozen, COUNTY: a_tally()}, TODAY) == []


def test_a_measure_that_was_not_counted_yet_is_no_change() -> None:
    frozen = {each.authority.code: each.tally for each in TODAY.authorities}
    without = Tally({Measure("upheld"): 2}, frozenset({Measure("on_time")}) & set(MEASURES))

    assert changed_since({**frozen, ROCHFORD: without}, TODAY) == []
