"""Letters held, letters sent again: operators' commands on the deployed system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import current_letters
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_recipient,
    a_register,
    an_event,
    an_upheld_decision,
    recipients,
)
from tests.local.commands import annual_review
from tests.local.waiting import eventually

pytestmark = pytest.mark.local

S = LetterState
BOUNCING = a_recipient(ROCHFORD, email="bounce@simulator.amazonses.com")
REGISTER = a_register(ROCHFORD, OTHER_DISTRICT)


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[YearEnd]:
    """A year whose letters are prepared; the mailbox of one authority does not exist."""
    with local_system(tmp_path / "work", tmp_path / "outbox", approval_required=True) as system:
        year_end = YearEnd(system, YEAR)
        year_end.load_register(
            REGISTER, {**recipients(OTHER_DISTRICT), BOUNCING.authority: BOUNCING}
        )
        year_end.publish([an_event(an_upheld_decision())])
        year_end.wait_until_recorded(1)
        year_end.close()
        year_end.wait_until_prepared()
        yield year_end


def _annual_review(system: LocalSystem, *arguments: str, ends: int = 0) -> str:
    """Call an operator's command, and return what it printed."""
    called = annual_review(system.aws, *arguments)
    assert called.returncode == ends, called.stderr
    return " ".join(called.stdout.split())


def states(year_end: YearEnd) -> dict[str, LetterState]:
    """Return where the letter of each authority that counts stands."""
    return {code: each.state for code, each in current_letters(year_end.letters()).items()}


def test_a_letter_that_was_held_and_one_that_bounced_reach_their_authorities(
    prepared: YearEnd, tmp_path: Path
) -> None:
    system = prepared.system
    _annual_review(system, "hold", "2020", OTHER_DISTRICT, "--reason", "a doubt")
    approved = _annual_review(system, "approve", "2020", ends=1)
    assert "Approved 1 Left 1" in approved
    assert f"{OTHER_DISTRICT} held it is held" in approved

    looked_at = _annual_review(system, "doctor", "--year", "2020", ends=1)
    assert "ok sender-identity: " in looked_at
    assert "ok event-destination: every kind of report reaches the event bus" in looked_at
    assert "NOT READY schedules: the issue date is disabled" in looked_at
    released = _annual_review(system, "release", "2020", ends=1)
    assert f"{OTHER_DISTRICT} held held by a person" in released
    eventually(lambda: states(prepared) == {ROCHFORD: S.BOUNCED, OTHER_DISTRICT: S.HELD})

    _annual_review(system, "unhold", "2020", OTHER_DISTRICT)
    eventually(lambda: states(prepared)[OTHER_DISTRICT] is S.PREPARED)
    prepared.load_register(REGISTER, recipients(ROCHFORD, OTHER_DISTRICT))
    _annual_review(system, "approve", "2020", "--only", OTHER_DISTRICT)
    _annual_review(system, "release", "2020", "--only", OTHER_DISTRICT)

    resent = _annual_review(
        system, "resend", "2020", ROCHFORD, "--reason", "a wrong mailbox", "--by", "me", "--yes"
    )
    assert "Letter 2020-1x2-E07000075 is made" in resent
    assert "It is approved in the name of me, and released." in resent
    eventually(lambda: states(prepared) == dict.fromkeys((ROCHFORD, OTHER_DISTRICT), S.DELIVERED))

    first, *_ = prepared.letters()
    assert (first.id.tag, first.state) == ("2020-1-E07000075", S.BOUNCED)
    assert system.mailbox.accepted == 3
    assert (tmp_path / "outbox" / "2020-1x2-E07000075.eml").is_file()
