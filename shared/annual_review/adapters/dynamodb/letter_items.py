"""Letters as items of the table, and their moves as conditional updates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from annual_review.adapters.dynamodb.keys import letter_id_of, letter_item_key
from annual_review.adapters.dynamodb.table import (
    Item,
    Value,
    if_still,
    key_values,
    number,
    optional_text,
    read_texts,
    text,
    texts,
)
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.letters.letter import Event, Letter, Move
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport


def _event_value(event: Event) -> Value:
    parts = {
        "at": text(event.at.isoformat()),
        "state": text(event.state.value),
        "why": text(event.why),
        "kind": text(event.kind.value),
    }
    if event.report is not None:
        parts["report"] = _report_value(event.report)
    return {"M": parts}


def _report_value(report: NotedReport) -> Value:
    return {
        "M": {
            "event": text(report.event.value),
            "codes": text(report.codes),
            "is_about_copies": {"BOOL": report.is_about_copies},
        }
    }


def _event(value: Value) -> Event:
    parts = value["M"]
    return Event(
        datetime.fromisoformat(parts["at"]["S"]),
        LetterState(parts["state"]["S"]),
        parts["why"]["S"],
        # The first lines ever written have no kind, and nothing is read out of their words.
        EventKind(parts["kind"]["S"]) if "kind" in parts else EventKind.NOTE,
        _report(parts["report"]["M"]) if "report" in parts else None,
    )


def _report(parts: Item) -> NotedReport:
    return NotedReport(
        MailEvent(parts["event"]["S"]),
        parts["codes"]["S"],
        is_about_copies=parts["is_about_copies"]["BOOL"],
    )


def letter_item(letter: Letter) -> dict[str, Value]:
    """Write a letter."""
    item = {
        **key_values(letter_item_key(letter.id)),
        "state": text(letter.state.value),
        "figures_sha256": text(letter.figures_sha256),
        "attempts": number(letter.attempts),
        "version": number(letter.version),
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
        id=letter_id_of(item),
        state=LetterState(item["state"]["S"]),
        figures_sha256=item["figures_sha256"]["S"],
        message_sha256=optional_text(item, "message_sha256"),
        message_id=optional_text(item, "message_id"),
        attempts=int(item["attempts"]["N"]),
        recipients=tuple(map(EmailAddress, read_texts(item.get("recipients", {"L": []})))),
        history=tuple(_event(each) for each in item["history"]["L"]),
        approved_sha256=optional_text(item, "approved_sha256"),
        sent_to=EmailAddress(sent_to) if (sent_to := optional_text(item, "sent_to")) else None,
        version=int(item["version"]["N"]),
    )


def move_request(letter: Letter, move: Move, token: str) -> dict[str, Any]:
    """Return key, condition and update of a move; attributes it leaves alone are not mentioned.

    The condition is the version that was seen. `token` is written with it: it tells the writer of
    this very version from another.
    """
    then = move.applied_to(letter)
    written = letter_item(then)
    updated: dict[str, Value] = {
        name: written[name]
        for name in ("state", "message_sha256", "message_id", "approved_sha256", "recipients")
        if name in written
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
            ":event": {"L": [_event_value(then.history[-1])]},
            ":attempts": written["attempts"],
        },
    }
