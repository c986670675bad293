"""Child processes that never outlive us: whatever ends this process ends them, too."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

_BOUND_TO_PARENT = Path(__file__).with_name("dies_with_parent.py")
_EXIT_CODE_OF_A_SIGNAL = 128


@contextlib.contextmanager
def child_group(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own, and kill the whole group on the way out.

    The group is killed outright: nothing that runs here has anything to save. A group of its own
    also keeps the terminal's Ctrl-C away from the children, so that the parent stops them in order.
    To be entered on a thread that lives as long as the child: the kernel binds the child to it.
    Nothing of the environment is inherited.
    """
    bound = [sys.executable, "-IS", str(_BOUND_TO_PARENT), str(os.getpid()), *command]
    with exits_on_termination(), log.open("wb") as output:
        child = subprocess.Popen(
            bound,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            kill_group(child.pid)
            child.wait()


def kill_group(group: int) -> None:
    """Kill every process of a group, if any is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


@contextlib.contextmanager
def exits_on_termination() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, so that `finally` and `with` blocks do their work.

    Only the main thread may set handlers; elsewhere this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _exit) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(_EXIT_CODE_OF_A_SIGNAL + number)
