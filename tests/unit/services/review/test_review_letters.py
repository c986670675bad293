"""What the review says a reader should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from annual_review.domain.figures import AuthorityFigures, Comparisons, EarlierYear
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import Tally
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.review.review_letters import (
    Flag,
    LetterToReview,
    PreviousLetter,
    goes_to_successor,
    review_letter,
    review_manifest,
)
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    YEAR,
    a_letter,
    a_register,
    a_tally,
    an_authority,
    compared_with,
)

PLENTY = a_tally(upheld=10, not_upheld=10, on_time=10)
DISTRICTS = compared_with(
    uphold_rate=Statistic(45, 100),
    compliance_rate=Statistic(99, 100),
    satisfactory_remedy_rate=Statistic(20, 100),
)

S = LetterState


def a_frozen(
    tally: Tally = PLENTY,
    comparisons: Comparisons = DISTRICTS,
    earlier: Iterable[EarlierYear] = (),
) -> FrozenAuthority:
    figures = AuthorityFigures(an_authority(), tally, comparisons)
    return FrozenAuthority(YEAR, Revision(1), figures, (), tuple(earlier))


def to_review(
    frozen: FrozenAuthority | None = None, *, letter: Letter | None = None
) -> LetterToReview:
    return LetterToReview(letter or a_letter(S.PREPARED), frozen or a_frozen(), text="Dear Chief")


def flags(read: LetterToReview, previous: PreviousLetter | None = None) -> dict[Flag, str]:
    return {each.flag: each.detail for each in review_letter(read, previous).flags}


def lived_through(*states: LetterState) -> Letter:
    history = tuple(Event(NOON, state, f"why it is {state}") for state in states)
    return replace(a_letter(states[-1]), history=history)


def before(tally: Tally, year: int = 2019) -> EarlierYear:
    return EarlierYear(ReportingYear(year), tally)


def test_a_letter_about_which_nothing_is_remarkable_has_no_flag() -> None:
    assert flags(to_review()) == {}


class TestFigures:
    def test_one_recommendation_not_complied_with_is_below_100_percent(self) -> None:
        # 399 of 400 is printed as 100%, and is not all of them.
        found = flags(to_review(a_frozen(PLENTY + a_tally(on_time=389, not_complied=1))))

        assert found == {
            Flag.BELOW_FULL_COMPLIANCE: "compliance outcomes complied with: 399 of 400"
        }

    def test_late_is_complied_with(self) -> None:
        assert flags(to_review(a_frozen(PLENTY + a_tally(late=3)))) == {}

    def test_a_percentage_of_four_cases_rests_on_small_numbers_one_of_five_does_not(self) -> None:
        found = flags(to_review(a_frozen(a_tally(upheld=4, not_upheld=1, on_time=1))))

        assert found == {
            Flag.SMALL_NUMBERS: "compliance rate on 1 case; satisfactory remedy rate on 4 cases"
        }

    def test_where_no_percentage_is_printed_no_number_is_small(self) -> None:
        assert Flag.SMALL_NUMBERS not in flags(to_review(a_frozen(a_tally())))

    def test_31_points_since_last_year_are_told_with_both_figures(self) -> None:
        last = before(a_tally(upheld=19, not_upheld=81, on_time=1))

        found = flags(to_review(a_frozen(earlier=[last])))

        assert found == {Flag.MOVED: "uphold rate from 19% to 50%"}

    def test_30_points_are_not(self) -> None:
        last = before(a_tally(upheld=20, not_upheld=80))

        assert flags(to_review(a_frozen(earlier=[last]))) == {}

    @pytest.mark.parametrize(
        "earlier",
        [before(a_tally(not_upheld=9), year=2018), before(a_tally())],
        ids=["the year before last", "nothing to compare"],
    )
    def test_only_figures_of_last_year_count(self, earlier: EarlierYear) -> None:
        assert flags(to_review(a_frozen(earlier=[earlier]))) == {}

    def test_a_letter_that_compares_nothing_says_so(self) -> None:
        assert flags(to_review(a_frozen(comparisons=Comparisons()))) == {Flag.NO_COMPARISON: ""}


class TestTheLetter:
    def test_one_that_cant_be_printed_is_flagged_with_the_reason(self) -> None:
        read = to_review(letter=lived_through(S.PLANNED, S.PREPARED, S.FAILED))

        assert flags(read) == {Flag.UNPRINTABLE: "why it is failed"}

    def test_one_that_failed_on_its_way_could_be_printed(self) -> None:
        read = to_review(letter=lived_through(S.PREPARED, S.CLAIMED, S.FAILED))

        assert flags(read) == {}

    def test_one_that_came_out_as_another_after_its_approval_has_changed_since(self) -> None:
        letter = replace(
            lived_through(S.PREPARED, S.APPROVED, S.PREPARED),
            approved_sha256="m",
            message_sha256="n",
        )

        assert Flag.CHANGED_SINCE_APPROVED in flags(to_review(letter=letter))

    @pytest.mark.parametrize("approved_sha256", [None, "m"], ids=["never approved", "the same"])
    def test_others_have_not(self, approved_sha256: str | None) -> None:
        letter = replace(
            lived_through(S.PREPARED, S.APPROVED, S.HELD, S.PLANNED, S.PREPARED),
            approved_sha256=approved_sha256,
            message_sha256="m",
        )

        assert Flag.CHANGED_SINCE_APPROVED not in flags(to_review(letter=letter))

    def test_own_performance_and_what_nobody_reviewed_come_before_the_figures(self) -> None:
        read = replace(
            to_review(a_frozen(PLENTY + a_tally(not_complied=1))),
            has_own_paragraphs=True,
            is_unreviewed=True,
            goes_to_successor=True,
        )

        assert list(flags(read)) == [
            Flag.NOT_REVIEWED,
            Flag.OWN_PERFORMANCE,
            Flag.BELOW_FULL_COMPLIANCE,
            Flag.SUCCESSOR,
        ]

    def test_the_letter_of_an_abolished_authority_goes_to_its_successor(self) -> None:
        gone = an_authority("E07000003", in_being_to=YEAR.last_day, successors=[OTHER_DISTRICT])
        register = a_register(gone, OTHER_DISTRICT)

        assert goes_to_successor(register, gone.code, NOON.date())
        assert not goes_to_successor(register, OTHER_DISTRICT, NOON.date())


class TestWhatDiffers:
    def test_another_text_is_flagged_and_shown(self) -> None:
        reviewed = review_letter(to_review(), PreviousLetter("Dear Head", a_frozen().figures))

        assert [each.flag for each in reviewed.flags] == [Flag.DIFFERS]
        assert reviewed.difference
        assert reviewed.difference.passages
        assert not reviewed.difference.figures

    def test_the_same_letter_does_not_differ(self) -> None:
        reviewed = review_letter(to_review(), PreviousLetter("Dear Chief\n", a_frozen().figures))

        assert not reviewed.flags
        assert reviewed.difference is not None
        assert not reviewed.difference

    def test_without_earlier_figures_the_words_alone_are_compared(self) -> None:
        reviewed = review_letter(to_review(), PreviousLetter("Dear Chief", None))

        assert not reviewed.difference

    def test_a_letter_without_one_before_it_is_not_compared(self) -> None:
        assert review_letter(to_review()).difference is None


def test_the_manifest_names_each_prepared_letter_with_its_hashes() -> None:
    prepared = a_letter(S.PREPARED, figures_sha256="f" * 64, message_sha256="a" * 64)

    manifest = review_manifest(
        YEAR, NOON, [prepared, a_letter(authority=OTHER_DISTRICT)], {"index.html": "0f"}
    )

    assert manifest == {
        "year": 2020,
        "made_at": "2020-07-22T12:00:00+00:00",
        "letters": [
            {
                "letter": "2020-1-E07000075",
                "state": "prepared",
                "figures_sha256": "f" * 64,
                "message_sha256": "a" * 64,
            }
        ],
        "files": {"index.html": "0f"},
    }
