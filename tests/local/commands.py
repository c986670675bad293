"""Calls an operator's command as a program of its own, on local AWS."""

import subprocess
import sys
from pathlib import Path

from infrastructure.local.aws import LocalAws


def annual_review(aws: LocalAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a command, whatever it ends with."""
    program = Path(sys.executable).with_name("annual-review")
    return subprocess.run(
        [str(program), *arguments],
        env=dict(aws.environment()),
        capture_output=True,
        text=True,
        check=False,
    )
