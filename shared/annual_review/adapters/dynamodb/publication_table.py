"""The history of publications, and challenges, in the table: every change one conditional write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from typing_extensions import override

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
from annual_review.services.publication.publication_store import ChallengeStore, HistoryStore


@dataclass(frozen=True, slots=True)
class DynamoDBHistoryStore(HistoryStore):
    """The number of steps is the version.

    When an answer is lost and botocore asks again, the second try finds the step taken and
    says `False`: the caller reads again and finds its own step.
    """

    table: Table

    @override
    def get(self) -> PublicationHistory:
        item = self.table.get(HISTORY_KEY)
        return history_of(item) if item else PublicationHistory()

    @override
    def add(self, history: PublicationHistory, step: PublicationStep) -> bool:
        item = history_item(history.with_step(step))
        return self.table.put_if(if_still(history.version), item)


@dataclass(frozen=True, slots=True)
class DynamoDBChallengeStore(ChallengeStore):
    """A challenge is written twice: when it is noted, and when it is answered.

    Whoever finds the write done looks whether it is the very same one, which a lost answer leaves
    behind.
    """

    table: Table

    @override
    def of_year(self, year: ReportingYear) -> Sequence[Challenge]:
        return self._query(year, CHALLENGES)

    @override
    def of_authority(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[Challenge]:
        return self._query(year, challenges_of(authority))

    @override
    def add(self, challenge: Challenge) -> bool:
        if self._keep(challenge, 0):
            return True
        kept = self._kept(challenge)
        return kept is not None and replace(kept, answer=None) == challenge

    @override
    def answer(self, challenge: Challenge, answer: Answer) -> bool:
        answered = replace(challenge, answer=answer)
        return self._keep(answered, 1) or self._kept(challenge) == answered

    def _keep(self, challenge: Challenge, seen: int) -> bool:
        return self.table.put_if(if_still(seen), challenge_item(challenge, seen + 1))

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
