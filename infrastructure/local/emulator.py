"""Local AWS: ministack, started from its own virtual environment and gone when we are.

Everything it needs is decided here and nothing is inherited: the functions that it runs see its
environment, and an inherited endpoint or profile would send them to real AWS.
"""

import contextlib
import http.client
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infrastructure.local.aws import LOOPBACK, REGION, LocalAws
from infrastructure.local.processes import child_group

_STARTER = Path(__file__).with_name("starter.py")
_HEALTH = "/_ministack/health"
_READY_WITHIN_SECONDS = 30.0
_ASK_EVERY_SECONDS = 0.05
_LAST_LINES = 20


class EmulatorError(Exception):
    """Local AWS can't be started; the message says why and what to do."""

    retryable = False


@dataclass(frozen=True, slots=True)
class EmulatorPaths:
    """The environment of the emulator, and a folder that is emptied at every start."""

    environment: Path
    work: Path

    @property
    def program(self) -> Path:
        """The command that starts the emulator."""
        return self.environment / "bin" / "ministack"

    @property
    def python(self) -> Path:
        """The interpreter that runs the emulator and every function in it."""
        return self.environment / "bin" / "python"

    @property
    def log(self) -> Path:
        """What the emulator and the functions print."""
        return self.work / "emulator.log"

    @property
    def scratch(self) -> Path:
        """Where the emulator unpacks the functions."""
        return self.work / "scratch"


@contextlib.contextmanager
def emulator(paths: EmulatorPaths) -> Iterator[LocalAws]:
    """Run local AWS for as long as the block lasts, with permissions enforced.

    The emulator and the functions' processes are killed when the block is left in whatever way:
    its end, an exception, Ctrl-C, SIGTERM, and on Linux also when this process is killed -9.

    Raises:
        EmulatorError: It is not installed, ended at once, or does not answer in time.
    """
    if not paths.program.exists():
        raise EmulatorError(f"local AWS is not installed: {paths.program} is missing")
    shutil.rmtree(paths.work, ignore_errors=True)
    paths.scratch.mkdir(parents=True)
    port = _free_port()
    aws = LocalAws(endpoint=f"http://{LOOPBACK}:{port}", account=_random_account())
    # Without -P the folder of the starter would come first where the emulator looks for modules.
    command = [str(paths.python.absolute()), "-P", str(_STARTER), str(paths.program.absolute())]
    try:
        with child_group(
            command, env=_environment(aws, port, paths.scratch), cwd=paths.scratch, log=paths.log
        ) as child:
            _wait_until_healthy(child, port, paths.log)
            yield aws
    finally:
        shutil.rmtree(paths.scratch, ignore_errors=True)


def _environment(aws: LocalAws, port: int, scratch: Path) -> dict[str, str]:
    """Return the whole environment of the emulator, which every function inherits from it."""
    private = str(scratch.absolute())
    return {
        **aws.environment(),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": private,
        "TMPDIR": private,
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": aws.account,
        "MINISTACK_HOST": LOOPBACK,
    }


def _random_account() -> str:
    """Return twelve digits: what another program of this machine can't guess."""
    return "".join(secrets.choice("0123456789") for _ in range(12))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not _is_healthy(port):
        status = child.poll()
        if status is not None:
            raise EmulatorError(_with_log(f"local AWS ended at once with status {status}", log))
        if time.monotonic() > deadline:
            text = f"local AWS did not answer on {LOOPBACK}:{port} in {_READY_WITHIN_SECONDS:.0f} s"
            raise EmulatorError(_with_log(text, log))
        time.sleep(_ASK_EVERY_SECONDS)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", _HEALTH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _with_log(text: str, log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
    return "\n".join([f"{text}; the end of {log}:", *lines])
