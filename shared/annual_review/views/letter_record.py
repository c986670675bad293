"""One letter and its history, in facts and rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annual_review.services.letters.letter import Letter
from annual_review.services.wording import moment_of

HISTORY_COLUMNS: Final = ("when", "state", "why")
_HASH_SHOWN: Final = 12


def title_of(letter: Letter) -> str:
    """Return what a letter is called above its facts."""
    return f"Letter {letter.id.tag}: revision {letter.id.revision}, dispatch {letter.id.dispatch}"


def facts_of(letter: Letter, name: str) -> Sequence[tuple[str, str]]:
    """Return what is known of a letter to the authority of a name."""
    return (
        ("Authority", f"{letter.id.authority}  {name}"),
        ("State", f"{letter.state.value} since {moment_of(letter.since)}"),
        ("To", ", ".join(letter.recipients) or _asked_for(letter)),
        ("Attempts", str(letter.attempts)),
        ("Figures", letter.figures_sha256[:_HASH_SHOWN]),
        ("Message", (letter.message_sha256 or "not prepared")[:_HASH_SHOWN]),
        ("SES message", letter.message_id or "none"),
    )


def history_of(letter: Letter) -> Sequence[Sequence[str]]:
    """Return what became of a letter, earliest first, under `HISTORY_COLUMNS`."""
    return [(moment_of(each.at), each.state.value, each.why) for each in letter.history]


def _asked_for(letter: Letter) -> str:
    """Return to whom a letter that has no recipients yet will go."""
    return f"{letter.sent_to}, once it is prepared" if letter.sent_to else "nobody yet"
