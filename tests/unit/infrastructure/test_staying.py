from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from infrastructure.local.aws import LocalAws
from infrastructure.local.staying import environment_file, until_interrupted

AWS = LocalAws("http://127.0.0.1:4566", "123456789012")


def sourced(path: Path) -> dict[str, str]:
    """What a shell has in its environment after it has read the file."""
    shell = subprocess.run(
        ["/bin/sh", "-c", f". '{path}' && env"],
        env={"PATH": os.environ["PATH"], "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "t"},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in shell.stdout.splitlines() if "=" in line)


def test_another_terminal_reaches_the_local_system_and_no_other(tmp_path: Path) -> None:
    with environment_file(AWS, "http://127.0.0.1:8025", tmp_path / "local.env") as path:
        environment = sourced(path)

    assert AWS.environment().items() <= environment.items()
    assert environment["PATH"].startswith(f"{Path(sys.executable).parent}:")
    assert environment["AWS_ENDPOINT_URL_SESV2"] == "http://127.0.0.1:8025"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & environment.keys()


def test_the_file_goes_with_the_system(tmp_path: Path) -> None:
    with environment_file(AWS, "http://127.0.0.1:8025", tmp_path / "local.env") as path:
        assert path.stat().st_mode & 0o777 == 0o600

    assert not path.exists()


def test_ctrl_c_is_how_staying_ends() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    until_interrupted(interrupted)
