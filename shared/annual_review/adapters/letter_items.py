"""Letters as items of the table, and their moves as conditional updates."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from annual_review.adapters.table import (
    Item,
    Key,
    Value,
    key_of,
    key_values,
    number,
    optional_text,
    read_texts,
    text,
    texts,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.letters import FIRST_DISPATCH, Dispatch, LetterId, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import Event, Letter, Move

_YEAR: Final = "YEAR#"
LETTER: Final = "LETTER#"
"""How the sort keys of all letters begin."""


def year_partition(year: ReportingYear) -> str:
    """Return the partition of the letters of a year."""
    return f"{_YEAR}{year}"


def letter_item_key(letter: LetterId) -> Key:
    """Return where a letter is kept."""
    # Six digits keep revisions in order, as far as a tag can count them.
    again = "" if letter.dispatch == FIRST_DISPATCH else f"#{letter.dispatch:03}"
    return year_partition(letter.year), f"{LETTER}{letter.revision:06}#{letter.authority}{again}"


def _letter_id(item: Item) -> LetterId:
    pk, sk = key_of(item)
    _, revision, authority, *again = sk.split("#", 3)
    return LetterId(
        ReportingYear(int(pk.removeprefix(_YEAR))),
        Revision(int(revision)),
        AuthorityCode(authority),
        Dispatch(int(*again)) if again else FIRST_DISPATCH,
    )


def _event_value(event: Event) -> Value:
    return {
        "M": {
            "at": text(event.at.isoformat()),
            "state": text(event.state.value),
            "why": text(event.why),
        }
    }


def _event(value: Value) -> Event:
    parts = value["M"]
    return Event(
        datetime.fromisoformat(parts["at"]["S"]),
        LetterState(parts["state"]["S"]),
        parts["why"]["S"],
    )


def letter_item(letter: Letter) -> dict[str, Value]:
    """Write a letter."""
    item = {
        **key_values(letter_item_key(letter.id)),
        "state": text(letter.state.value),
        "figures_sha256": text(letter.figures_sha256),
        "attempts": number(letter.attempts),
        "history": {"L": [_event_value(event) for event in letter.history]},
    }
    if letter.message_sha256 is not None:
        item["message_sha256"] = text(letter.message_sha256)
    if letter.message_id is not None:
        item["message_id"] = text(letter.message_id)
    if letter.recipients:
        item["recipients"] = texts(letter.recipients)
    if letter.approved_sha256 is not None:
        item["approved_sha256"] = text(letter.approved_sha256)
    if letter.sent_to is not None:
        item["sent_to"] = text(letter.sent_to)
    return item


def letter_of(item: Item) -> Letter:
    """Read a letter back."""
    return Letter(
        id=_letter_id(item),
        state=LetterState(item["state"]["S"]),
        figures_sha256=item["figures_sha256"]["S"],
        message_sha256=optional_text(item, "message_sha256"),
        message_id=optional_text(item, "message_id"),
        attempts=int(item["attempts"]["N"]),
        recipients=tuple(map(EmailAddress, read_texts(item.get("recipients", {"L": []})))),
        history=tuple(_event(each) for each in item["history"]["L"]),
        approved_sha256=optional_text(item, "approved_sha256"),
        sent_to=EmailAddress(sent_to) if (sent_to := optional_text(item, "sent_to")) else None,
    )


def move_expressions(move: Move, given: Collection[LetterState], token: str) -> dict[str, Any]:
    """Return condition and update of a move; attributes it leaves alone are not mentioned."""
    updated = {"state": text(move.to.value), "moved_by": text(token)}
    for name in ("message_sha256", "message_id", "approved_sha256"):
        if (value := getattr(move, name)) is not None:
            updated[name] = text(value)
    if move.recipients is not None:
        updated["recipients"] = texts(move.recipients)
    conditions, demanded = _demands(move, given)
    set_ = ", ".join(f"#{name} = :{name}" for name in updated)
    named = {*updated, "history", "attempts", *re.findall(r"#(\w+)", " ".join(conditions))}
    return {
        "ConditionExpression": " AND ".join(conditions),
        "UpdateExpression": (
            f"SET {set_}, #history = list_append(#history, :event) ADD #attempts :attempt"
        ),
        "ExpressionAttributeNames": {f"#{name}": name for name in sorted(named)},
        "ExpressionAttributeValues": {
            **{f":{name}": value for name, value in updated.items()},
            **demanded,
            ":event": {"L": [_event_value(Event(move.at, move.to, move.why))]},
            ":attempt": number(int(move.counts_as_attempt)),
        },
    }


def _demands(
    move: Move, given: Collection[LetterState]
) -> tuple[Sequence[str], Mapping[str, Value]]:
    """Return the conditions of a move, and the values in them."""
    values = {f":given{place}": text(state.value) for place, state in enumerate(sorted(given))}
    conditions = [f"#state IN ({', '.join(values)})"]
    if move.if_message is not None:
        conditions.append("#message_sha256 = :if_message")
        values[":if_message"] = text(move.if_message)
    if move.if_approved:
        conditions += ["attribute_exists(#message_sha256)", "#approved_sha256 = #message_sha256"]
    if move.if_seen is not None:
        conditions.append("size(#history) = :if_seen")
        values[":if_seen"] = number(move.if_seen)
    if move.if_attempted:
        conditions.append("#attempts > :none")
        values[":none"] = number(0)
    return conditions, values
