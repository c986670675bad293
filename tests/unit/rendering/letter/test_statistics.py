"""The statistics in words: every variant, singular and plural, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.figures import Comparisons
from annual_review.domain.statistics import PopulationRate, Rounding, Statistic, StatisticName
from annual_review.domain.tallies import Tally
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.edition_schema import (
    CountedNoun,
    Layout,
    Printed,
    Wording,
)
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.document import LineKind, StatisticBlock
from annual_review.rendering.letter.statistics import StatisticPrinter
from tests.builders import YEAR, a_tally, compared_with
from tests.unit.rendering.letters import DISTRICTS, facts_of

EDITION = load_edition(SHIPPED_EDITIONS, YEAR)
PERIOD = "for the period between 1 April 2019 to 31 March 2020"
OF_2020 = Wording(
    remedies_base=CountedNoun(one="detailed investigation", many="detailed investigations")
)
NOTHING_ELSE = Printed(volumes=False, upheld_per_100_000=False, small_numbers=False, trend=False)
ALL_ELSE = Printed(volumes=True, upheld_per_100_000=True, small_numbers=True, trend=True)
PUT_RIGHT = Wording(remedies_base=CountedNoun(one="upheld decision", many="upheld decisions"))


def block(
    name: StatisticName,
    tally: Tally,
    *,
    comparisons: Comparisons = DISTRICTS,
    type_: AuthorityType = AuthorityType.DISTRICT,
    wording: Wording = OF_2020,
    printed: Printed = NOTHING_ELSE,
    population: int | None = None,
    layout: Layout = Layout.OF_2020,
    rounding: Rounding = Rounding.HALF_UP,
) -> StatisticBlock:
    figures = facts_of(tally, comparisons=comparisons, type_=type_, population=population).figures
    changed = {"wording": wording, "printed": printed, "layout": layout, "rounding": rounding}
    return StatisticPrinter(EDITION.model_copy(update=changed), figures).block(name)


def lines(statistic: StatisticBlock) -> list[str]:
    return [line.text for line in statistic.lines]


def test_the_uphold_rate_is_put_into_words() -> None:
    statistic = block(StatisticName.UPHOLD_RATE, a_tally(upheld=33, not_upheld=7))

    assert statistic.title == "Complaints upheld"
    assert lines(statistic) == [
        "83% of complaints we investigated were upheld.",
        "This compares to an average of 45% in similar authorities.",
        "33 upheld decisions",
        f"Statistics are based on a total of 40 detailed investigations {PERIOD}",
    ]


def test_the_compliance_rate_counts_late_as_complied_and_always_names_failure() -> None:
    statistic = block(StatisticName.COMPLIANCE_RATE, a_tally(on_time=5, late=2, not_complied=1))

    assert statistic.title == "Compliance with Ombudsman recommendations"
    assert lines(statistic) == [
        (
            "In 88% of cases we were satisfied the authority had successfully implemented our "
            "recommendations."
        ),
        "This compares to an average of 99% in similar authorities.",
        f"Statistics are based on a total of 8 compliance outcomes {PERIOD}",
        (
            "Failure to comply with our recommendations is rare. An authority with a compliance "
            "rate below 100% should scrutinise those complaints where it failed to comply and "
            "identify any learning."
        ),
    ]


def test_the_remedy_rate_is_put_into_words() -> None:
    tally = a_tally(upheld=16, satisfactory_remedy=2)
    statistic = block(StatisticName.SATISFACTORY_REMEDY_RATE, tally)

    assert statistic.title == "Satisfactory remedies provided by the authority"
    assert lines(statistic) == [
        (
            "In 13% of upheld cases we found the authority had provided a satisfactory remedy "
            "before the complaint reached the Ombudsman."
        ),
        "This compares to an average of 20% in similar authorities.",
        "2 satisfactory remedy decisions",
        f"Statistics are based on a total of 16 detailed investigations {PERIOD}",
    ]


def test_a_new_edition_calls_the_base_of_the_remedy_rate_what_it_is() -> None:
    one = a_tally(upheld=1, satisfactory_remedy=1)
    statistic = block(StatisticName.SATISFACTORY_REMEDY_RATE, one, wording=PUT_RIGHT)

    assert "1 satisfactory remedy decision" in lines(statistic)
    assert f"Statistics are based on a total of 1 upheld decision {PERIOD}" in lines(statistic)


def of_kind(kind: LineKind, statistic: StatisticBlock) -> list[str]:
    return [line.text for line in statistic.lines if line.kind is kind]


def rate(tally: Tally, population: int | None, similar: PopulationRate | None) -> list[str]:
    statistic = block(
        StatisticName.UPHOLD_RATE,
        tally,
        comparisons=Comparisons(upheld_per_100_000=similar),
        printed=ALL_ELSE,
        population=population,
    )
    return of_kind(LineKind.RATE, statistic)


@pytest.mark.parametrize(
    ("upheld", "population", "printed"),
    [
        (39, 1_000_000, "3.9 upheld decisions per 100,000 residents"),
        (5, 100_000, "5 upheld decisions per 100,000 residents"),
        (1, 100_000, "1 upheld decision per 100,000 residents"),
        (1, 95_300, "1 upheld decision per 100,000 residents"),
        (11, 1_000_000, "1.1 upheld decisions per 100,000 residents"),
        (0, 87_000, "0 upheld decisions per 100,000 residents"),
        (1, 8_000_000, "Fewer than 0.1 upheld decisions per 100,000 residents"),
    ],
)
def test_a_rate_by_population_has_one_decimal_and_no_trailing_zero(
    upheld: int, population: int, printed: str
) -> None:
    assert rate(a_tally(upheld=upheld, not_upheld=9), population, None) == [printed]


def test_the_rate_of_similar_authorities_stands_beside_it() -> None:
    similar = PopulationRate(50, 1_000_000)

    assert rate(a_tally(upheld=3), 87_000, similar) == [
        "3.4 upheld decisions per 100,000 residents (similar authorities: 5.0)"
    ]


def test_two_whole_rates_have_no_decimal_and_large_ones_their_thousands_separated() -> None:
    similar = PopulationRate(30, 1_000_000)

    assert rate(a_tally(upheld=1040), 100_000, similar) == [
        "1,040 upheld decisions per 100,000 residents (similar authorities: 3)"
    ]


def test_no_rate_is_printed_without_residents_or_without_an_investigation() -> None:
    assert rate(a_tally(upheld=3), None, None) == []
    assert rate(a_tally(advice_given=3), 87_000, None) == []
    quiet = block(StatisticName.UPHOLD_RATE, a_tally(upheld=3), population=87_000)
    assert of_kind(LineKind.RATE, quiet) == []


@pytest.mark.parametrize("name", list(StatisticName))
@pytest.mark.parametrize(
    ("cases", "caution"),
    [
        (1, ["With 1 case, one more could change this percentage greatly."]),
        (2, ["With 2 cases, one more or less could change this percentage greatly."]),
        (4, ["With 4 cases, one more or less could change this percentage greatly."]),
        (5, []),
    ],
)
def test_a_percentage_on_fewer_than_five_cases_is_printed_with_a_caution(
    name: StatisticName, cases: int, caution: list[str]
) -> None:
    tally = a_tally(upheld=cases, on_time=cases)

    assert of_kind(LineKind.CAUTION, block(name, tally, printed=ALL_ELSE)) == caution
    assert of_kind(LineKind.CAUTION, block(name, tally)) == []


def test_where_there_is_no_percentage_there_is_no_caution() -> None:
    for name in StatisticName:
        assert of_kind(LineKind.CAUTION, block(name, a_tally(), printed=ALL_ELSE)) == []


@dataclass(frozen=True)
class Nothing:
    name: StatisticName
    tally: Tally
    sentence: str


@pytest.mark.parametrize(
    "nothing",
    [
        Nothing(
            StatisticName.UPHOLD_RATE,
            a_tally(advice_given=3),
            "No detailed investigation was completed in this period",
        ),
        Nothing(
            StatisticName.COMPLIANCE_RATE,
            a_tally(upheld=2),
            "No recommendations were due for compliance in this period",
        ),
        Nothing(
            StatisticName.SATISFACTORY_REMEDY_RATE,
            a_tally(not_upheld=2),
            "No complaint was upheld in this period",
        ),
    ],
    ids=lambda nothing: nothing.name,
)
def test_without_any_case_one_sentence_says_so_and_nothing_else(nothing: Nothing) -> None:
    statistic = block(nothing.name, nothing.tally)

    assert lines(statistic) == [nothing.sentence]
    assert statistic.chart is None


def test_nothing_upheld_of_some_investigated_is_0_percent_with_its_average() -> None:
    statistic = block(StatisticName.UPHOLD_RATE, a_tally(not_upheld=2))

    assert lines(statistic) == [
        "0% of complaints we investigated were upheld.",
        "This compares to an average of 45% in similar authorities.",
        "0 upheld decisions",
        f"Statistics are based on a total of 2 detailed investigations {PERIOD}",
    ]


@pytest.mark.parametrize("comparison", [None, Statistic(0, 0)], ids=["no pool", "empty pool"])
@pytest.mark.parametrize("name", list(StatisticName))
def test_without_a_comparison_the_line_is_left_out(
    name: StatisticName, comparison: Statistic | None
) -> None:
    statistic = block(
        name,
        a_tally(upheld=2, on_time=1),
        comparisons=compared_with(**{each.value: comparison for each in StatisticName}),
        type_=AuthorityType.OTHER,
    )

    assert len(lines(statistic)) == 3
    assert "average" not in " ".join(lines(statistic))
    assert statistic.chart is not None
    assert statistic.chart.comparison is None
    assert "similar" not in statistic.chart.description


def new_block(name: StatisticName, tally: Tally) -> StatisticBlock:
    return block(name, tally, printed=ALL_ELSE, layout=Layout.OF_2026, rounding=Rounding.TRUE_ENDS)


def test_from_2026_the_group_is_named_and_the_period_is_not_repeated() -> None:
    assert lines(new_block(StatisticName.UPHOLD_RATE, a_tally(upheld=33, not_upheld=7))) == [
        "83% of complaints we investigated were upheld.",
        "All district councils together: 45%",
        "33 upheld decisions",
        "Based on a total of 40 detailed investigations",
    ]
    nothing = new_block(StatisticName.UPHOLD_RATE, a_tally())
    assert lines(nothing) == ["No detailed investigation was completed in this period."]


def test_from_2026_the_advice_on_compliance_stands_where_it_applies_and_is_no_bullet() -> None:
    below = new_block(StatisticName.COMPLIANCE_RATE, a_tally(on_time=399, not_complied=1))
    full = new_block(StatisticName.COMPLIANCE_RATE, a_tally(on_time=400))

    assert lines(below)[0].startswith("In more than 99% of cases we were satisfied")
    assert len(of_kind(LineKind.ADVICE, below)) == 1
    assert not of_kind(LineKind.ADVICE, full) + of_kind(LineKind.NOTE, full)


def test_the_letters_of_2020_round_as_their_time_did() -> None:
    tally = a_tally(upheld=249, not_upheld=1, satisfactory_remedy=1)

    assert lines(block(StatisticName.UPHOLD_RATE, tally))[0].startswith("100% of complaints")
    assert lines(new_block(StatisticName.UPHOLD_RATE, tally))[0].startswith("More than 99% of com")


def test_a_chart_says_in_words_what_it_shows() -> None:
    tally = a_tally(upheld=1, on_time=1)
    charts = [block(name, tally).chart for name in StatisticName]

    assert [chart.description for chart in charts if chart] == [
        "100% of complaints we investigated were upheld; similar authorities: 45%.",
        "in 100% of cases the authority implemented our recommendations; similar authorities: 99%.",
        (
            "in 0% of upheld cases the authority had provided a satisfactory remedy; similar "
            "authorities: 20%."
        ),
    ]
