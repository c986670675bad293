from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import MAY_BECOME, LetterState
from annual_review.domain.reporting_year import FIRST_REVISION, Revision
from annual_review.domain.year_phases import (
    ENDS,
    LAST_PROVEN_BY_LETTERS,
    MEANING,
    REFUSED,
    SENT_WITHOUT_END,
    LetterFacts,
    YearFacts,
    YearPhase,
    proven_phase,
)

P = YearPhase
S = LetterState
PAGE = Path(__file__).parents[3] / "docs" / "phases.md"
CODES = tuple(AuthorityCode(f"E0700000{number}") for number in range(9))

letter_facts = st.builds(LetterFacts, st.sampled_from(S), st.booleans(), st.booleans())
letters_by_code = st.dictionaries(st.sampled_from(CODES), letter_facts, min_size=1)


def closed(
    authorities: Iterable[AuthorityCode], letters: Mapping[AuthorityCode, LetterFacts]
) -> YearFacts:
    """Build a closed year whose letters were all planned by the first revision."""
    revisions = dict.fromkeys(authorities, FIRST_REVISION)
    return YearFacts(is_closed=True, authorities=revisions, letters=letters)


def facts(*states: LetterState, is_attempted: bool = False) -> YearFacts:
    """Build a closed year with a letter in each of some states, and nobody left out."""
    letters = {
        code: LetterFacts(state, is_attempted) for code, state in zip(CODES, states, strict=False)
    }
    return closed(letters, letters)


def test_the_phases_follow_one_another_to_the_last() -> None:
    phases = [P.OPEN]
    while (following := phases[-1].next) is not None:
        phases.append(following)

    assert phases == list(P)
    assert MEANING.keys() == set(P)


def test_a_year_that_is_not_closed_is_open() -> None:
    assert proven_phase(YearFacts()).phase is P.OPEN


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        (S.PLANNED, P.CLOSED),
        (S.FAILED, P.CLOSED),
        (S.PREPARED, P.PREPARED),
        (S.APPROVED, P.APPROVED),
        (S.CLAIMED, P.RELEASED),
        (S.ACCEPTED, P.RELEASED),
        (S.UNKNOWN, P.RELEASED),
        (S.DELIVERED, P.COMPLETE),
        (S.BOUNCED, P.COMPLETE),
        (S.COMPLAINED, P.COMPLETE),
        (S.REJECTED, P.RELEASED),
        (S.HELD, P.COMPLETE),
    ],
)
def test_a_year_stands_where_its_slowest_letter_stands(
    state: LetterState, phase: YearPhase
) -> None:
    assert proven_phase(facts(state)).phase is phase
    assert proven_phase(facts(S.DELIVERED, state, S.HELD)).phase is phase


def test_every_state_is_an_end_or_leads_on() -> None:
    on_the_way = {S.PLANNED, S.PREPARED, S.APPROVED, *SENT_WITHOUT_END}

    assert ENDS | on_the_way == set(S)
    assert not ENDS & on_the_way
    assert all(MAY_BECOME[state] for state in on_the_way)


@pytest.mark.parametrize("state", sorted(REFUSED))
def test_a_refused_letter_keeps_the_year_back_until_a_person_has_dealt_with_it(
    state: LetterState,
) -> None:
    refused = {CODES[0]: LetterFacts(state, is_attempted=True)}
    dealt_with = {CODES[0]: LetterFacts(state, is_attempted=True, is_dealt_with=True)}

    assert proven_phase(closed(refused, refused)).phase is P.RELEASED
    assert proven_phase(closed(dealt_with, dealt_with)).phase is P.COMPLETE


def test_a_letter_that_was_never_prepared_is_no_end() -> None:
    never_prepared = proven_phase(facts(S.FAILED, S.DELIVERED))
    assert never_prepared.phase is P.CLOSED
    assert never_prepared.reasons == (f"1 letter is failed: {CODES[0]}",)
    assert never_prepared.behind == {S.FAILED: (CODES[0],)}


