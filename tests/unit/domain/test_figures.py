from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.figures import Comparisons, YearFigures, YearVolume, figures_of_year
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic, StatisticName, statistics_of
from annual_review.domain.tallies import Tally, TallyKey, added_up
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_register, a_tally, an_authority
from tests.strategies import tallies

ENDED_EARLIER = date(2019, 3, 31)
CHANGED = an_authority(ROCHFORD, former_codes=["E07000001", "E07000002"])
SOME_CASES = a_tally(upheld=2, not_upheld=3, satisfactory_remedy=1, on_time=4, not_complied=1)


def figures(
    *authorities: Authority | str, year: ReportingYear = YEAR, **counts: Tally
) -> YearFigures:
    """Compute the figures of a register whose tallies are given by code."""
    by_key = {TallyKey(AuthorityCode(code), YEAR): tally for code, tally in counts.items()}
    return figures_of_year(year, a_register(*authorities), by_key)


def test_an_authority_of_the_year_has_figures_though_nothing_was_decided() -> None:
    (only,) = figures("E1").authorities

    assert only.tally == Tally()
    assert only.statistics[StatisticName.UPHOLD_RATE].percentage is None


def test_an_authority_abolished_before_the_year_is_left_out_without_cases() -> None:
    assert figures(an_authority("E1", in_being_to=ENDED_EARLIER)).authorities == ()


def test_an_authority_abolished_before_the_year_has_figures_once_a_case_counts() -> None:
    gone = an_authority("E1", in_being_to=ENDED_EARLIER)

    (only,) = figures(gone, E1=a_tally(late=1)).authorities

    assert only.authority == gone


def test_an_authority_abolished_during_the_year_has_figures() -> None:
    assert len(figures(an_authority("E1", in_being_to=date(2019, 6, 30))).authorities) == 1


def test_an_authority_that_came_into_being_after_the_year_has_no_figures() -> None:
    assert figures(an_authority("E1", in_being_from=date(2020, 4, 1))).authorities == ()


def test_a_tally_of_another_year_does_not_count() -> None:
    (only,) = figures("E1", year=ReportingYear(2021), E1=SOME_CASES).authorities

    assert only.tally == Tally()


def test_a_comparison_pools_the_authorities_of_one_type_the_authority_itself_included() -> None:
    county = an_authority(COUNTY, type_=AuthorityType.COUNTY)

    by_code = figures(
        "E1",
        "E2",
        county,
        E1=a_tally(upheld=1),
        E2=a_tally(upheld=1, not_upheld=2),
        E10000012=a_tally(not_upheld=50),
    ).by_code

    for code in ("E1", "E2"):
        assert by_code[AuthorityCode(code)].comparisons.statistics.get(
            StatisticName.UPHOLD_RATE
        ) == Statistic(2, 4)
    assert by_code[COUNTY].comparisons.statistics.get(StatisticName.UPHOLD_RATE) == Statistic(0, 50)


def test_an_abolished_authority_with_cases_is_part_of_the_pool_and_compared_with_it() -> None:
    gone = an_authority("E1", in_being_to=ENDED_EARLIER)

    by_code = figures(gone, "E2", E1=a_tally(upheld=1), E2=a_tally(not_upheld=1)).by_code

    assert by_code[AuthorityCode("E1")].comparisons.statistics.get(
        StatisticName.UPHOLD_RATE
    ) == Statistic(1, 2)
    assert by_code[AuthorityCode("E2")].comparisons.statistics.get(
        StatisticName.UPHOLD_RATE
    ) == Statistic(1, 2)


def test_authorities_of_type_other_are_compared_with_nobody() -> None:
    parks = [an_authority(code, type_=AuthorityType.OTHER) for code in ("E1", "E2")]

    result = figures(*parks, E1=SOME_CASES, E2=SOME_CASES)

    assert [each.comparisons for each in result.authorities] == [Comparisons()] * 2
    assert AuthorityType.OTHER not in result.pools


def test_where_an_authority_has_no_percentage_it_has_no_comparison() -> None:
    by_code = figures("E1", "E2", E1=a_tally(not_upheld=3), E2=SOME_CASES).by_code

    beside = by_code[AuthorityCode("E1")].comparisons

    # No compliance outcome, and nothing upheld, so nothing to be remedied.
    assert beside.statistics == {StatisticName.UPHOLD_RATE: Statistic(2, 8)}


def test_nothing_upheld_is_a_percentage_of_zero_with_its_comparison() -> None:
    (only,) = figures("E1", E1=a_tally(not_upheld=3)).authorities

    assert only.statistics[StatisticName.UPHOLD_RATE].percentage == 0
    assert only.comparisons.statistics.get(StatisticName.UPHOLD_RATE) == Statistic(0, 3)


def test_a_pool_without_cases_is_no_comparison() -> None:
    result = figures("E1")

    assert result.pools[AuthorityType.DISTRICT][StatisticName.UPHOLD_RATE].percentage is None
    assert result.authorities[0].comparisons == Comparisons()


def test_the_national_figures_count_everybody_type_other_included() -> None:
    park = an_authority("E2", type_=AuthorityType.OTHER)

    result = figures("E1", park, E1=a_tally(upheld=1), E2=a_tally(upheld=2))

    assert result.national == a_tally(upheld=3)


def test_the_first_figures_of_a_year_are_revision_1_and_a_reissue_says_which_it_is() -> None:
    assert figures("E1").revision == 1
    assert figures_of_year(YEAR, a_register(), {}, Revision(2)).revision == 2


