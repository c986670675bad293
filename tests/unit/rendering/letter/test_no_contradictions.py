"""No sentence of a letter of 2026 says what another, read beside it, shows to be wrong."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.figures import Comparisons, EarlierYear
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import PopulationRate, Statistic, StatisticName
from annual_review.domain.tallies import Tally
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import LetterDocument, LineKind, StatisticBlock
from annual_review.rendering.letter.statistics import StatisticPrinter
from tests.builders import a_tally
from tests.unit.rendering.letters import facts_of

EDITION = load_edition(SHIPPED_EDITIONS, ReportingYear(2026))
MOST = 300
COUNTS = st.integers(0, MOST)
SHARE = re.compile(r"(?:more than |less than )?\d+%", re.IGNORECASE)


def test_every_share_of_up_to_300_cases_is_true() -> None:
    for cases in range(1, MOST + 1):
        for of_them in range(cases + 1):
            share = str(Statistic(of_them, cases).printed()).lower()
            assert is_true(share, of_them, cases), f"{share} of {of_them} of {cases}"


@pytest.mark.parametrize("cases", range(1, MOST + 1))
def test_a_share_is_printed_beside_its_counts(cases: int) -> None:
    # What is printed depends on the counts by being none, one, all or some, and on the share.
    for of_them in {0, 1, cases // 2, cases - 1, cases}:
        tally = a_tally(upheld=cases, satisfactory_remedy=of_them)
        figures = facts_of(tally, year=EDITION.reporting_year).figures
        block = StatisticPrinter(EDITION, figures).block(StatisticName.SATISFACTORY_REMEDY_RATE)

        assert_true(block, of_them, cases)
        assert number_in(block, LineKind.COUNT) == of_them
        assert number_in(block, LineKind.BASE) == cases


@given(
    upheld=COUNTS,
    not_upheld=COUNTS,
    remedied=COUNTS,
    complied=COUNTS,
    not_complied=COUNTS,
    rest=st.integers(0, 300_000),
    population=st.integers(1, 9_000_000),
)
def test_no_sentence_of_a_letter_contradicts_another(
    *,
    upheld: int,
    not_upheld: int,
    remedied: int,
    complied: int,
    not_complied: int,
    rest: int,
    population: int,
) -> None:
    tally = a_tally(
        upheld=upheld,
        not_upheld=not_upheld,
        satisfactory_remedy=min(remedied, upheld),
        on_time=complied,
        not_complied=not_complied,
    )
    document = letter(tally, rest, population)

    for name, block in zip(StatisticName, document.statistics, strict=True):
        own = name.of(tally)
        if own.denominator:
            assert_true(block, own.numerator, own.denominator)
            pool = Statistic(own.numerator + rest, own.denominator + rest)
            assert is_true(share_in(block, LineKind.COMPARISON), pool.numerator, pool.denominator)
            assert block.trend is not None
            assert block.trend.table.rows[-1].cells[0].figure == str(own.printed())
        advised = any(line.kind is LineKind.ADVICE for line in block.lines)
        is_below = own.numerator < own.denominator
        assert advised == (name is StatisticName.COMPLIANCE_RATE and is_below)
    for line in document.statistics[0].lines:
        if line.kind is LineKind.RATE:
            assert line.text.startswith(("0 ", "0.0 ")) == (upheld == 0)


def letter(tally: Tally, rest: int, population: int) -> LetterDocument:
    """Compose a letter beside a group in which `rest` cases more went as they should, or not."""
    own = {name: name.of(tally) for name in StatisticName}
    pooled = {
        name: Statistic(each.numerator + rest, each.denominator + rest)
        for name, each in own.items()
        if each.denominator
    }
    similar = Comparisons(pooled, PopulationRate(tally.upheld + rest, population * 2))
    year = EDITION.reporting_year
    facts = facts_of(tally, comparisons=similar, year=year, population=population)
    earlier = (EarlierYear(ReportingYear(year.ends - 1), a_tally(upheld=1)),)
    return compose(EDITION, replace(facts, earlier=earlier))


def assert_true(block: StatisticBlock, count: int, base: int) -> None:
    share = share_in(block, LineKind.STATEMENT)
    assert is_true(share, count, base), f"{share} of {count} of {base}"
    assert block.chart is not None
    assert str(block.chart.percentage) == share
    # A ring is full or empty where it is true alone.
    assert (block.chart.percentage.whole == 100) == (count == base)
    assert (block.chart.percentage.whole == 0) == (count == 0)


def share_in(block: StatisticBlock, kind: LineKind) -> str:
    text = next(line.text for line in block.lines if line.kind is kind)
    found = SHARE.search(text)
    assert found is not None
    return found.group().lower()


def number_in(block: StatisticBlock, kind: LineKind) -> int:
    text = next(line.text for line in block.lines if line.kind is kind)
    return int(re.sub(r"\D", "", text))


def is_true(share: str, count: int, base: int) -> bool:
    """Whether a reader who has the counts finds the share true."""
    match share:
        case "0%":
            return count == 0
        case "100%":
            return count == base
        case "more than 99%":
            return 99 * base < 100 * count < 100 * base
        case "less than 1%":
            return 0 < 100 * count < base
        case _:
            return abs(100 * count - int(share.removesuffix("%")) * base) * 2 <= base