def test_an_authority_without_a_letter_keeps_the_year_back_and_is_named() -> None:
    complete = facts(S.DELIVERED, S.DELIVERED)
    forgotten = closed([*complete.authorities, CODES[5]], complete.letters)

    stands = proven_phase(forgotten)

    assert stands.phase is P.CLOSED
    assert stands.reasons == (f"no letter is planned for {CODES[5]}",)
    assert (forgotten.adds_up, forgotten.missing) == (False, (CODES[5],))


def test_a_letter_of_an_earlier_revision_is_as_good_as_none() -> None:
    letters = {CODES[0]: LetterFacts(S.DELIVERED), CODES[1]: LetterFacts(S.DELIVERED)}
    revisions = {CODES[0]: Revision(2), CODES[1]: FIRST_REVISION}
    reissued = YearFacts(is_closed=True, authorities=revisions, letters=letters)

    assert proven_phase(reissued).phase is P.CLOSED
    assert (reissued.adds_up, reissued.missing) == (False, (CODES[0],))


def test_a_letter_too_many_keeps_the_year_from_being_complete_and_is_named() -> None:
    complete = facts(S.DELIVERED, S.BOUNCED)
    stray = closed([CODES[0]], complete.letters)

    stands = proven_phase(stray)

    assert stands.phase is P.RELEASED
    assert stands.reasons == (f"there is a letter and no frozen figures for {CODES[1]}",)
    assert (stray.adds_up, stray.too_many) == (False, (CODES[1],))


def test_reasons_name_authorities_beside_their_codes() -> None:
    named = replace(facts(S.HELD, S.PREPARED), names={CODES[1]: "Rochford"})

    assert proven_phase(named).reasons == (f"1 letter is prepared: Rochford ({CODES[1]})",)


def test_a_year_without_a_single_letter_is_no_further_than_closed() -> None:
    assert proven_phase(YearFacts(is_closed=True)).phase is P.CLOSED


def test_of_many_letters_that_keep_the_year_back_the_first_are_named() -> None:
    stands = proven_phase(facts(*[S.PREPARED] * 8))

    assert stands.reasons == (f"8 letters are prepared: {', '.join(CODES[:5])} and 3 more",)


@given(letters_by_code)
def test_a_year_is_complete_exactly_when_planned_is_the_sum_of_the_ends(
    letters: Mapping[AuthorityCode, LetterFacts],
) -> None:
    stands = proven_phase(closed(CODES[:4], letters))

    ends = [
        code
        for code, letter in letters.items()
        if letter.state in ENDS
        and (letter.state is not S.FAILED or letter.is_attempted)
        and (letter.state not in REFUSED or letter.is_dealt_with)
    ]
    adds_up = sorted(ends) == sorted(letters) == sorted(CODES[:4])
    assert (stands.phase is P.COMPLETE) == adds_up
    assert bool(stands.reasons) != adds_up


@given(letters_by_code, st.sampled_from(CODES), letter_facts)
def test_a_letter_that_goes_on_never_takes_its_year_back(
    letters: Mapping[AuthorityCode, LetterFacts], code: AuthorityCode, then: LetterFacts
) -> None:
    before = closed(letters, letters)
    now = letters.get(code)
    if now is None or not then.reached.reaches(now.reached):
        return

    after = closed(letters, {**letters, code: then})

    assert proven_phase(after).phase.reaches(proven_phase(before).phase)


@given(letters_by_code)
def test_letters_never_publish_a_year(letters: Mapping[AuthorityCode, LetterFacts]) -> None:
    phase = proven_phase(closed(letters, letters)).phase

    assert LAST_PROVEN_BY_LETTERS.reaches(phase)
    assert LAST_PROVEN_BY_LETTERS.next is P.PUBLISHED


def test_the_page_draws_every_step_and_no_other() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert drawn == [(each.value, each.next.value) for each in P if each.next is not None]


def test_the_page_explains_every_phase_in_the_words_of_the_module() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?)\s*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {phase: meaning for phase, meaning, _ in rows} == {
        phase.value: meaning for phase, meaning in MEANING.items()
    }
    said = {(state, phase) for phase, _, states in rows for state in re.findall(r"`(\w+)`", states)}
    assert said == {
        (state.value, LetterFacts(state, is_attempted, is_dealt_with).reached.value)
        for state in S
        for is_attempted in (False, True)
        for is_dealt_with in (False, True)
    }
