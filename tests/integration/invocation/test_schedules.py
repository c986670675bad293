from __future__ import annotations

from typing import Any

import pytest

from annual_review.adapters.invocation.schedules import WrongInputError, year_asked_for


def test_an_operator_names_the_year() -> None:
    assert year_asked_for({"year": 2020}).ends == 2020


@pytest.mark.parametrize(
    ("scheduled_at", "year"),
    [
        ("2026-04-15T05:00:00Z", 2026),
        ("2026-07-22T08:00:00Z", 2026),
        ("2026-03-31T12:00:00Z", 2025),
        # In London it is already 1 April, an hour ahead.
        ("2026-03-31T23:00:00Z", 2026),
        ("2026-03-31T22:59:59Z", 2025),
    ],
)
def test_a_schedule_means_the_year_that_ended_last(scheduled_at: str, year: int) -> None:
    assert year_asked_for({"scheduled_at": scheduled_at}).ends == year


def test_a_schedule_without_an_input_sends_its_time_in_an_event_of_aws() -> None:
    # As `sam local generate-event cloudwatch scheduled-event` makes it.
    event = {
        "id": "cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-07-22T08:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/ExampleRule"],
        "detail": {},
    }
    assert year_asked_for(event).ends == 2026


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"detail-type": "Scheduled Event", "time": "soon"},
        {"detail-type": "Scheduled Event"},
        {"year": "2020"},
        {"year": True},
        {"year": 0},
        {"year": 20200},
        {"scheduled_at": "soon"},
        {"scheduled_at": "2026-04-15T05:00:00"},
        {"scheduled_at": 1776229200},
        {"scheduled_at": "<aws.scheduler.scheduled-time>"},
        {"year": 2020, "scheduled_at": "2026-04-15T05:00:00Z"},
    ],
)
def test_anything_else_is_refused_with_what_to_give(event: dict[str, Any]) -> None:
    with pytest.raises(WrongInputError, match="give"):
        year_asked_for(event)
