"""`annual-review reissue`, as operators use it on a deployed system."""

from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.stack import Stack
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterState
from annual_review.services.documents import authority_figures_name
from annual_review.services.figures.frozen_authority import read_authority_record
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_withdrawal,
    an_upheld_decision,
)
from tests.integration.dynamodb.test_repair_table import record
from tests.integration.operators import Operators
from tests.integration.world import World, a_closed_year

REISSUE = ("reissue", "2020", ROCHFORD, "--reason", "One decision was not yours.")


@pytest.fixture
def operators(deployed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operators:
    """A closed year, in which an upheld decision of Rochford was withdrawn after the freeze."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    deployed.take("prepare")
    record(deployed, an_upheld_decision("late"))
    return Operators(deployed, tmp_path, monkeypatch)


def test_old_and_new_figures_are_shown_and_the_letter_is_planned(operators: Operators) -> None:
    world = operators.world

    result = operators.run(*REISSUE, "--by", "a data analyst", "--dated", "2020-09-01")

    assert result.returncode == 0, result.stderr
    assert "upheld 1 2" in result.words
    assert "uphold rate 100% (1 of 1) 100% (2 of 2)" in result.words
    assert "dated 2020-09-01 and says: One decision was not yours." in result.words
    assert "it replaces none" in result.words
    assert "annual-review approve 2020" in result.words
    close = world.closes.latest(YEAR)
    assert close is not None
    assert (close.revision, close.reissues) == (2, ROCHFORD)
    name = authority_figures_name(AuthorityCode(ROCHFORD))
    frozen = read_authority_record(world.documents.get(f"{close.folder}/{name}"))
    assert frozen.figures.tally.upheld == 2
    assert world.letters.get(a_letter_id(revision=2)).state is LetterState.PLANNED
    assert world.letters.get(a_letter_id()).state is LetterState.HELD
    assert len(world.take("prepare")) == 1


@pytest.mark.parametrize("by", [(), ("--by", ""), ("--by", "  ")])
def test_without_a_name_it_is_re_issued_in_the_login_name(
    operators: Operators, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LOGNAME", "r.eader")

    operators.run(*REISSUE, *by)

    planned, *_ = operators.world.letters.get(a_letter_id(revision=2)).history
    assert planned.why == "re-issued by r.eader: One decision was not yours."


def test_what_comes_next_is_told_for_the_same_stack(operators: Operators) -> None:
    said = operators.run(*REISSUE, "--stack", "rehearsal").words

    assert f"annual-review preview 2020 {ROCHFORD} --open --stack rehearsal" in said
    assert f"annual-review approve 2020 --only {ROCHFORD} --stack rehearsal" in said
    assert f"annual-review release 2020 --only {ROCHFORD} --stack rehearsal" in said


def test_a_dry_run_shows_the_same_and_changes_nothing(operators: Operators) -> None:
    result = operators.run(*REISSUE, "--dry-run")

    assert result.returncode == 0, result.stderr
    assert "upheld 1 2" in result.words
    assert "Nothing was changed" in result.words
    assert len(operators.world.closes.of_year(YEAR)) == 1
    assert operators.world.letters.get(a_letter_id()).state is LetterState.PLANNED


def test_the_numbers_of_both_letters_can_be_explained(operators: Operators) -> None:
    operators.run(*REISSUE)

    explain = ("explain", "2020", ROCHFORD, "upheld")
    assert "as frozen in revision 2: 2" in operators.run(*explain).words
    before = operators.run(*explain, "--revision", "1").words
    assert "as frozen in revision 1: 1" in before
    assert "Since the freeze (1)" in before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((ROCHFORD, "upheld", "--revision", "7"), "has no revision 7; there are: 1"),
        ((ROCHFORD, "upheld", "--revision", "1", "--live"), "leave out --live or --revision"),
        (("district", "uphold-rate", "--revision", "1"), "leave out --revision"),
    ],
)
def test_a_revision_that_says_nothing_about_a_number_is_refused(
    operators: Operators, arguments: tuple[str, ...], said: str
) -> None:
    result = operators.run("explain", "2020", *arguments)

    assert result.returncode == 2
    assert said in result.words


def test_nobody_is_told_to_approve_what_needs_no_approval(
    operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stack, "approval_required", False)

    said = operators.run(*REISSUE).words

    assert "approve" not in said
    assert f"annual-review release 2020 --only {ROCHFORD}" in said


def test_run_again_while_its_letter_waits_it_asks_for_it_again(operators: Operators) -> None:
    operators.run(*REISSUE)
    operators.world.take("prepare")

    result = operators.run(*REISSUE)

    assert result.returncode == 0, result.stderr
    assert "revision 2, for Council E07000075 (E07000075), is frozen" in result.words
    assert len(operators.world.closes.of_year(YEAR)) == 2
    assert len(operators.world.take("prepare")) == 1


def test_another_authority_can_be_reissued_right_after(operators: Operators) -> None:
    operators.run(*REISSUE)

    result = operators.run("reissue", "2020", OTHER_DISTRICT, "--reason", "x", "--same-figures")

    assert result.returncode == 0, result.stderr
    assert [each.reissues for each in operators.world.closes.of_year(YEAR)] == [
        None,
        ROCHFORD,
        OTHER_DISTRICT,
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reissue", "2020", ROCHFORD), "give a reason"),
        (("reissue", "2019", ROCHFORD, "--reason", "x"), "the year 2019 is not closed"),
        (
            ("reissue", "2020", OTHER_DISTRICT, "--reason", "x"),
            "--same-figures",
        ),
        (("reissue", "2020", "council", "--reason", "x"), "may be any of 2 authorities"),
        ((*REISSUE, "--dated", "1 September"), "2020-09-01"),
        (("reissue", "2020", ROCHFORD, "--reason", "A name: 漢字"), "font lacks 字, 漢"),
        ((*REISSUE, "--stack", "shop"), "another system"),
    ],
)
def test_what_cant_be_done_ends_with_two_and_says_what_to_do(
    operators: Operators, arguments: tuple[str, ...], said: str
) -> None:
    result = operators.run(*arguments)

    assert result.returncode == 2
    assert said in result.words
    assert len(operators.world.closes.of_year(YEAR)) == 1


def test_a_case_that_went_is_taken_away(operators: Operators) -> None:
    record(operators.world, a_withdrawal("late"))

    assert "--same-figures" in operators.run(*REISSUE).words
