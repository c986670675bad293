import time
from collections.abc import Callable


def eventually(condition: Callable[[], bool], within_seconds: float = 20.0) -> None:
    """Wait for a condition of another process, which can't tell us when it is met."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < deadline, f"not met within {within_seconds} s"
        time.sleep(0.02)
