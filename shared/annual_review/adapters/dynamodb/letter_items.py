"""Letters as items of the table, and their moves as conditional updates."""

from __future__ import annotations

from typing import Any

from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import letter_id_of, letter_item_key
from annual_review.adapters.dynamodb.table import Item, Value, if_still, key_values, text
from annual_review.services.letters.letter import Letter, Move


def letter_item(letter: Letter) -> dict[str, Value]:
    """Write a letter."""
    without = ("id",) if letter.recipients else ("id", "recipients")
    return {**key_values(letter_item_key(letter.id)), **attributes(letter, *without)}


@item_reader
def letter_of(item: Item) -> Letter:
    """Read a letter back; the first lines of a history ever written have no kind."""
    return record_of(Letter, item, id=letter_id_of(item))


def move_request(letter: Letter, move: Move, token: str) -> dict[str, Any]:
    """Return key, condition and update of a move; attributes it leaves alone are not mentioned.

    Roles of functions name the attributes that they may write, and none that approves a letter. The
    condition is the version that was seen. `token` is written with it: it tells the writer of this
    very version from another.
    """
    then = move.applied_to(letter)
    seen, written = letter_item(letter), letter_item(then)
    updated: dict[str, Value] = {
        name: written[name]
        for name in ("state", "message_sha256", "message_id", "approved_sha256", "recipients")
        if name in written and written[name] != seen.get(name)
    }
    updated |= {"moved_by": text(token), "version": written["version"]}
    values = {f":{name}": value for name, value in updated.items()}
    names = {f"#{name}": name for name in (*updated, "history", "attempts")}
    removed = ""
    if letter.approved_sha256 is not None and then.approved_sha256 is None:
        removed, names["#approved_sha256"] = " REMOVE #approved_sha256", "approved_sha256"
    condition = if_still(letter.version)
    set_ = ", ".join(f"#{name} = :{name}" for name in updated)
    return {
        "Key": key_values(letter_item_key(letter.id)),
        "ConditionExpression": condition["ConditionExpression"],
        "UpdateExpression": (
            f"SET {set_}, #history = list_append(#history, :event), #attempts = :attempts{removed}"
        ),
        "ExpressionAttributeNames": {**condition["ExpressionAttributeNames"], **names},
        "ExpressionAttributeValues": {
            **condition["ExpressionAttributeValues"],
            **values,
            ":event": {"L": [{"M": attributes(then.history[-1])}]},
            ":attempts": written["attempts"],
        },
    }
