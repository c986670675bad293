"""`annual-review preview` of a deployed system: frozen figures, or those of today, marked so."""

from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.services.documents import authority_figures_name
from tests.builders import (
    ROCHFORD,
    YEAR,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.integration.dynamodb.test_repair_table import record
from tests.integration.operators import Operators
from tests.integration.world import World, a_closed_year

PREVIEW = ("preview", "2020", ROCHFORD, "--all")
MARKED = "PREVIEW – figures not frozen"


@pytest.fixture
def operators(deployed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operators:
    return Operators(deployed, tmp_path, monkeypatch)


@pytest.fixture
def closed(operators: Operators) -> Operators:
    """A closed year, with one more upheld decision of Rochford since."""
    a_closed_year(operators.world, ROCHFORD)
    record(operators.world, an_upheld_decision("late"))
    return operators


def text_of(operators: Operators, name: str) -> str:
    path = operators.folder / f"out/2020/preview/{name}.txt"
    return " ".join(path.read_text(encoding="utf-8").split())


def test_the_frozen_figures_are_printed_as_they_were_frozen(closed: Operators) -> None:
    result = closed.run(*PREVIEW)

    assert result.returncode == 0, result.stderr
    assert "1 upheld decision " in text_of(closed, ROCHFORD)
    assert MARKED not in text_of(closed, ROCHFORD)


def test_figures_of_today_say_on_the_letter_that_they_are_not_frozen(closed: Operators) -> None:
    result = closed.run(*PREVIEW, "--live")

    assert result.returncode == 0, result.stderr
    assert "not frozen" in result.stderr
    text = text_of(closed, f"{ROCHFORD}-not-frozen")
    assert "2 upheld decisions" in text
    assert MARKED in text


def test_before_a_year_is_closed_there_are_only_figures_of_today(operators: Operators) -> None:
    operators.world.knows(a_register(ROCHFORD), recipients(ROCHFORD))
    record(operators.world, an_upheld_decision())

    result = operators.run(*PREVIEW)

    assert result.returncode == 0, result.stderr
    assert MARKED in text_of(operators, f"{ROCHFORD}-not-frozen")


def test_a_reissued_letter_is_previewed_in_its_revision(closed: Operators) -> None:
    closed.run("reissue", "2020", ROCHFORD, "--reason", "One was missing.")

    result = closed.run(*PREVIEW)

    assert "revision 2, re-issued: One was missing." in result.words
    assert "2 upheld decisions" in text_of(closed, ROCHFORD)


@pytest.mark.parametrize("more", [(), ("--live",)])
def test_an_authority_without_figures_is_told_in_a_line(
    closed: Operators, more: tuple[str, ...]
) -> None:
    result = closed.run("preview", "2020", "E99", *more)

    assert result.returncode == 2
    assert "E99 is not in the figures of 2020" in result.words


def test_a_code_may_be_typed_in_small_letters(closed: Operators) -> None:
    result = closed.run("preview", "2020", f" {ROCHFORD.lower()} ")

    assert result.returncode == 0, result.stderr
    assert "E07000075.pdf" in result.words


def test_a_record_that_was_edited_is_not_previewed(closed: Operators) -> None:
    close = closed.world.closes.latest(YEAR)
    assert close is not None
    name = authority_figures_name(AuthorityCode(ROCHFORD))
    closed.world.documents.put(f"{close.folder}/{name}", b"{}", "application/json")

    result = closed.run(*PREVIEW)

    assert result.returncode == 2
    assert "is not what was frozen" in result.words
