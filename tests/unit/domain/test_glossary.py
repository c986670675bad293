"""The glossary names every state, phase and outcome that there is, and none that there isn't."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.cases import ComplianceOutcome, DecisionOutcome
from annual_review.domain.letters import LetterState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.letters.letter_history import MailEvent

GLOSSARY = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """What stands under a heading, up to the next one."""
    _, _, after = GLOSSARY.partition(f"# {title}\n")
    assert after, f"there is no section {title}"
    return re.split(r"^#", after, maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[str]:
    """The names of the rows of a section's table, in their order."""
    return re.findall(r"^\| `([^`]+)` \|", section(title), re.MULTILINE)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("The states of a letter", LetterState),
        ("The phases of a year", YearPhase),
        ("What SES says", MailEvent),
    ],
)
def test_a_table_has_a_row_for_every_name_and_for_no_other(
    title: str, names: Iterable[StrEnum]
) -> None:
    assert sorted(rows(title)) == sorted(name.value for name in names)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("The ombudsman's words", DecisionOutcome),
        ("Figures", ComplianceOutcome),
        ("Figures", AuthorityType),
    ],
)
def test_every_outcome_and_type_is_explained(title: str, names: Iterable[StrEnum]) -> None:
    assert all(f"`{name.value}`" in section(title) for name in names)
