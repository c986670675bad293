"""The statistics in words: every variant, singular and plural, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.figures import Comparisons
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import Tally
from annual_review.rendering.document import StatisticBlock
from annual_review.rendering.edition import CountedNoun, StatisticName, Wording
from annual_review.rendering.statistics import statistic_block
from tests.builders import YEAR, a_tally
from tests.unit.rendering.letters import DISTRICTS, facts_of

PERIOD = "for the period between 1 April 2019 to 31 March 2020"
OF_2020 = Wording(
    remedies_base=CountedNoun(one="detailed investigation", many="detailed investigations")
)
PUT_RIGHT = Wording(remedies_base=CountedNoun(one="upheld decision", many="upheld decisions"))


def block(
    name: StatisticName,
    tally: Tally,
    *,
    comparisons: Comparisons = DISTRICTS,
    type_: AuthorityType = AuthorityType.DISTRICT,
    wording: Wording = OF_2020,
) -> StatisticBlock:
    figures = facts_of(tally, comparisons=comparisons, type_=type_).figures
    return statistic_block(name, figures, YEAR, wording)


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
        comparisons=Comparisons(comparison, comparison, comparison),
        type_=AuthorityType.OTHER,
    )

    assert len(lines(statistic)) == 3
    assert "average" not in " ".join(lines(statistic))
    assert statistic.chart is not None
    assert statistic.chart.comparison is None
    assert "similar" not in statistic.chart.description


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
