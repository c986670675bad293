"""Letters: one with its history, and those that an act left as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from annual_review.domain.authorities import Register
from annual_review.services.letters.letter import LeftLetter, Letter
from annual_review.services.wording import HASH_SHOWN, counted, moment_of
from annual_review.views.authority_names import named
from annual_review.views.table import Table

_MOST_LISTED: Final = 20


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
        ("Figures", letter.figures_sha256[:HASH_SHOWN]),
        ("Message", (letter.message_sha256 or "not prepared")[:HASH_SHOWN]),
        ("SES message", letter.message_id or "none"),
    )


def history_of(letter: Letter) -> Table:
    """Return what became of a letter, earliest first."""
    rows = [(moment_of(each.at), each.state.value, each.why) for each in letter.history]
    return Table("", ("when", "state", "why"), rows)


def _asked_for(letter: Letter) -> str:
    """Return to whom a letter that has no recipients yet will go."""
    return f"{letter.sent_to}, once it is prepared" if letter.sent_to else "nobody yet"


def left_letters(left: Sequence[LeftLetter], register: Register) -> Table:
    """List the letters that were left, with the reason; of many with the same, only how many."""
    alike = Counter((each.state, each.why) for each in left)
    few = [each for each in left if alike[each.state, each.why] <= _MOST_LISTED]
    return Table(
        "Not changed",
        ("authority", "state", "why"),
        [
            *((named(each.letter.authority, register), each.state.value, each.why) for each in few),
            *(
                (counted(number, "letter"), state.value, why)
                for (state, why), number in alike.items()
                if number > _MOST_LISTED
            ),
        ],
    )
