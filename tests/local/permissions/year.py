"""A year on local AWS: what each function finds, what it is called with, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.aws.set_aside import LARGEST_MESSAGE
from annual_review.adapters.dynamodb.keys import letter_item_key
from annual_review.adapters.dynamodb.table import key_values
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import Move
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_letter_id,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.integration.mail_events import a_mail_event
from tests.integration.publishing import an_approved_publication, publish_ready
from tests.integration.world import BUCKET, TABLE, World, bodies

CODES: Final = (ROCHFORD, OTHER_DISTRICT)
MALFORMED: Final = bodies("{}")

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """All that was recorded, kept or queued."""

    items: Sequence[dict[str, Any]]
    documents: Mapping[str, bytes]
    messages: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, world: World) -> Snapshot:
        """Take everything; what is queued is taken away and put back."""
        documents = {key: world.documents.get(key) for key in world.kept()}
        items = aws_clients.dynamodb().scan(TableName=TABLE, ConsistentRead=True)["Items"]
        messages = {name: sorted(each["Body"] for each in world.take(name)) for name in world.urls}
        taken = cls(items, documents, messages)
        taken._put_messages(world)
        return taken

    def restore(self, world: World) -> None:
        """Bring all of it about again, and nothing else."""
        table, s3 = aws_clients.dynamodb(), aws_clients.s3()
        there = table.scan(TableName=TABLE, ConsistentRead=True)["Items"]
        for item in there:
            if item not in self.items:
                table.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
        for item in self.items:
            if item not in there:
                table.put_item(TableName=TABLE, Item=item)
        kept = set(world.kept())
        for key in kept - self.documents.keys():
            s3.delete_object(Bucket=BUCKET, Key=key)
        for key in self.documents.keys() - kept:
            s3.put_object(Bucket=BUCKET, Key=key, Body=self.documents[key])
        for url in world.urls.values():
            aws_clients.sqs().purge_queue(QueueUrl=url)
        self._put_messages(world)

    def _put_messages(self, world: World) -> None:
        for name, waiting in self.messages.items():
            for body in waiting:
                aws_clients.sqs().send_message(QueueUrl=world.urls[name], MessageBody=body)

    @property
    def facts(self) -> dict[str, Any]:
        """What is the same however often it was tried: all but times, tokens and versions."""
        return {
            "items": {
                f"{item['pk']['S']} {item['sk']['S']}": _facts_of(item) for item in self.items
            },
            "documents": sorted(self.documents),
            "messages": {name: sorted(set(waiting)) for name, waiting in self.messages.items()},
        }


def _facts_of(item: Mapping[str, Any]) -> dict[str, Any]:
    passing = {"version", "moved_by", "history", "attempts", "message_id", "closed_at", "steps"}
    passing |= {"paragraphs"}  # they have a history, too
    return {name: value for name, value in item.items() if name not in passing}


@dataclass(frozen=True)
class Stage:
    """A function, what is done before it is called, and what it is called with.

    `at_night` is what it is also called with in the hour when tallies are counted again.
    `again_after` is how long it waits before it makes up for what it could not do.
    """

    function: str
    before: Callable[[World], object]
    events: Sequence[Event]
    at_night: Event | None = None
    again_after: timedelta = timedelta()


def _asking_for(*codes: str) -> Event:
    return bodies(*(letter_request(a_letter_id(code)) for code in codes))


def _know_the_authorities(world: World) -> None:
    world.knows(a_register(*CODES), recipients(*CODES))


def _empty_the_queues(world: World) -> None:
    for name in world.urls:
        world.take(name)


def _leave_something_undone(world: World) -> None:
    """Let one letter wait long to be prepared, and another not be planned at all."""
    letter = world.letters.get(a_letter_id(ROCHFORD))
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    world.letters.move(letter, Move(LetterState.PLANNED, two_hours_ago, "for a test"))
    key = key_values(letter_item_key(a_letter_id(OTHER_DISTRICT)))
    aws_clients.dynamodb().delete_item(TableName=TABLE, Key=key)


def _have_it_published(world: World) -> None:
    Snapshot([], {}, {}).restore(world)
    publish_ready(world)
    an_approved_publication(world)
    world.documents.put("live/2019/index.html", b"an old page", "text/html")


_DECIDED: Final = bodies(
    an_upheld_decision("19-1"),
    a_compliance_outcome("19-1", outcome=ComplianceOutcome.LATE),
    an_upheld_decision("19-2", authority=OTHER_DISTRICT),
)
_TOO_LARGE: Final = bodies("x" * LARGEST_MESSAGE)
_A_YEAR: Final = {"year": 2020}
_REPORTED: Final = bodies(a_mail_event("Send"), a_mail_event("Delivery", "delivery"))

STAGES: Final = (
    Stage("record_decisions", _know_the_authorities, (_DECIDED, MALFORMED, _TOO_LARGE)),
    Stage("close_year", _empty_the_queues, (_A_YEAR,)),
    Stage("prepare_letter", _empty_the_queues, (_asking_for(*CODES), MALFORMED)),
    Stage("release_letters", _empty_the_queues, (_A_YEAR,)),
    Stage("send_letter", _empty_the_queues, (_asking_for(*CODES), MALFORMED)),
    Stage("track_delivery", _empty_the_queues, (_REPORTED, MALFORMED)),
    # A letter that it planned and could not ask for is asked for when it has waited for an hour.
    Stage(
        "watch_letters",
        _leave_something_undone,
        (_A_YEAR,),
        at_night=_A_YEAR,
        again_after=timedelta(hours=2),
    ),
    Stage("publish_year", _have_it_published, (_A_YEAR,)),
)
