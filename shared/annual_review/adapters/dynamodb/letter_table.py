"""Letters and closes in the table: every change is one conditional write with one winner."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import (
    LETTER,
    close_key,
    close_key_of,
    closes_partition,
    letter_item_key,
    year_partition,
)
from annual_review.adapters.dynamodb.letter_items import (
    letter_item,
    letter_of,
    move_request,
)
from annual_review.adapters.dynamodb.table import (
    ROUNDS,
    Item,
    Table,
    Value,
    key_of,
    key_values,
    optional_text,
    text,
)
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import ConflictError, MissingError
from annual_review.services.figures.closes import Close
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.letter import (
    Letter,
    LetterMove,
    LetterMovedError,
    LetterStore,
    Move,
)


def new_token() -> str:
    """Return what names one write, so that its writer can tell it from another's."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class DynamoDBLetterStore(LetterStore):
    """Every move demands the version that it saw, and writes a token of its own beside the next.

    When an answer is lost, botocore repeats the request and finds the version gone, by whom it
    can't know; the token tells. Without it a sender that won its claim would take itself for the
    loser, and nobody would send the letter.
    """

    table: Table
    new_token: Callable[[], str] = new_token

    @override
    def plan(self, letter: Letter) -> bool:
        try:
            with port_errors():
                self.table.client.put_item(
                    TableName=self.table.name,
                    Item=letter_item(letter),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ConditionFailedError:
            return False
        return True

    @override
    def get(self, letter: LetterId) -> Letter:
        item = self.table.get(letter_item_key(letter))
        if item is None:
            raise MissingError(f"there is no letter {letter.tag}")
        return letter_of(item)

    @override
    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        found = self.table.query(
            "pk = :year AND begins_with(sk, :letter)",
            {":year": text(year_partition(year)), ":letter": text(LETTER)},
        )
        return [letter_of(item) for item in found]

    @override
    def move(self, letter: Letter, move: Move) -> Letter:
        token = self.new_token()
        for attempt in range(ROUNDS):
            try:
                return self._move(letter, move, token)
            except ConditionFailedError as failed:
                if failed.item is None:
                    raise MissingError(f"there is no letter {letter.id.tag}") from None
                if optional_text(failed.item, "moved_by") == token:
                    return letter_of(failed.item)
                raise LetterMovedError(letter_of(failed.item)) from None
            except ConflictError:
                # A transaction is at work on the letter, and nothing was written.
                if attempt == ROUNDS - 1:
                    raise
                self.table.pause(attempt)
        raise AssertionError

    def _move(self, letter: Letter, move: Move, token: str) -> Letter:
        with port_errors():
            answer = self.table.client.update_item(
                TableName=self.table.name,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **move_request(letter, move, token),
            )
        return letter_of(answer["Attributes"])

    @override
    def plan_next(self, letter: Letter, last: Letter, noted: Move) -> bool:
        token = self.new_token()
        try:
            self.table.write(
                [plan_action(self.table, letter), move_action(self.table, last, noted, token)]
            )
        except ConditionFailedError:
            return was_moved_by(self.table, last.id, token)
        return True


def plan_action(table: Table, letter: Letter) -> dict[str, Any]:
    """Return the action of a transaction that keeps a new letter."""
    return {
        "Put": {
            "TableName": table.name,
            "Item": letter_item(letter),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def move_action(table: Table, letter: Letter, move: Move, token: str) -> dict[str, Any]:
    """Return the action of a transaction that moves a letter."""
    return {"Update": {"TableName": table.name, **move_request(letter, move, token)}}


def was_moved_by(table: Table, letter: LetterId, token: str) -> bool:
    """Whether the present version of a letter was written under a token.

    A transaction that was refused may be the repetition of one whose answer was lost.
    """
    item = table.get(letter_item_key(letter))
    return item is not None and optional_text(item, "moved_by") == token


@dataclass(frozen=True, slots=True)
class DynamoDBCloseStore(CloseStore):
    """The closes of a year, in a partition of their own."""

    table: Table

    @override
    def add(self, close: Close) -> Close:
        item = close_item(close)
        try:
            with port_errors():
                self.table.client.put_item(
                    TableName=self.table.name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailedError as failed:
            return close_of(failed.item or item)
        return close

    @override
    def reissue(self, close: Close, planned: Letter, replaced: Sequence[LetterMove]) -> Close:
        item, token = close_item(close), new_token()
        put = {
            "TableName": self.table.name,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        moves = [move_action(self.table, *each, token) for each in replaced]
        try:
            self.table.write([{"Put": put}, plan_action(self.table, planned), *moves])
        except ConditionFailedError:
            if there := self.table.get(key_of(item)):
                return close_of(there)
            raise_if_moved(self.table, replaced)
            raise
        return close

    @override
    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        # They have a partition of their own: every letter that is prepared asks for them. A year is
        # closed once and re-issued rarely, so that they fit many times over into one page.
        found = self.table.query("pk = :closes", {":closes": text(closes_partition(year))})
        return [close_of(item) for item in found]


def raise_if_moved(table: Table, letters: Sequence[LetterMove]) -> None:
    """Find the letter because of which a transaction was refused.

    Raises:
        LetterMovedError: One of them was changed since it was read.
    """
    for letter, _ in letters:
        item = table.get(letter_item_key(letter.id))
        if item is not None and letter_of(item).version != letter.version:
            raise LetterMovedError(letter_of(item))


def close_item(close: Close) -> dict[str, Value]:
    """Write a close."""
    key = key_values(close_key(close.year, close.revision))
    rest = attributes(close, "year", "revision", "at")
    return {**key, **rest, "closed_at": text(close.at.isoformat())}


@item_reader
def close_of(item: Item) -> Close:
    """Read a close back."""
    year, revision = close_key_of(item)
    return record_of(Close, item, year=year, revision=revision, at=item["closed_at"]["S"])
