"""The folder that a run writes to: its own for as long as it lasts."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LOCK: Final = ".run"
_MADE_BY_A_RUN: Final = ("letters", "outbox")


class FolderInUseError(Exception):
    """Another run writes to this folder."""


@contextlib.contextmanager
def run_folder(folder: Path) -> Iterator[Path]:
    """Empty what an earlier run left in a folder, and nothing else, and keep other runs out of it.

    Raises:
        FolderInUseError: Another run is at work in it; nothing of its folder was touched.
        OSError: It can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w", encoding="utf-8") as lock:
        try:
            # The system takes the lock back however this process ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUseError(
                f"another run is using {folder}: end it, or name another folder with --out"
            ) from None
        for name in _MADE_BY_A_RUN:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
        yield folder
