"""The history of publications, and challenges, in the table: every change one conditional write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annual_review.adapters.aws.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import (
    CHALLENGES,
    HISTORY_KEY,
    challenge_key,
    challenge_key_of,
    challenges_of,
    year_partition,
)
from annual_review.adapters.dynamodb.table import (
    Item,
    Table,
    Value,
    if_still,
    key_values,
    number,
    text,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Challenge
from annual_review.domain.publication.history import PublicationHistory, PublicationStep
from annual_review.domain.reporting_year import ReportingYear


@dataclass(frozen=True, slots=True)
class DynamoDBHistoryStore:
    """Implements `HistoryStore`.

    The number of steps is the version. When an answer is lost and botocore asks again, the second
    try finds the step taken and says `False`: the caller reads again and finds its own step.
    """

    table: Table

    def get(self) -> PublicationHistory:
        """Return the history, read consistently.

        Raises:
            PortError: It could not be read.
        """
        item = self.table.get(HISTORY_KEY)
        return history_of(item) if item else PublicationHistory()

    def add(self, history: PublicationHistory, step: PublicationStep) -> bool:
        """Keep one more step; `False` if another was kept since this history was read.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        item = history_item(history.with_step(step))
        return _put(self.table, item, if_still(history.version))


@dataclass(frozen=True, slots=True)
class DynamoDBChallengeStore:
    """Implements `ChallengeStore`.

    A challenge is written twice: when it is noted, and when it is answered. Whoever finds the
    write done looks whether it is the very same one, which a lost answer leaves behind.
    """

    table: Table

    def of_year(self, year: ReportingYear) -> Sequence[Challenge]:
        """Return the challenges of a year by authority and number, read consistently.

        Raises:
            PortError: They could not be read.
        """
        return self._query(year, CHALLENGES)

    def of_authority(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[Challenge]:
        """Return the challenges of an authority by their numbers, read consistently.

        Raises:
            PortError: They could not be read.
        """
        return self._query(year, challenges_of(authority))

    def add(self, challenge: Challenge) -> bool:
        """Keep a challenge; `False` if there is another of its number.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        if self._keep(challenge, 0):
            return True
        kept = self._kept(challenge)
        return kept is not None and replace(kept, answer=None) == challenge

    def answer(self, challenge: Challenge, answer: Answer) -> bool:
        """Keep the answer to an open challenge; `False` if it has another by now.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """
        answered = replace(challenge, answer=answer)
        return self._keep(answered, 1) or self._kept(challenge) == answered

    def _keep(self, challenge: Challenge, seen: int) -> bool:
        return _put(self.table, challenge_item(challenge, seen + 1), if_still(seen))

    def _kept(self, challenge: Challenge) -> Challenge | None:
        key = challenge_key(challenge.year, challenge.authority, challenge.number)
        item = self.table.get(key)
        return challenge_of(item) if item else None

    def _query(self, year: ReportingYear, begin: str) -> Sequence[Challenge]:
        found = self.table.query(
            "pk = :year AND begins_with(sk, :challenge)",
            {":year": text(year_partition(year)), ":challenge": text(begin)},
        )
        return [challenge_of(item) for item in found]


def _put(table: Table, item: Mapping[str, Value], condition: dict[str, Any]) -> bool:
    try:
        with port_errors():
            table.client.put_item(TableName=table.name, Item=item, **condition)
    except ConditionFailedError:
        return False
    return True


def history_item(history: PublicationHistory) -> dict[str, Value]:
    """Write the history."""
    return {
        **key_values(HISTORY_KEY),
        "version": number(history.version),
        **attributes(history),
    }


@item_reader
def history_of(item: Item) -> PublicationHistory:
    """Read the history back."""
    return PublicationHistory(record_of(_Steps, item).steps)


@dataclass(frozen=True, slots=True)
class _Steps:
    steps: tuple[PublicationStep, ...]


def challenge_item(challenge: Challenge, version: int) -> dict[str, Value]:
    """Write a challenge; with its answer it has the second version."""
    return {
        **key_values(challenge_key(challenge.year, challenge.authority, challenge.number)),
        "version": number(version),
        **attributes(challenge, "year", "authority", "number"),
    }


@item_reader
def challenge_of(item: Item) -> Challenge:
    """Read a challenge back."""
    year, authority, place = challenge_key_of(item)
    return record_of(Challenge, item, year=year, authority=authority, number=place)
