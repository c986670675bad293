"""How work is done that fills the memory; that processes render is tested with the rehearsal."""

from __future__ import annotations

import gc
from contextlib import suppress

from annual_review.services.processes import seldom_searching


def test_garbage_is_searched_for_seldom_until_the_work_is_done_or_fails() -> None:
    before = gc.get_threshold()

    with suppress(RuntimeError), seldom_searching():
        inside = gc.get_threshold()
        raise RuntimeError

    assert inside[0] > 10 * before[0]
    assert gc.get_threshold() == before
