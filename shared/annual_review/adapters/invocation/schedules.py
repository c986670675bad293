"""What the schedules and operators say when they start a function for a whole year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import LONDON


def day_of(expression: str, year: ReportingYear) -> date:
    """Return the day of a schedule in the months after a year: of `cron(0 6 15 4 ? *)` 15 April.

    The expression is one of a day of every year, as the template takes no other.
    """
    _, _, day, month, *_ = expression.removeprefix("cron(").split()
    return date(year.ends, int(month), int(day))


class WrongInputError(Exception):
    """The input of a function is not what it takes; the message says what is."""

    retryable = False


class _Input(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    year: Annotated[int, Field(ge=2, le=9999)] | None = None
    scheduled_at: AwareDatetime | None = None
    dry_run: bool = False


def year_asked_for(event: Mapping[str, Any]) -> ReportingYear:
    """Return the year a function is started for.

    An operator names it: `{"year": 2020}`. A schedule gives its own time, as in
    `{"scheduled_at": "2026-04-15T05:00:00Z"}` or as the `time` of AWS's own "Scheduled Event", and
    means the year that ended last before that day in London.

    Raises:
        WrongInputError: The input holds neither, or both, or asks for a dry run, which this is not.
    """
    year, is_dry_run = closing_asked_for(event)
    if is_dry_run:
        raise WrongInputError("this function has no dry run: nothing was done")
    return year


def closing_asked_for(event: Mapping[str, Any]) -> tuple[ReportingYear, bool]:
    """Return the year that is to be closed, and whether that is only to be tried.

    An operator may add `"dry_run": true`; all else is as for `year_asked_for`.

    Raises:
        WrongInputError: The input names no year, or two.
    """
    try:
        given = _Input.model_validate_json(json.dumps(_input_of(event)))
    except ValidationError:
        given = _Input()
    match given:
        case _Input(year=int(year), scheduled_at=None):
            return ReportingYear(year), given.dry_run
        case _Input(year=None, scheduled_at=scheduled_at) if scheduled_at:
            day = scheduled_at.astimezone(LONDON).date()
            return ReportingYear.last_ended_before(day), given.dry_run
    raise WrongInputError('give {"year": 2020} or {"scheduled_at": "2026-04-15T05:00:00Z"}')


def _input_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the time out of the event that a schedule sends where it was given no input."""
    if event.get("detail-type") == "Scheduled Event":
        return {"scheduled_at": event.get("time")}
    return event
