from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.invocation.schedules import WrongInputError
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.sending_stops import SendingStops, StopReason
from annual_review.services.dispatch.settle_letter import SettleLetter, Settlement
from annual_review.services.figures.frozen_records import AlteredRecordError
from annual_review.services.letters.letter import Move
from functions.record_decisions import handler as record_decisions
from functions.watch_letters import handler
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_letter_id,
    a_register,
    an_upheld_decision,
)
from tests.integration.conftest import Said
from tests.integration.world import TABLE, FakeContext, World, a_closed_year, bodies

S = LetterState
TALLY_KEY = {"pk": f"AUTHORITY#{ROCHFORD}", "sk": "TALLY#2020"}


@pytest.fixture
def year(deployed: World) -> World:
    """A closed year of two authorities: phase `closed`, two letters planned."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    return deployed


def watch(**event: object) -> dict[str, Any]:
    return dict(handler.lambda_handler(event or {"year": 2020}, FakeContext()))


def move(world: World, code: str, *states: LetterState) -> None:
    for state in states:
        letter = world.letters.get(a_letter_id(code))
        step = Move(state, NOON, "for a test", counts_as_attempt=state is S.CLAIMED)
        world.letters.move(letter, step)


def phase_of(world: World) -> YearPhase:
    return DynamoDBPhaseStore(world.table).get(YEAR).phase


def test_closing_noted_the_phase(year: World) -> None:
    assert phase_of(year) is YearPhase.CLOSED


def test_a_year_whose_letters_came_to_their_ends_is_complete(year: World, said: Said) -> None:
    move(year, ROCHFORD, S.PREPARED, S.CLAIMED, S.DELIVERED)
    move(year, OTHER_DISTRICT, S.PREPARED, S.CLAIMED, S.BOUNCED)

    done = watch()

    assert done == {"2020": {"phase": "complete", "letters_stuck": 0, "letters_unknown": 0}}
    assert phase_of(year) is YearPhase.COMPLETE
    (line,) = said.lines("year_watched")
    assert (line["year"], line["phase"]) == (2020, "complete")
    assert said.counts == {"watches": 1}


def test_a_year_is_not_complete_over_a_refused_letter_before_somebody_has_dealt_with_it(
    year: World,
) -> None:
    move(year, ROCHFORD, S.PREPARED, S.CLAIMED, S.FAILED)
    move(year, OTHER_DISTRICT, S.PREPARED, S.CLAIMED, S.DELIVERED)

    assert watch()["2020"]["phase"] == "released"
    act = Act("A. Person", datetime.now(UTC), "by post")
    SettleLetter(year.letters).settle(YEAR, ROCHFORD, Settlement.DEALT_WITH, act)

    assert watch()["2020"]["phase"] == "complete"


def test_that_sending_is_stopped_is_said_at_every_watch(year: World, said: Said) -> None:
    stops = SendingStops(DynamoDBSendingStore(year.table))
    stops.stop(a_letter_id(), datetime.now(UTC), "SendEmail: X", StopReason.PAUSED)

    watch()

    assert said.counts["sending_stopped"] == 1
    (line,) = said.lines("sending_stopped")
    assert (line["letter"], line["why"]) == ("2020-1-E07000075", "SendEmail: X")
    stops.resume(YEAR, Act("A. Person", datetime.now(UTC), "put right"))
    watch()
    assert said.counts["sending_stopped"] == 1


def test_what_is_stuck_or_unknown_is_named_and_counted(year: World, said: Said) -> None:
    move(year, ROCHFORD, S.PREPARED, S.CLAIMED, S.UNKNOWN)
    move(year, OTHER_DISTRICT, S.PREPARED, S.CLAIMED, S.ACCEPTED)

    done = watch()

    assert done["2020"] == {"phase": "released", "letters_stuck": 2, "letters_unknown": 1}
    stuck = {line["letter"]: line["state"] for line in said.lines("letter_stuck")}
    assert stuck == {"2020-1-E07000075": "unknown", "2020-1-E07000076": "accepted"}
    assert said.lines("letter_stuck")[0]["since"] == "2020-07-22 12:00:00+00:00"
    (unknown,) = said.lines("letter_unknown")
    assert (unknown["letter"], unknown["level"]) == ("2020-1-E07000075", "WARNING")
    assert said.counts == {"letters_stuck": 2, "letters_unknown": 1, "watches": 1}


def test_the_watch_counts_itself_also_where_there_is_no_year_to_watch(
    deployed: World, said: Said
) -> None:
    assert watch() == {}
    assert said.counts == {"watches": 1}
    assert deployed.event_sources.states


def test_a_queue_on_which_nobody_works_is_told(year: World, said: Said) -> None:
    year.event_sources.states |= {"send_letter": "Disabled", "track_delivery": "Disabling"}

    watch()

    stopped = [line["function"] for line in said.lines("event_source_disabled")]
    assert stopped == ["send_letter", "track_delivery"]
    assert said.counts["event_sources_disabled"] == 2


def test_a_tally_that_drifted_from_its_cases_is_told_in_the_night(
    deployed: World, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.knows(a_register(ROCHFORD, OTHER_DISTRICT), {})
    record_decisions.lambda_handler(bodies(an_upheld_decision("19-1")), FakeContext())
    clock_at(monkeypatch, "2020-03-01T02:59")
    watch()
    clock_at(monkeypatch, "2020-03-01T03:10")
    watch()
    assert "tallies_adrift" not in said.counts

    key = {name: {"S": value} for name, value in TALLY_KEY.items()}
    deployed.table.client.update_item(
        TableName=TABLE,
        Key=key,
        UpdateExpression="SET upheld = :more",
        ExpressionAttributeValues={":more": {"N": "7"}},
    )
    watch()

    assert [line["authority"] for line in said.lines("tally_adrift")] == [ROCHFORD]
    assert said.counts["tallies_adrift"] == 1


def clock_at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls.fromisoformat(moment).replace(tzinfo=tz)

    monkeypatch.setattr(handler, "datetime", Clock)


def test_what_is_counted_carries_the_stage_and_the_stack(year: World, said: Said) -> None:
    assert year.urls
    watch()

    [counted] = [line for line in said.records if "watches" in line]
    assert (counted["stage"], counted["stack"]) == ("test", "annual-review-test")
    [metrics] = counted["_aws"]["CloudWatchMetrics"]
    assert [sorted(each) for each in metrics["Dimensions"]] == [["service", "stack", "stage"]]


@pytest.mark.parametrize(
    ("on", "counted"),
    [
        ("2020-07-24", ["letters_day_overdue"]),
        ("2020-08-01", ["letters_day_overdue", "publication_overdue"]),
        ("2020-07-22", []),
    ],
)
def test_a_day_that_passed_is_told_by_the_time_of_the_watch(
    year: World, said: Said, monkeypatch: pytest.MonkeyPatch, on: str, counted: list[str]
) -> None:
    clock_at(monkeypatch, f"{on}T12:00:00")
    assert year.urls

    watch()

    assert [name for name in said.counts if name.endswith("overdue")] == counted
    assert [line["what"] for line in said.lines("day_overdue")] == counted


def test_a_letter_that_waits_to_be_prepared_is_asked_for_again(year: World, said: Said) -> None:
    year.take("prepare")
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    for state in (S.HELD, S.PLANNED):
        letter = year.letters.get(a_letter_id())
        year.letters.move(letter, Move(state, two_hours_ago, "for a test"))

    watch()

    assert [each["authority"] for each in year.requests("prepare")] == [ROCHFORD]
    (line,) = said.lines("letter_asked_for_again")
    assert (line["letter"], line["level"]) == ("2020-1-E07000075", "WARNING")


@pytest.mark.parametrize(
    ("scheduled_at", "watched"),
    [
        ("2020-07-22T08:00:00Z", ["2020"]),
        ("2022-05-01T08:00:00Z", ["2020"]),
        ("2023-05-01T08:00:00Z", []),
        ("2020-03-31T08:00:00Z", []),
    ],
)
def test_the_schedule_means_the_years_that_ended_last(
    year: World, scheduled_at: str, watched: list[str]
) -> None:
    assert year.urls
    assert list(watch(scheduled_at=scheduled_at)) == watched


def test_figures_that_are_not_those_that_were_frozen_raise_the_alarm(
    year: World, said: Said
) -> None:
    [key] = [key for key in year.kept() if key.endswith("figures.json")]
    content = year.documents.get(key).replace(b"E07000076", b"E07000077")
    year.documents.put(key, content, "application/json")

    with pytest.raises(AlteredRecordError):
        watch()

    (line,) = said.lines("failed")
    assert "not what was frozen" in line["why"]


def test_an_input_that_names_no_year_is_refused(year: World) -> None:
    assert year.urls
    with pytest.raises(WrongInputError):
        watch(scheduled_at="<aws.scheduler.scheduled-time>")
