"""The smoke test on local AWS: through every queue of the real template, and nothing left of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from annual_review.services.dispatch.mail_mode import MailMode
from infrastructure.local.deploy import STACK
from infrastructure.local.project import ROOT
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd
from tests.builders import ROCHFORD, YEAR, a_register, recipients

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("smoke") / "outbox"


@pytest.fixture(scope="module")
def diverting(outbox: Path) -> Iterator[LocalSystem]:
    """A stack that diverts its mail, with a register of its own."""
    work, mode = outbox.parent / "work", MailMode.DIVERT
    with local_system(work, outbox, approval_required=True, mail_mode=mode) as system:
        YearEnd(system, YEAR).load_register(a_register(ROCHFORD), recipients(ROCHFORD))
        yield system


def smoke(system: LocalSystem, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "infrastructure.deploy.smoke.run", STACK, *arguments]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environment |= system.aws.environment()
    return subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def everything(system: LocalSystem) -> tuple[list[Mapping[str, object]], list[str]]:
    """All that the table and the bucket hold, earlier versions included."""
    items = system.aws.client("dynamodb").scan(TableName=system.stack.table_name)["Items"]
    listed = system.aws.client("s3").list_object_versions(Bucket=system.stack.bucket_name)
    versions = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
    return items, [each["Key"] for each in versions]


def test_an_event_and_a_diverted_letter_go_all_the_way_and_leave_nothing(
    diverting: LocalSystem, outbox: Path
) -> None:
    before = everything(diverting)

    done = smoke(diverting)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The smoke test passed" in done.stdout
    assert "It made: YEAR#1990 / LETTER#000001#SMOKE-TEST" in done.stdout
    [mail] = outbox.glob("*.eml")
    assert mail.stem == "1990-1-SMOKE-TEST"
    assert everything(diverting) == before


def test_what_a_run_that_failed_left_is_removed(diverting: LocalSystem) -> None:
    before = everything(diverting)
    # Whoever stops a function has a run fail when it waits for the letter.
    sources = diverting.stack.event_sources
    [uuid] = [each.split("=")[1] for each in sources.split(",") if each.startswith("send_letter=")]
    diverting.aws.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    failed = smoke(diverting, "--patience", "2")

    assert (failed.returncode, "its delivery was not recorded" in failed.stderr) == (1, True)
    assert everything(diverting) != before

    for _ in range(2):
        cleaned = smoke(diverting, "--clean")
        assert cleaned.returncode == 0, cleaned.stderr
        assert everything(diverting) == before
