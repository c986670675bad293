"""The stages of a year around which a schedule is drawn, and what people do in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final


class Stage(Enum):
    """Around what most of a schedule happens."""

    CLOSING = "closing"
    REVIEW = "review"
    DISPATCH = "dispatch"


WHAT_HAPPENS: Final[Mapping[Stage, Sequence[str]]] = {
    Stage.CLOSING: (
        "close",
        "correct",
        "close",
        "correct",
        "load_notes",
        "load_recipients",
        "close",
        "repair",
        "repair",
        "watch",
        "watch",
        "watch",
        "approve",
    ),
    Stage.REVIEW: (
        "approve",
        "review",
        "review",
        "keep_all",
        "load_notes",
        "load_recipients",
        "read_letters",
        "prepare",
        "change_the_edition",
        "hold",
        "unhold",
        "issue date",
        "release",
        "approve",
        "reissue",
        "correct",
        "watch",
    ),
    Stage.DISPATCH: (
        "release",
        "release",
        "resend",
        "settle",
        "hold",
        "unhold",
        "reissue",
        "review",
        "load_notes",
        "load_recipients",
        "prepare",
        "approve",
        "keep_all",
        "correct",
        "watch",
        "settle_wrongly",
        "resume",
        "resume",
        "deal_with",
        "close",
    ),
}
