"""Ids of dead letters as people read and type them: the beginning of one that no other has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from annual_review.services.errors import RefusalError
from annual_review.services.recording.dead_letter_queue import DeadLetter
from annual_review.services.recording.messages import MessageId

_SHORTEST: Final = 8
_MOST_LISTED: Final = 12
_WHOLE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class AmbiguousIdError(RefusalError):
    """Several messages have an id that begins like that."""


def are_whole(typed: Iterable[str]) -> bool:
    """Whether some ids are whole: to know which messages they mean, no queue has to be read."""
    return all(_WHOLE.fullmatch(one) for one in typed)


def shortened(ids: Collection[MessageId]) -> Mapping[MessageId, str]:
    """Return the beginning of each id that tells it from the others, all of the same length."""
    different = len(set(ids))
    length = _SHORTEST
    while len({id_[:length] for id_ in ids}) < different:
        length += 1
    return {id_: id_[:length] for id_ in ids}


def meant_by(typed: Iterable[str], letters: Sequence[DeadLetter]) -> Sequence[MessageId]:
    """Return the ids that somebody means, each once; one that no message has stays as it is.

    Raises:
        AmbiguousIdError: It is the beginning of several.
    """
    return list(dict.fromkeys(_meant_by(one.strip(), letters) for one in typed))


def _meant_by(typed: str, letters: Sequence[DeadLetter]) -> MessageId:
    found = [each for each in letters if typed and each.id.startswith(typed)]
    if len(found) == 1:
        return found[0].id
    if not found or typed in {each.id for each in found}:
        return MessageId(typed)
    short = shortened([each.id for each in letters])
    lines = [f"{short[each.id]}  {each.reason}" for each in found[:_MOST_LISTED]]
    if (more := len(found) - _MOST_LISTED) > 0:
        lines.append(f"and {more} more")
    first = f"{typed!r} may be any of {len(found)} messages: give more of the id"
    raise AmbiguousIdError("\n".join([first, *lines]))
