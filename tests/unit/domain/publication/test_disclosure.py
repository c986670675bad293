from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.cases import DecisionOutcome, Subject
from annual_review.domain.publication.disclosure import OutcomesBySubject, disclosed

HOUSING, OTHER, ADULTS = Subject.HOUSING, Subject.OTHER, Subject.ADULT_CARE_SERVICES
UPHELD, ADVICE = DecisionOutcome.UPHELD, DecisionOutcome.ADVICE_GIVEN

counts = st.dictionaries(
    st.sampled_from(Subject),
    st.dictionaries(st.sampled_from(DecisionOutcome), st.integers(0, 9)),
)


def withheld(table: OutcomesBySubject) -> set[Subject]:
    return {subject for subject, row in disclosed(table).items() if None in row.values()}


@given(counts)
def test_no_subject_with_one_to_four_decisions_is_shown_by_outcome(
    table: OutcomesBySubject,
) -> None:
    few = {subject for subject, row in table.items() if 0 < sum(row.values()) < 5}

    assert few <= withheld(table)


@given(counts)
def test_what_is_withheld_can_not_be_worked_out_from_the_totals(table: OutcomesBySubject) -> None:
    if len(withheld(table)) == 1:
        assert [subject for subject, row in table.items() if sum(row.values())] == list(
            withheld(table)
        )


@given(counts)
def test_what_is_shown_is_what_was_counted(table: OutcomesBySubject) -> None:
    for subject, row in disclosed(table).items():
        assert set(row) == set(DecisionOutcome)
        for outcome, count in row.items():
            assert count in (None, table.get(subject, {}).get(outcome, 0))


def test_one_small_subject_takes_the_smallest_of_the_others_with_it() -> None:
    table = {HOUSING: {UPHELD: 1}, OTHER: {UPHELD: 3, ADVICE: 4}, ADULTS: {ADVICE: 12}}

    assert withheld(table) == {HOUSING, OTHER}
    assert disclosed(table)[ADULTS][ADVICE] == 12
