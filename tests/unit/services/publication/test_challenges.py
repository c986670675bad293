"""What authorities object to is kept with its answer, and an open challenge is known by it."""

from __future__ import annotations

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Verdict, open_challenges
from annual_review.domain.reporting_year import Revision
from annual_review.services.figures.closes import Close
from annual_review.services.publication.challenges import (
    Challenges,
    NoAnswerError,
    NoChallengeError,
)
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR
from tests.publishing import ON_THE_DAY, Publishing, a_complete_year, an_act

CODE = AuthorityCode(ROCHFORD)
STANDS = Answer(Verdict.UNCHANGED, "Ann", ON_THE_DAY, reason="the case was theirs")


@pytest.fixture
def publishing() -> Publishing:
    return a_complete_year()


@pytest.fixture
def challenges(publishing: Publishing) -> Challenges:
    return publishing.keep_challenges()


def still_open(challenges: Challenges) -> set[AuthorityCode]:
    return set(open_challenges(challenges.store.of_year(YEAR)))


def test_a_challenge_is_open_until_it_is_answered(challenges: Challenges) -> None:
    added = challenges.add(YEAR, CODE, "Their officer", "3 were ours", an_act())

    assert still_open(challenges) == {ROCHFORD}
    challenges.answer(YEAR, CODE, STANDS)

    assert still_open(challenges) == set()
    [kept] = challenges.store.of_authority(YEAR, CODE)
    assert (kept.number, kept.by, kept.text) == (1, "Their officer", "3 were ours")
    assert (added.answer, kept.answer) == (None, STANDS)


def test_an_authority_with_a_second_challenge_stays_open_and_its_answer_names_which(
    challenges: Challenges,
) -> None:
    for text in ("3 were ours", "and 2 are late"):
        challenges.add(YEAR, CODE, "Their officer", text, an_act())

    with pytest.raises(NoChallengeError, match=r"by its number: 1, 2"):
        challenges.answer(YEAR, CODE, STANDS)
    challenges.answer(YEAR, CODE, STANDS, number=2)

    assert still_open(challenges) == {ROCHFORD}
    assert [each.is_open for each in challenges.store.of_authority(YEAR, CODE)] == [True, False]


def test_an_authority_without_a_letter_has_nothing_to_object_to(challenges: Challenges) -> None:
    with pytest.raises(NoChallengeError, match="has no letter of 2020"):
        challenges.add(YEAR, AuthorityCode("E06000001"), "Somebody", "no", an_act())


def test_what_nobody_challenged_has_no_answer(challenges: Challenges) -> None:
    with pytest.raises(NoChallengeError, match="no open challenge"):
        challenges.answer(YEAR, CODE, STANDS)


@pytest.mark.parametrize("reissued", [None, OTHER_DISTRICT])
def test_changed_figures_are_those_of_a_re_issue_of_that_authority(
    publishing: Publishing, challenges: Challenges, reissued: str | None
) -> None:
    challenges.add(YEAR, CODE, "Their officer", "3 were ours", an_act())
    changed = Answer(Verdict.CHANGED, "Ann", ON_THE_DAY, revision=Revision(2))
    if reissued:
        other = Close(YEAR, Revision(2), "0" * 64, ON_THE_DAY, AuthorityCode(reissued))
        publishing.world.closes.add(other)

    with pytest.raises(NoAnswerError, match="re-issue it first"):
        challenges.answer(YEAR, CODE, changed)
    publishing.world.closes.add(Close(YEAR, Revision(3), "0" * 64, ON_THE_DAY, CODE))
    challenges.answer(YEAR, CODE, Answer(Verdict.CHANGED, "Ann", ON_THE_DAY, revision=Revision(3)))

    assert still_open(challenges) == set()


@pytest.mark.parametrize("verdict", Verdict)
def test_an_answer_says_which_revision_or_why_not(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match=r"name its revision|say why"):
        Answer(verdict, "Ann", ON_THE_DAY)
