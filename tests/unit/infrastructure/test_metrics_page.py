"""The page about counts and log lines: it is whole, and what is looked at is counted."""

from __future__ import annotations

import json
import re

from annual_review.adapters.invocation.observation import NAMESPACE
from infrastructure.local.project import ROOT
from infrastructure.local.template import read_template
from infrastructure.reference.metrics import metrics_page
from infrastructure.reference.said import LINES, METRICS

STACKS = ROOT / "infrastructure" / "stacks"


def told() -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", metrics_page(ROOT), re.MULTILINE))


def test_the_page_tells_of_what_the_code_says_and_of_nothing_else() -> None:
    assert told() == METRICS.keys() | LINES.keys()


def test_every_alarm_and_the_dashboard_look_at_what_is_counted() -> None:
    alarms = read_template(STACKS / "alarms.yaml")["Resources"]
    looked_at = set(re.findall(r"'MetricName': '([a-z_]+)'", str(alarms)))
    dashboard = read_template(STACKS / "dashboard.yaml")["Resources"]["Dashboard"]
    body = dashboard["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = [m for w in json.loads(body)["widgets"] for m in w["properties"]["metrics"]]
    ours = {name for namespace, name, *_ in shown if namespace == NAMESPACE}
    assert looked_at
    assert ours
    assert looked_at | ours <= METRICS.keys()
