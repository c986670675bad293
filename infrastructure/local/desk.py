"""A desk on the local system, for as long as that runs."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annual_review.domain.reporting_year import ReportingYear
from infrastructure.local.deploy import STACK
from infrastructure.local.processes import child_group
from infrastructure.local.staying import variables
from infrastructure.local.system import LocalSystem

_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+/enter\?token=\S+")
_SECONDS_TO_START: Final = 30.0
_ASK_EVERY: Final = 0.05
_INHERITED: Final = ("HOME", "LANG", "LOGNAME", "PATH", "USER")


class DeskError(Exception):
    """The desk did not start; the message holds what it said."""


@contextlib.contextmanager
def desk_on(system: LocalSystem, year: ReportingYear, work: Path, by: str = "") -> Iterator[str]:
    """Run a desk, and give the address that opens it in one browser; it is nobody's but `by`'s.

    Raises:
        DeskError: It did not start.
    """
    named = ("--stack", STACK, "--year", str(year), "--by", by, "--no-open")
    command = (sys.executable, "-m", "annual_review.cli", "desk", *named)
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    env = inherited | variables(system.aws, system.mailbox.endpoint) | {"COLUMNS": "500"}
    log = work / "desk.log"
    with child_group(command, env=env, cwd=work, log=log) as child:
        yield _address(child, log)


def _address(child: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.monotonic() + _SECONDS_TO_START
    while not (found := _ADDRESS.search(said := log.read_text(encoding="utf-8"))):
        if child.poll() is not None or time.monotonic() > ends:
            message = f"the desk did not start: {said.strip() or 'it said nothing'}"
            raise DeskError(message)
        time.sleep(_ASK_EVERY)
    return found[0]
