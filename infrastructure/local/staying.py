"""Keeps the local system up after a run, so that its mail and its commands can be tried."""

import contextlib
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from infrastructure.local.aws import LOOPBACK, LocalAws

_COMMANDS = Path(sys.executable).parent

# A profile of the user's, or a token of a session, would be for real AWS.
_NOT_FOR_LOCAL_AWS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def variables(aws: LocalAws, mail_endpoint: str) -> dict[str, str]:
    """Return the environment in which commands use the local system, and no other."""
    return {
        **aws.environment(),
        "AWS_ENDPOINT_URL_SESV2": mail_endpoint,
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
    }


@contextlib.contextmanager
def environment_file(aws: LocalAws, mail_endpoint: str, path: Path) -> Iterator[Path]:
    """Write what another terminal needs to use the local system; the file goes with the system."""
    values = variables(aws, mail_endpoint)
    lines = [
        "# Made by `make run`: the local system, as AWS commands find it. The key is of this run.",
        f"unset {' '.join(_NOT_FOR_LOCAL_AWS)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in values.items()),
        f'export PATH={shlex.quote(str(_COMMANDS))}:"$PATH"',
    ]
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def until_interrupted(wait: Callable[[], object]) -> None:
    """Wait for Ctrl-C; `wait` is what ends by nothing else."""
    with contextlib.suppress(KeyboardInterrupt):
        wait()
