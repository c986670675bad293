from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import (
    MAY_BECOME,
    NOT_SENT,
    PROVEN_SENT,
    Dispatch,
    LetterId,
    LetterState,
    may_become,
    states_before,
)
from annual_review.domain.reporting_year import ReportingYear, Revision

S = LetterState
SENDABLE = {S.PREPARED, S.APPROVED}
SETTLED = {S.ACCEPTED, S.DELIVERED, S.BOUNCED, S.COMPLAINED, S.REJECTED}

LETTER_IDS = st.builds(
    LetterId,
    st.integers(2, 9999).map(ReportingYear),
    st.integers(1, 999_999).map(Revision),
    st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_-]{0,19}", fullmatch=True).map(AuthorityCode),
    st.integers(1, 999).map(Dispatch),
)


def reachable(start: LetterState, without: Collection[LetterState] = ()) -> set[LetterState]:
    """Return every state that a letter can come to, never passing through some."""
    found: set[LetterState] = set()
    waiting = [start]
    while waiting:
        for then in MAY_BECOME[waiting.pop()] - set(without) - found:
            found.add(then)
            waiting.append(then)
    return found


def test_a_letter_is_named_by_year_revision_and_authority() -> None:
    letter = LetterId(ReportingYear(2020), Revision(1), AuthorityCode("E07000075"))

    assert letter.tag == "2020-1-E07000075"


def test_a_letter_that_is_sent_again_has_a_name_of_its_own() -> None:
    letter = LetterId(ReportingYear(2020), Revision(1), AuthorityCode("E07000075"), Dispatch(2))

    assert letter.tag == "2020-1x2-E07000075"


@given(LETTER_IDS)
def test_a_tag_names_its_letter_and_no_other(letter: LetterId) -> None:
    assert LetterId.from_tag(letter.tag) == letter


@given(LETTER_IDS)
def test_a_tag_is_one_that_the_mail_service_takes(letter: LetterId) -> None:
    assert len(letter.tag) <= 256
    assert all(sign.isascii() and (sign.isalnum() or sign in "_-.@") for sign in letter.tag)


@given(st.from_regex(r"\d{1,5}-\d{1,7}-\w{1,5}", fullmatch=True) | st.text())
def test_a_text_is_read_as_a_tag_only_if_it_is_written_as_one(text: str) -> None:
    try:
        letter = LetterId.from_tag(text)
    except ValueError:
        return
    assert letter.tag == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020-1",
        "2020-1-",
        "2020-E07000075",
        "2020-1-E07 000",
        "2020-1-E07000075\n",
        "0-1-E07000075",
        "1-1-E07000075",
        "02020-1-E07000075",
        "2020-01-E07000075",
        "2020-0-E07000075",
        "2020-1x1-E07000075",
        "2020-1x02-E07000075",
        "2020-1x-E07000075",
        "२०२०-1-E07000075",
        "2020-1\u0967-E07000075",
    ],
)
def test_anything_else_is_not_the_tag_of_a_letter(text: str) -> None:
    with pytest.raises(ValueError, match=r"not the tag of a letter|a reporting year lies"):
        LetterId.from_tag(text)


def test_every_state_says_what_it_may_become() -> None:
    assert set(MAY_BECOME) == set(LetterState)


@given(st.sampled_from(LetterState), st.sampled_from(LetterState))
def test_what_may_follow_and_what_may_precede_are_the_same_moves(
    now: LetterState, then: LetterState
) -> None:
    assert may_become(now, then) == (now in states_before(then))


def test_a_letter_that_was_rejected_stays_so() -> None:
    assert MAY_BECOME[S.REJECTED] == {S.REJECTED}


def test_every_state_is_either_not_sent_or_proven_sent_or_open() -> None:
    assert not NOT_SENT & PROVEN_SENT
    assert set(S) - NOT_SENT - PROVEN_SENT == {S.CLAIMED, S.UNKNOWN}
    assert PROVEN_SENT == SETTLED


@pytest.mark.parametrize("state", sorted(SETTLED))
def test_a_letter_that_was_sent_can_never_be_sent_again(state: LetterState) -> None:
    assert reachable(state) <= SETTLED


def test_only_a_claim_leads_to_a_letter_that_was_sent() -> None:
    assert not reachable(S.PLANNED, without={S.CLAIMED}) & {*SETTLED, S.UNKNOWN}


def test_a_letter_is_claimed_only_from_a_sendable_state() -> None:
    assert states_before(S.CLAIMED) == SENDABLE


def test_the_only_ways_back_from_a_claim_are_its_release_and_a_failure_that_a_person_fixes() -> (
    None
):
    assert MAY_BECOME[S.CLAIMED] & (SENDABLE | {S.FAILED}) == SENDABLE | {S.FAILED}
    assert not reachable(S.CLAIMED, without={*SENDABLE, S.FAILED}) & {*SENDABLE, S.CLAIMED}


def test_an_unknown_letter_becomes_sendable_only_if_a_person_finds_that_it_failed() -> None:
    assert not MAY_BECOME[S.UNKNOWN] & {*SENDABLE, S.CLAIMED, S.PLANNED, S.HELD}
    assert not reachable(S.UNKNOWN, without={S.FAILED}) & {*SENDABLE, S.CLAIMED}


def test_a_late_bounce_overrides_a_delivery() -> None:
    assert may_become(S.DELIVERED, S.BOUNCED)


def test_a_bounce_of_one_mailbox_overrides_the_complaint_of_another() -> None:
    assert may_become(S.COMPLAINED, S.BOUNCED)


def test_who_complains_has_got_the_letter() -> None:
    assert not may_become(S.COMPLAINED, S.DELIVERED)


def test_a_held_letter_is_prepared_again_before_it_is_sent() -> None:
    assert MAY_BECOME[S.HELD] == {S.HELD, S.PLANNED}


def test_whatever_was_not_claimed_may_be_held() -> None:
    assert states_before(S.HELD) == NOT_SENT


def test_an_approval_can_be_lost_and_is_given_to_what_is_prepared_alone() -> None:
    assert may_become(S.APPROVED, S.PREPARED)
    # A planned letter has lost its approval to a request to prepare it again, and may come out as
    # the message that was approved.
    assert states_before(S.APPROVED) == {S.PREPARED, S.PLANNED, S.CLAIMED}


def test_whatever_is_not_held_or_on_its_way_can_be_taken_back_to_be_prepared_again() -> None:
    assert states_before(S.PLANNED) == NOT_SENT - {S.PLANNED}
