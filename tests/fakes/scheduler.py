"""Interleaving: several actors at once, one step at a time, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Semaphore, Thread

_DEADLOCK = 30
"""Seconds after which a test gives up on an actor that never comes back."""


class _Actor:
    def __init__(self, act: Callable[[Callable[[], None]], None]) -> None:
        self._go, self._stopped = Semaphore(0), Semaphore(0)
        self.is_done = False
        self.error: BaseException | None = None
        self._thread = Thread(target=self._run, args=(act,), daemon=True)
        self._thread.start()

    def _run(self, act: Callable[[Callable[[], None]], None]) -> None:
        self._go.acquire()
        try:
            act(self._pause)
        except BaseException as error:  # noqa: BLE001 (raised again where the test can see it)
            self.error = error
        self.is_done = True
        self._stopped.release()

    def _pause(self) -> None:
        self._stopped.release()
        self._go.acquire()

    def step(self) -> None:
        """Let the actor go on to its next pause, or to its end."""
        self._go.release()
        assert self._stopped.acquire(timeout=_DEADLOCK), "an actor never came back"
        if self.is_done:
            self._thread.join()


def interleave(seed: int, *acts: Callable[[Callable[[], None]], None]) -> None:
    """Run actors step by step; each calls the `pause` it is given wherever another may step in.

    Only one of them runs at any time and the seed decides which, so that a failure can be replayed.
    """
    chance = Random(seed)
    actors = [_Actor(act) for act in acts]
    while running := [actor for actor in actors if not actor.is_done]:
        chance.choice(running).step()
    for actor in actors:
        if actor.error is not None:
            raise actor.error
