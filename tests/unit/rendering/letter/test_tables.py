"""Beside the statistics: volumes that add up, earlier years, and what a re-issue says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.figures import EarlierYear
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import Measure, Tally
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import FigureCell, LetterDocument, Table, Trend
from annual_review.rendering.letter.tables import volumes_of
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError
from tests.builders import a_tally
from tests.unit.rendering.letters import facts_of

OLD, NEW = (load_edition(SHIPPED_EDITIONS, ReportingYear(year)) for year in (2020, 2026))
NOW = ReportingYear(NEW.year)
CHANGED_ON = date(2026, 8, 12)


def composed(facts: LetterFacts) -> LetterDocument:
    return compose(NEW, facts)


def facts(tally: Tally, *, population: int | None = None) -> LetterFacts:
    return facts_of(tally, year=NOW, population=population)


def trends(document: LetterDocument) -> list[Trend]:
    return [block.trend for block in document.statistics if block.trend]


def cells(table: Table) -> dict[str, list[str]]:
    return {
        row.head: [f"{cell.figure} {cell.base}".strip() for cell in row.cells] for row in table.rows
    }


@given(st.fixed_dictionaries({outcome: st.integers(0, 9000) for outcome in DecisionOutcome}))
def test_every_decision_is_in_one_of_the_volumes(counts: dict[DecisionOutcome, int]) -> None:
    tally = Tally({Measure(outcome.value): count for outcome, count in counts.items()})
    total, *parts = volumes_of(tally).volumes

    assert total.number == sum(part.number for part in parts) == sum(counts.values())
    assert parts[-1].number == tally.investigations


def test_the_volumes_say_what_became_of_complaints() -> None:
    tally = a_tally(
        invalid_or_incomplete=1,
        advice_given=2,
        referred_back=4,
        closed_after_initial_enquiries=8,
        not_upheld=16,
        upheld=32,
    )

    assert [(each.number, each.what) for each in volumes_of(tally).volumes] == [
        (63, "dealt with"),
        (7, "not for us, or not ready for us"),
        (8, "assessed and closed"),
        (48, "investigated in detail"),
    ]


def test_an_edition_prints_what_it_switches_on() -> None:
    earlier = (EarlierYear(ReportingYear(2019), a_tally(upheld=1)),)
    old = compose(OLD, replace(facts_of(), earlier=earlier))
    assert (old.volumes, trends(old)) == (None, [])

    new = composed(replace(facts(a_tally(upheld=1)), earlier=earlier))
    assert new.volumes is not None
    assert len(trends(new)) == len(new.statistics)


def test_the_trend_sets_each_year_with_its_base_beside_the_others() -> None:
    earlier = (
        EarlierYear(ReportingYear(2023), a_tally(upheld=8, not_upheld=5, on_time=3)),
        EarlierYear(ReportingYear(2025), a_tally(on_time=3, not_complied=1)),
    )
    upheld, compliance, _ = trends(
        composed(replace(facts(a_tally(upheld=2, on_time=1)), earlier=earlier))
    )

    assert upheld.table.columns == ("Year", "Complaints upheld")
    assert cells(upheld.table) == {
        "2023": ["62% 8 of 13"],
        "2025": ["no cases"],
        "2026": ["100% 2 of 2"],
    }
    assert cells(compliance.table)["2025"] == ["75% 3 of 4"]
    assert upheld.points == (62, None, 100)
    assert upheld.is_joined == (False, True)
    assert upheld.description == "Complaints upheld: 2023 62%, 2025 no cases, 2026 100%."


def test_without_an_earlier_year_there_is_no_trend_and_no_word_of_it() -> None:
    document = composed(facts(a_tally(upheld=1)))

    assert (trends(document), document.trend_note) == ([], None)
    assert "earlier years" not in repr(document.body)
    earlier = (EarlierYear(ReportingYear(2025), a_tally()),)
    assert "earlier years" in repr(composed(replace(facts(a_tally()), earlier=earlier)).body)


def test_a_trend_shows_five_years_at_most_the_latest_of_them() -> None:
    earlier = tuple(
        EarlierYear(ReportingYear(year), a_tally(upheld=1)) for year in range(2001, 2026)
    )
    for trend in trends(composed(replace(facts(a_tally(upheld=1)), earlier=earlier))):
        assert [row.head for row in trend.table.rows] == [str(year) for year in range(2022, 2027)]
        assert len(trend.points) == 5


def reissued(
    before: Tally,
    now: Tally,
    *,
    reason: str = "a case was counted twice",
    replaces: Revision | None = Revision(1),  # noqa: B008 (it is a number)
    dated: date = CHANGED_ON,
) -> LetterFacts:
    reissue = Reissue(dated, reason, replaces, NEW.letter_date, before)
    return replace(facts(now, population=100_000), reissue=reissue)


def test_a_re_issue_says_which_letter_it_replaces_and_why_and_what_has_changed() -> None:
    before = a_tally(advice_given=3, upheld=4, on_time=2)
    document = composed(reissued(before, a_tally(advice_given=3, upheld=3, on_time=2)))

    assert document.date_line == "12 August 2026"
    assert document.dated == CHANGED_ON
    assert document.subject.startswith("Re-issued – Annual Review letter 2026")
    assert document.file_stem.endswith(" - re-issued")
    replacement = document.replacement
    assert replacement is not None
    assert replacement.statement == "This letter replaces the letter dated 22 July 2026."
    assert replacement.reason == "Reason: a case was counted twice"
    assert replacement.changes is not None
    assert replacement.changes.columns == ("Figure", "Before", "Now")
    assert cells(replacement.changes) == {
        "Dealt with": ["7", "6"],
        "Investigated in detail": ["4", "3"],
        "Complaints upheld": ["100% 4 of 4", "100% 3 of 3"],
        "Satisfactory remedies": ["0% 0 of 4", "0% 0 of 3"],
        "Upheld per 100,000 residents": ["4", "3"],
    }


def test_a_statistic_that_had_no_case_before_says_so() -> None:
    replacement = composed(reissued(a_tally(), a_tally(on_time=1))).replacement

    assert replacement is not None
    assert replacement.changes is not None
    assert [row.cells for row in replacement.changes.rows] == [
        (FigureCell("no cases"), FigureCell("100%", "1 of 1"))
    ]


def test_only_figures_that_the_edition_prints_are_set_side_by_side() -> None:
    reissue = Reissue(
        date(2020, 8, 1), "why", Revision(1), date(2020, 7, 22), a_tally(referred_back=2)
    )
    replacement = compose(OLD, replace(facts_of(a_tally()), reissue=reissue)).replacement

    assert replacement is not None
    assert replacement.changes is None
    assert replacement.introduction == "No printed figure has changed."


def test_a_later_revision_of_a_letter_never_sent_differs_by_its_date_alone() -> None:
    tally = a_tally(upheld=1)
    document = composed(reissued(a_tally(), tally, replaces=None, dated=date(2026, 7, 23)))
    first = composed(facts(tally, population=100_000))

    assert document.date_line == "23 July 2026"
    assert replace(document, date_line=first.date_line, dated=first.dated) == first


@pytest.mark.parametrize(("dated", "published"), [(29, False), (30, True)])
def test_a_letter_dated_after_publication_does_not_announce_it(
    dated: int, *, published: bool
) -> None:
    document = composed(reissued(a_tally(), a_tally(), dated=date(2026, 7, dated)))

    assert ("on 29 July 2026" in repr(document.body)) is not published


def test_a_re_issue_has_a_reason() -> None:
    with pytest.raises(UnprintableLetterError, match="no reason of the re-issue"):
        composed(reissued(a_tally(), a_tally(), reason=" "))