def test_the_acceptance_letter_has_one_investigation_upheld_and_one_recommendation_met() -> None:
    others = a_tally(upheld=44, not_upheld=55, satisfactory_remedy=9, on_time=98, not_complied=1)

    result = figures(
        ROCHFORD, "E07000999", E07000075=a_tally(upheld=1, on_time=1), E07000999=others
    )

    own = result.by_code[ROCHFORD]
    beside = own.comparisons
    assert own.statistics[StatisticName.UPHOLD_RATE].percentage == 100
    assert own.statistics[StatisticName.COMPLIANCE_RATE].percentage == 100
    assert own.statistics[StatisticName.SATISFACTORY_REMEDY_RATE].percentage == 0
    assert beside.statistics[StatisticName.UPHOLD_RATE].percentage == 45
    assert beside.statistics[StatisticName.COMPLIANCE_RATE].percentage == 99
    assert beside.statistics[StatisticName.SATISFACTORY_REMEDY_RATE].percentage == 20


TYPES = st.sampled_from(AuthorityType)
YEARS_OF_TYPES = st.dictionaries(
    st.sampled_from([f"E{n}" for n in range(9)]), st.tuples(TYPES, tallies()), min_size=1
)


@given(YEARS_OF_TYPES)
def test_there_is_one_comparison_for_each_type_and_it_sums_to_its_authorities(
    drawn: Mapping[str, tuple[AuthorityType, Tally]],
) -> None:
    register = Register(an_authority(code, type_=type_) for code, (type_, _) in drawn.items())
    by_key = {TallyKey(AuthorityCode(code), YEAR): tally for code, (_, tally) in drawn.items()}

    result = figures_of_year(YEAR, register, by_key)

    for each in result.authorities:
        same = [tally for type_, tally in drawn.values() if type_ is each.authority.type]
        upheld = sum(tally.upheld for tally in same)
        investigations = sum(tally.investigations for tally in same)
        compared = each.authority.type.is_compared and each.tally.investigations
        expected = Statistic(upheld, investigations) if compared else None
        assert each.comparisons.statistics.get(StatisticName.UPHOLD_RATE) == expected


@given(YEARS_OF_TYPES)
def test_the_national_tally_is_the_sum_of_all_tallies(
    drawn: Mapping[str, tuple[AuthorityType, Tally]],
) -> None:
    by_key = {TallyKey(AuthorityCode(code), YEAR): tally for code, (_, tally) in drawn.items()}

    result = figures_of_year(YEAR, a_register(*drawn), by_key)

    assert result.national.decisions == sum(tally.decisions for _, tally in drawn.values())
    assert statistics_of(result.national) == result.pools[AuthorityType.DISTRICT]


@pytest.mark.parametrize("type_", [each for each in AuthorityType if each.is_compared])
def test_every_compared_type_has_a_pool(type_: AuthorityType) -> None:
    assert type_ in figures("E1").pools


@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGED.codes)), tallies())), tallies())
def test_cases_under_several_codes_give_the_figures_that_they_give_under_one(
    split: list[tuple[AuthorityCode, Tally]], others: Tally
) -> None:
    counted: dict[TallyKey, Tally] = {TallyKey(OTHER_DISTRICT, YEAR): others}
    for code, tally in split:
        key = TallyKey(code, YEAR)
        counted[key] = counted.get(key, Tally()) + tally
    under_one = added_up(tally for _, tally in split)

    found = figures_of_year(YEAR, a_register(CHANGED, OTHER_DISTRICT), counted)

    as_one = figures_of_year(
        YEAR,
        a_register(CHANGED, OTHER_DISTRICT),
        {TallyKey(CHANGED.code, YEAR): under_one, TallyKey(OTHER_DISTRICT, YEAR): others},
    )
    assert found == as_one
    assert found.national == under_one + others
    assert found.pools == as_one.pools


def test_whose_code_has_changed_was_there_before_its_present_code() -> None:
    began = date(2020, 4, 1)

    (only,) = figures(an_authority("E2", in_being_from=began, former_codes=["E1"])).authorities

    assert only.authority.code == "E2"


@given(
    before=st.integers(1, 300),
    of_before=st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(2)]),
    more=st.integers(-1, 1),
)
def test_a_volume_is_questioned_beyond_half_and_twice_of_the_year_before(
    before: int, of_before: Fraction, more: int
) -> None:
    decisions = max(1, int(before * of_before) + more)
    is_ordinary = Fraction(1, 2) <= Fraction(decisions, before) <= 2

    assert YearVolume(decisions, before).is_questioned is not is_ordinary


@pytest.mark.parametrize(
    ("decisions", "before"), [(0, 14_000), (14_000, None), (14_000, 0), (0, None)]
)
def test_no_volume_is_questioned_beside_nothing(decisions: int, before: int | None) -> None:
    assert not YearVolume(decisions, before).is_questioned


@pytest.mark.parametrize(("before", "is_questioned"), [(0, False), (49, False), (50, True)])
def test_single_decisions_of_a_year_that_was_never_closed_are_not_that_year(
    before: int, *, is_questioned: bool
) -> None:
    assert YearVolume.after_open_year(1_000, before).is_questioned is is_questioned


@pytest.mark.parametrize(
    ("accepted", "now", "is_about"),
    [
        (YearVolume(100, 1_000), YearVolume(110, 900), True),
        (YearVolume(100, 1_000), YearVolume(111, 1_000), False),
        (YearVolume(100, 1_000), YearVolume(89, 1_000), False),
        (YearVolume(100, 1_000), YearVolume(100, 1_101), False),
        (YearVolume(3, 1), YearVolume(3, 1), True),
        (YearVolume(3, 1), YearVolume(4, 1), False),
    ],
)
def test_a_volume_is_about_another_within_a_tenth_of_either_year(
    accepted: YearVolume, now: YearVolume, *, is_about: bool
) -> None:
    assert now.is_about(accepted) is is_about
