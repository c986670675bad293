"""Processes: services that run side by side, one call of a port at a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from typing import Final

from tests.fakes.faults import ProcessDiedError

_DEADLOCK: Final = 30
"""Seconds after which a test gives up on a process that never comes back."""


class Process:
    """One invocation of a function, or one command of a person.

    It runs in a thread, and only ever between two of its pauses: whoever steps it waits until it
    pauses again or has ended. `dies_by` is when AWS ends it, at whatever point it has come to.
    """

    def __init__(
        self, name: str, work: Callable[[Process], None], dies_by: float, began: int = 0
    ) -> None:
        """Take what it does; it begins with the first step. `began` is the tick of the oracle."""
        self.name, self.dies_by, self.began = name, dies_by, began
        self.error: BaseException | None = None
        self.has_ended = False
        self._is_killed, self._is_alone = False, False
        # A lock that is taken stands for "wait"; releasing it lets the other side go on.
        self._go, self._stopped = Lock(), Lock()
        self._go.acquire()
        self._stopped.acquire()
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Process], None]) -> None:
        self._go.acquire()
        try:
            work(self)
        except BaseException as error:  # noqa: BLE001 (told where the schedule can see it)
            self.error = error
        self.has_ended = True
        self._stopped.release()

    def pause(self) -> None:
        """Let others go on, for as long as they like.

        Raises:
            ProcessDiedError: It was killed meanwhile.
        """
        if not self._is_alone:
            self._stopped.release()
            self._go.acquire()
        if self._is_killed:
            raise ProcessDiedError(self.name)

    def step(self) -> None:
        """Let it go on to its next pause, or to its end."""
        self._go.release()
        assert self._stopped.acquire(timeout=_DEADLOCK), f"{self.name} never came back"
        if self.has_ended:
            self._thread.join()

    def finish(self) -> None:
        """Let it go on to its end while nobody else moves."""
        self._is_alone = True
        self.step()

    def kill(self) -> None:
        """End it where it stands: what it did is done, and it does nothing more."""
        self._is_killed = True
        self.finish()
