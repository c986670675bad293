"""Run a command that the kernel kills when its parent dies, even of kill -9.

Run as a program: `python dies_with_parent.py PARENT_PID COMMAND [ARGUMENT ...]`. It asks the kernel
and then becomes the command, so that the process id stays the same. It is a program and not a
`preexec_fn`, because Python code between fork and exec can deadlock a parent that has threads.
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def main(arguments: list[str]) -> None:
    """Become the command, bound to the parent's life where the system is Linux."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != int(parent):
            sys.exit("the parent died first")
    os.execv(command[0], command)  # noqa: S606 - the command is the parent's, and no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
