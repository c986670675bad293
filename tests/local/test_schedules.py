from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from infrastructure.local.aws import LocalAws
from infrastructure.local.schedules import ScheduledRunError, run_schedule
from tests.local.functions import create_function

SIX_IN_LONDON = datetime(2020, 4, 15, 6, tzinfo=ZoneInfo("Europe/London"))

pytestmark = pytest.mark.local


def create_schedule(aws: LocalAws, name: str, code: str) -> None:
    target = {
        "Arn": create_function(aws, code, name),
        "RoleArn": f"arn:aws:iam::{aws.account}:role/{name}",
        "Input": '{"scheduled_at": "<aws.scheduler.scheduled-time>"}',
    }
    aws.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression="cron(0 6 15 4 ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="DISABLED",
        Target=target,
    )


def test_what_a_schedule_starts_is_told_the_scheduled_time_in_utc(aws: LocalAws) -> None:
    create_schedule(aws, "told", "def lambda_handler(event, context): return event")
    assert run_schedule(aws, "told", SIX_IN_LONDON) == {"scheduled_at": "2020-04-15T05:00:00Z"}


def test_a_run_that_fails_is_told_with_its_reason(aws: LocalAws) -> None:
    code = "def lambda_handler(event, context): raise ValueError('decisions are waiting')"
    create_schedule(aws, "failing", code)
    with pytest.raises(ScheduledRunError, match=r"failing at 2020-04-15T05:00:00Z: .*are waiting"):
        run_schedule(aws, "failing", SIX_IN_LONDON)
