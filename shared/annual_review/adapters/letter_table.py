"""Letters and closes in the table: every change is one conditional write with one winner."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from annual_review.adapters.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.letter_items import (
    LETTER,
    letter_item,
    letter_item_key,
    letter_of,
    move_expressions,
    year_partition,
)
from annual_review.adapters.table import Item, Table, key_of, key_values, optional_text, text
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError
from annual_review.services.letters import Close, Letter, LetterMovedError, Move

_CLOSES: Final = "CLOSES#"


def _new_token() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class DynamoDBLetterStore:
    """Implements `LetterStore`.

    Every move writes a token of its own beside the state. When an answer is lost, botocore repeats
    the request and finds the letter moved, by whom it can't know; the token tells. Without it a
    sender that won its claim would take itself for the loser, and nobody would send the letter.
    """

    table: Table
    new_token: Callable[[], str] = _new_token

    def plan(self, letter: Letter) -> bool:
        """Keep a new letter; `False` if it is there already.

        Raises:
            PortError: It could not be kept.
        """
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

    def get(self, letter: LetterId) -> Letter:
        """Return a letter, read consistently.

        Raises:
            MissingError: There is none.
            PortError: It could not be read.
        """
        item = self.table.get(letter_item_key(letter))
        if item is None:
            raise MissingError(f"there is no letter {letter.tag}")
        return letter_of(item)

    def of_year(self, year: ReportingYear) -> Sequence[Letter]:
        """Return the letters of every revision of a year, by revision and code.

        Raises:
            PortError: They could not be read.
        """
        found = self.table.query(
            "pk = :year AND begins_with(sk, :letter)",
            {":year": text(year_partition(year)), ":letter": text(LETTER)},
        )
        return [letter_of(item) for item in found]

    def move(self, letter: LetterId, move: Move, given: Collection[LetterState]) -> Letter:
        """Take a letter from one of the given states to another, and return it as it is then.

        Raises:
            LetterMovedError: It is in none of the given states, or not as the move demands.
            MissingError: There is no such letter.
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        if not given:
            raise LetterMovedError(self.get(letter))
        token = self.new_token()
        try:
            with port_errors():
                answer = self.table.client.update_item(
                    TableName=self.table.name,
                    Key=key_values(letter_item_key(letter)),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **move_expressions(move, given, token),
                )
        except ConditionFailedError as failed:
            if failed.item is None:
                raise MissingError(f"there is no letter {letter.tag}") from None
            if optional_text(failed.item, "moved_by") == token:
                return letter_of(failed.item)
            raise LetterMovedError(letter_of(failed.item)) from None
        return letter_of(answer["Attributes"])


@dataclass(frozen=True, slots=True)
class DynamoDBCloseStore:
    """Implements `CloseStore`."""

    table: Table

    def add(self, close: Close) -> Close:
        """Keep a close, or return the one that is there already for this year and revision.

        Raises:
            PortError: It could not be kept.
        """
        item = {
            **key_values((f"{_CLOSES}{close.year}", f"{close.revision:06}")),
            "figures_sha256": text(close.figures_sha256),
            "closed_at": text(close.at.isoformat()),
        }
        if close.reissues is not None:
            item["reissues"] = text(close.reissues)
        try:
            with port_errors():
                self.table.client.put_item(
                    TableName=self.table.name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailedError as failed:
            return _close(failed.item or item)
        return close

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        """Return the closes of a year by revision, read consistently.

        Raises:
            PortError: They could not be read.
        """
        # They have a partition of their own: every letter that is prepared asks for them. A year is
        # closed once and re-issued rarely, so that they fit many times over into one page.
        found = self.table.query("pk = :closes", {":closes": text(f"{_CLOSES}{year}")})
        return [_close(item) for item in found]

    def latest(self, year: ReportingYear) -> Close | None:
        """Return the close of the highest revision, read consistently.

        Raises:
            PortError: It could not be read.
        """
        *_, last = (None, *self.of_year(year))
        return last


def _close(item: Item) -> Close:
    pk, sk = key_of(item)
    return Close(
        year=ReportingYear(int(pk.removeprefix(_CLOSES))),
        revision=Revision(int(sk)),
        figures_sha256=item["figures_sha256"]["S"],
        at=datetime.fromisoformat(item["closed_at"]["S"]),
        reissues=AuthorityCode(reissues) if (reissues := optional_text(item, "reissues")) else None,
    )
