from pathlib import Path

from tests.template.deployed import Deployed

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"


def test_the_runbook_has_an_entry_for_every_alarm_and_for_no_other(deployed: Deployed) -> None:
    headings = {
        line.removeprefix("## ")
        for line in RUNBOOK.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ") and line.endswith("Alarm")
    }
    assert headings == set(deployed.of_type("AWS::CloudWatch::Alarm"))
