"""The conditions that promises rest on, each taken out: what the simulation has to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from unittest.mock import patch

from annual_review.adapters.dynamodb.case_items import case_item
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.letter_items import move_request
from annual_review.domain.letters import LetterState
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.simulation.stages import Stage

S = LetterState
A: Final = "annual_review.adapters.dynamodb"
V: Final = "annual_review.services"

Patch = Callable[[], AbstractContextManager[object]]
Step = Callable[[Letter, Move], bool]


def _unconditional(step: Step) -> Patch:
    """Let one kind of step of a letter happen whatever happened since it was read."""

    def request(letter: Letter, move: Move, token: str) -> dict[str, Any]:
        asked = move_request(letter, move, token)
        if step(letter, move):
            asked["ConditionExpression"] = "#version >= :seen OR #version < :seen"
        return asked

    return partial(patch, f"{A}.letter_table.move_request", request)


def _by_state(step: Step) -> Patch:
    """Let one kind of step demand the state that was read, which may have come back."""

    def request(letter: Letter, move: Move, token: str) -> dict[str, Any]:
        asked = move_request(letter, move, token)
        if step(letter, move):
            asked["ConditionExpression"] = "#state = :before AND #version >= :seen"
            asked["ExpressionAttributeValues"][":before"] = {"S": letter.state.value}
        return asked

    return partial(patch, f"{A}.letter_table.move_request", request)


def _from_to(before: set[LetterState], then: set[LetterState]) -> Step:
    return lambda letter, move: letter.state in before and move.to in then


def _anything(name: str) -> Patch:
    """Let the writes of one adapter happen whatever version is there."""

    def still(seen: int) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#version) OR attribute_exists(#version)",
            "ExpressionAttributeNames": {"#version": "version"},
        }
        return asked if seen >= 0 else {}

    return partial(patch, f"{A}.{name}.if_still", still)


def _only_what_changes(change: CaseChange) -> Mapping[TallyKey, Tally]:
    total: dict[TallyKey, Tally] = {}
    for write in change.writes:
        for key, counts in write.changes.items():
            total[key] = total.get(key, NOTHING_COUNTED) + counts
    return {key: counts for key, counts in total.items() if counts}


def _whatever_was_reset(_store: DynamoDBCaseStore, write: CaseWrite) -> dict[str, Any]:
    """Let a case be written if its version is the one that was seen, which a reset brings back."""
    put = {"TableName": _store.table.name, "Item": case_item(write.state)}
    if write.seen is None:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}
    condition = {
        "ConditionExpression": "#version = :seen",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":seen": {"N": str(write.seen.version)}},
    }
    return {"Put": put | condition}


def _keeps_its_state(letter: Letter, at: datetime, why: str, by: str | None = None) -> Move:
    return Move(letter.state, at, why, by=by)


_SENDABLE: Final = {S.PREPARED, S.APPROVED}
_OUTCOMES: Final = {S.ACCEPTED, S.FAILED, S.UNKNOWN}

WEAKNESSES: Final[Mapping[str, Patch]] = MappingProxyType(
    {
        "a claim": _unconditional(_from_to(_SENDABLE, {S.CLAIMED})),
        "a claim is released": _unconditional(_from_to({S.CLAIMED}, _SENDABLE)),
        "a claim is released, by its state": _by_state(_from_to({S.CLAIMED}, _SENDABLE)),
        "the outcome of a claim": _unconditional(_from_to({S.CLAIMED}, _OUTCOMES)),
        "an approval": _unconditional(_from_to({S.PREPARED}, {S.APPROVED})),
        "a hold": _unconditional(_from_to(_SENDABLE | {S.PLANNED}, {S.HELD})),
        "a letter is taken off hold": _unconditional(_from_to({S.HELD}, {S.PLANNED})),
        "a preparation": _unconditional(_from_to({S.PLANNED}, _SENDABLE)),
        "a preparation, by its state": _by_state(_from_to({S.PLANNED}, _SENDABLE)),
        "a letter is taken back": _unconditional(_from_to(_SENDABLE, {S.PLANNED})),
        "a report": _unconditional(
            _from_to({S.ACCEPTED, S.DELIVERED}, {S.DELIVERED, S.BOUNCED, S.COMPLAINED})
        ),
        "a re-issue replaces": _unconditional(
            lambda _letter, move: move.kind is EventKind.REPLACED
        ),
        "the phase of a year": _anything("phase_table"),
        "a recipient": _anything("directory_table"),
        "a change takes the letter back": partial(
            patch, f"{V}.review.review_paragraphs.reopened", _keeps_its_state
        ),
        "a note takes the letter back": partial(
            patch, f"{V}.review.noted_letters.reopened", _keeps_its_state
        ),
        "a recipient takes the letter back": partial(
            patch, f"{V}.letters.load_register.reopened", _keeps_its_state
        ),
        "a new preparation takes the letter back": partial(
            patch, f"{V}.letters.prepare_again.asked_again", _keeps_its_state
        ),
        "an approval wants reviewed paragraphs": partial(
            patch,
            f"{V}.dispatch.approve_letters.unreviewed_letters",
            lambda _paragraphs: frozenset(),
        ),
        "the double collect": partial(
            patch,
            f"{V}.figures.collect_counts.CollectCounts._has_moved",
            lambda collecting, key, _now: key not in collecting.counts,
        ),
        "a swap of cases changes the versions": partial(
            patch, f"{V}.recording.case_changes.CaseChange.tallies", property(_only_what_changes)
        ),
        "a case is not reset meanwhile": partial(
            patch, f"{A}.case_table.DynamoDBCaseStore._put", _whatever_was_reset
        ),
        "resets come before versions": partial(
            patch, "annual_review.domain.cases._was_reset_since", lambda _arriving, _known: False
        ),
        "the queue is asked": partial(
            patch, f"{V}.year_end.closing.examine_year.on_their_way", lambda _arrivals: ()
        ),
        "a stop is kept": _anything("years.sending_table"),
        "a stop is seen": partial(
            patch, f"{V}.dispatch.sending_stops.SendingRecord.stop", property(lambda _record: None)
        ),
        "status tells whose recipient has changed": partial(
            patch, "tests.simulation.robot.misaddressed", lambda *_: frozenset()
        ),
        "how long a claim lasts": partial(
            patch, f"{V}.dispatch.send_letter.CLAIM_LASTS", timedelta(0)
        ),
        "how long a claim lasts for a person": partial(
            patch, f"{V}.dispatch.settle_letter.CLAIM_LASTS", timedelta(0)
        ),
    }
)
"""Each by what it is the condition of."""

AROUND: Final[Mapping[str, Stage]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("a claim", "a claim is released", "a claim is released, by its state"), Stage.DISPATCH
        ),
        **dict.fromkeys(("the outcome of a claim", "a report"), Stage.DISPATCH),
        "a stop is kept": Stage.DISPATCH,
        "a stop is seen": Stage.DISPATCH,
        "status tells whose recipient has changed": Stage.DISPATCH,
        "how long a claim lasts": Stage.DISPATCH,
        "how long a claim lasts for a person": Stage.DISPATCH,
        **dict.fromkeys(
            ("a letter is taken off hold", "a preparation, by its state"), Stage.REVIEW
        ),
        "a recipient": Stage.REVIEW,
        "a change takes the letter back": Stage.DISPATCH,
        "a recipient takes the letter back": Stage.REVIEW,
        "a new preparation takes the letter back": Stage.REVIEW,
        "a note takes the letter back": Stage.DISPATCH,
        "the double collect": Stage.CLOSING,
        "a swap of cases changes the versions": Stage.CLOSING,
        "a case is not reset meanwhile": Stage.CLOSING,
        "resets come before versions": Stage.CLOSING,
        "the queue is asked": Stage.CLOSING,
        "the phase of a year": Stage.CLOSING,
    }
)
"""The stage of the year at which some of them show; the others show at any."""

FOUND_FROM: Final[Mapping[str, int]] = MappingProxyType(
    {
        "a claim is released": 9,
        "a claim is released, by its state": 700,
        "an approval": 14,
        "a letter is taken off hold": 62,
        "the phase of a year": 11,
        "a recipient": 131,
        "a change takes the letter back": 147,
        "a note takes the letter back": 134,
        "a recipient takes the letter back": 600,
        "a new preparation takes the letter back": 143,
        "an approval wants reviewed paragraphs": 185,
        "the double collect": 118,
        "a swap of cases changes the versions": 239,
        "a case is not reset meanwhile": 151,
        "the queue is asked": 9,
        "status tells whose recipient has changed": 620,
        "how long a claim lasts for a person": 36,
    }
)
"""The seed from which to look for those that not each of the first schedules shows.

Today that schedule is the one. It saves minutes, and need not be right: a change of the code or of
the schedules moves them, and the next one that shows it is found.
"""
