"""Two small years on end on local AWS, between which a council goes over to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from annual_review.domain.authorities import AuthorityType, Register
from annual_review.domain.cases import CaseState, DecisionOutcome, counting_day
from annual_review.domain.reporting_year import ReportingYear
from infrastructure.local.editions import add_editions
from infrastructure.local.system import local_system
from infrastructure.local.year_end import YearEnd
from tests.builders import (
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    an_authority,
    an_event,
    an_upheld_decision,
    recipients,
)

pytestmark = pytest.mark.local

SELBY, NORTH_YORKSHIRE = "E07000169", "E06000065"
Y2023, Y2024 = ReportingYear(2023), ReportingYear(2024)

ended = an_authority(
    SELBY,
    name="Selby District Council",
    in_being_to=Y2023.last_day,
    successors=[NORTH_YORKSHIRE],
)
begun = an_authority(
    NORTH_YORKSHIRE,
    name="North Yorkshire Council",
    type_=AuthorityType.UNITARY,
    in_being_from=Y2024.first_day,
)
REGISTER = Register([an_authority(ROCHFORD, name="Rochford District Council"), ended, begun])
EVENTS: Mapping[ReportingYear, tuple[CaseState, ...]] = {
    Y2023: (
        an_upheld_decision("1", decided_on=date(2022, 9, 1)),
        a_decision(DecisionOutcome.NOT_UPHELD, "2", decided_on=date(2022, 9, 2)),
        an_upheld_decision("3", authority=SELBY, decided_on=date(2023, 3, 1)),
    ),
    Y2024: (
        a_decision(DecisionOutcome.NOT_UPHELD, "4", decided_on=date(2023, 9, 1)),
        an_upheld_decision("5", authority=NORTH_YORKSHIRE, decided_on=date(2023, 9, 2)),
        a_compliance_outcome("3", authority=SELBY, recorded_on=date(2023, 6, 1)),
    ),
}


def recorded_on_its_day(state: CaseState) -> CaseState:
    day = counting_day(state)
    assert day is not None
    return replace(state, recorded_at=datetime.combine(day, time(12), UTC))


@dataclass(frozen=True)
class Outboxes:
    """What went out in each year."""

    folder: Path

    def messages(self, year: ReportingYear) -> set[str]:
        """Name what is in the outbox of a year."""
        return {path.stem for path in (self.folder / str(year)).iterdir()}

    def words(self, year: ReportingYear, code: str) -> str:
        """Return the plain text of a letter that was sent, on one line."""
        content = (self.folder / f"{year}/{year}-1-{code}.eml").read_bytes()
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())


@pytest.fixture(scope="module")
def outboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outboxes]:
    folder = tmp_path_factory.mktemp("years")
    with local_system(folder / "work", folder / "2023") as system:
        add_editions(system.editions, EVENTS)
        for year, states in EVENTS.items():
            system.mailbox.deliver_to(folder / str(year))
            year_end = YearEnd(system, year)
            year_end.load_register(REGISTER, recipients(*REGISTER))
            year_end.publish([an_event(recorded_on_its_day(state)) for state in states])
            year_end.wait_until_recorded(len(states))
            year_end.close()
            year_end.wait_until_prepared()
            year_end.release()
            year_end.wait_until_delivered()
        yield Outboxes(folder)


def test_every_year_has_its_letters_in_an_outbox_of_its_own(outboxes: Outboxes) -> None:
    assert outboxes.messages(Y2023) == {f"2023-1-{ROCHFORD}", f"2023-1-{SELBY}"}
    assert outboxes.messages(Y2024) == {
        f"2024-1-{ROCHFORD}",
        f"2024-1-{SELBY}",
        f"2024-1-{NORTH_YORKSHIRE}",
    }


def test_the_letter_of_the_second_year_tells_of_the_first(outboxes: Outboxes) -> None:
    words = outboxes.words(Y2024, ROCHFORD)
    assert "2023 50% 1 of 2 2024 0% 0 of 1" in words


def test_a_council_that_ended_has_a_last_letter_that_goes_to_its_successor(
    outboxes: Outboxes,
) -> None:
    words = outboxes.words(Y2024, SELBY)
    assert "North Yorkshire Council" in words
    assert "Selby District Council" in words
