"""What every function lives through in a year, on AWS in memory, while somebody listens.

A story goes through whatever makes a function call AWS in another way: what is malformed, what is
missing, what comes a second time, what people did in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.aws.set_aside import LARGEST_MESSAGE
from annual_review.adapters.dynamodb.keys import letter_item_key
from annual_review.adapters.dynamodb.table import Item, key_values
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import Act, LetterState
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.errors import MissingError
from annual_review.services.letters.letter import Move
from tests.builders import (
    COUNTY,
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_recipient,
    a_register,
    an_upheld_decision,
    recipients,
)
from tests.integration.conftest import FUNCTIONS
from tests.integration.mail_events import a_mail_event
from tests.integration.mail_server import account, granting, mail_server, refusal
from tests.integration.permissions.clock import AT_NIGHT, set_clock
from tests.integration.permissions.names import event_source_id
from tests.integration.permissions.recording import CLIENTS, Recorder
from tests.integration.publishing import an_approved_publication, publish_ready
from tests.integration.world import (
    BUCKET,
    CREDENTIALS,
    TABLE,
    FakeContext,
    FakeEventSources,
    World,
    bodies,
    deployed_in_moto,
    settings_of_functions,
)

CODES: Final = (ROCHFORD, OTHER_DISTRICT)
A_YEAR: Final = {"year": 2020}
MALFORMED: Final = bodies("{}")
TOO_LARGE: Final = bodies("x" * LARGEST_MESSAGE)
TWO_HOURS_AGO: Final = datetime.now(UTC) - timedelta(hours=2)
ANOTHER: Final = "new@other.example"
QUEUES: Final = {
    "record_decisions": "decisions",
    "prepare_letter": "prepare",
    "send_letter": "send",
    "track_delivery": "delivery",
}


class Play:
    """Functions that work on one world, and whoever listens to them."""

    def __init__(self, world: World, recorder: Recorder, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self._recorder = recorder
        self._patch = patch
        self._handlers: dict[str, Any] = {each.__name__.split(".")[1]: each for each in FUNCTIONS}

    def run(self, function: str, event: Mapping[str, Any], at: datetime | None = None) -> Any:  # noqa: ANN401
        """Invoke a function in a new process, with the dead-letter queue that is its own."""
        handler = self._handlers[function]
        set_clock(self._patch, handler, at or datetime.now(UTC))
        if queue := QUEUES.get(function):
            self._patch.setenv("DEAD_LETTER_QUEUE_URL", self.world.urls[f"{queue}-dead"])
        (getattr(handler, "wiring", None) or handler.service).cache_clear()
        with self._recorder.listening(function):
            return handler.lambda_handler(event, FakeContext())

    def without_documents(self, prefix: str, function: str, event: dict[str, Any]) -> None:
        """Invoke a function while documents are missing that it reads."""
        kept = {key: self.world.documents.get(key) for key in self.world.kept()}
        for key in kept:
            if key.startswith(prefix):
                aws_clients.s3().delete_object(Bucket=BUCKET, Key=key)
        with suppress(MissingError):
            self.run(function, event)
        for key, content in kept.items():
            self.world.documents.put(key, content, "application/octet-stream")

    def without_letter(self, code: str) -> Item:
        """Take a letter away, as if it had never been planned."""
        key = key_values(letter_item_key(a_letter_id(code)))
        table = aws_clients.dynamodb()
        kept = table.get_item(TableName=TABLE, Key=key)["Item"]
        table.delete_item(TableName=TABLE, Key=key)
        return kept

    def move(self, code: str, state: LetterState, at: datetime = NOON, **more: Any) -> None:  # noqa: ANN401
        """Let a person move a letter, past the services."""
        letter = self.world.letters.get(a_letter_id(code))
        self.world.letters.move(letter, Move(state, at, "for a test", **more))


def recorded_year() -> Recorder:
    """Play the stories, and return what was asked of IAM."""
    recorder = Recorder()
    for story in (_from_decisions_to_reports, _publication):
        with pytest.MonkeyPatch.context() as patch:
            set_variables(patch, CREDENTIALS)
            with deployed_in_moto() as bare, account(granting(1_000_000.0)), event_sources():
                world = with_ids(bare)
                set_variables(patch, settings_of_functions(world))
                story(Play(world, recorder, patch))
    return recorder


def with_ids(world: World) -> World:
    """Give event sources ids that the real client takes."""
    ids = map(event_source_id, world.event_sources.states)
    return replace(world, event_sources=FakeEventSources(dict.fromkeys(ids, "Enabled")))


def event_sources() -> AbstractContextManager[None]:
    """Answer as Lambda does whenever a function asks what works on a queue."""
    return answering({"lambda.GetEventSourceMapping": {"State": "Enabled"}})


@contextmanager
def answering(answers: Mapping[str, dict[str, Any]]) -> Iterator[None]:
    """Answer calls of these operations, in place of a service that is not in memory here."""

    def answer(model: Any, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:  # noqa: ANN401
        name = f"{model.service_model.service_name}.{model.name}"
        raw: Any = MockRawResponse(b"")
        answered = AWSResponse("", 200, HTTPHeaders(), raw)
        return (answered, answers[name]) if name in answers else None

    clients = [getattr(aws_clients, name)() for name in CLIENTS]
    for client in clients:
        client.meta.events.register_first("before-call", answer)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", answer)


def set_variables(patch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """Set the environment of the functions."""
    for name, value in variables.items():
        patch.setenv(name, value)


def asking_for(*codes: str) -> dict[str, Any]:
    """Build the event of a queue of letters."""
    return bodies(*(letter_request(a_letter_id(code)) for code in codes))


def _from_decisions_to_reports(play: Play) -> None:
    play.world.knows(a_register(*CODES), recipients(*CODES))
    _recording(play)
    _closing(play)
    _preparing(play)
    _watching(play)
    play.run("release_letters", A_YEAR)
    _sending(play)
    for event in (a_mail_event("Send"), a_mail_event("Delivery", "delivery"), "{}"):
        play.run("track_delivery", bodies(event))
    # Whatever SES refuses for good is counted: three letters in a row stop sending.
    play.move(ROCHFORD, LetterState.PREPARED)
    with mail_server(refusal("MessageRejected", 400)):
        play.run("send_letter", asking_for(ROCHFORD))


def _recording(play: Play) -> None:
    upheld = an_upheld_decision("19-1")
    late = a_compliance_outcome("19-1", outcome=ComplianceOutcome.LATE)
    elsewhere = an_upheld_decision("19-2", authority=OTHER_DISTRICT)
    for event in (bodies(upheld, late, elsewhere), bodies(upheld), MALFORMED, TOO_LARGE):
        play.run("record_decisions", event)
    play.world.take("decisions-dead")


def _closing(play: Play) -> None:
    play.run("close_year", A_YEAR)
    play.without_documents("figures/", "close_year", A_YEAR)
    play.run("close_year", A_YEAR)


def _preparing(play: Play) -> None:
    both = asking_for(*CODES)
    for event in (both, both, MALFORMED, asking_for(COUNTY)):
        play.run("prepare_letter", event)
    # A person approves both and takes them back: one comes out as it was approved, one does not.
    for code in CODES:
        approved = play.world.letters.get(a_letter_id(code)).message_sha256
        play.move(code, LetterState.APPROVED, approved_sha256=approved)
        play.move(code, LetterState.PLANNED)
    play.world.knows(a_register(), {OTHER_DISTRICT: a_recipient(OTHER_DISTRICT, email=ANOTHER)})
    play.run("prepare_letter", both)
    play.without_documents("figures/", "prepare_letter", both)


def _watching(play: Play) -> None:
    """One letter waits long to be prepared, and another was never planned."""
    for state, at in ((LetterState.PLANNED, TWO_HOURS_AGO), (LetterState.PREPARED, NOON)):
        play.move(ROCHFORD, state, at)
        play.run("watch_letters", A_YEAR)
    kept = play.without_letter(OTHER_DISTRICT)
    play.run("watch_letters", A_YEAR)
    play.without_documents("figures/", "watch_letters", A_YEAR)
    play.run("watch_letters", A_YEAR, AT_NIGHT)
    play.world.holds(kept)


def _sending(play: Play) -> None:
    both = asking_for(*CODES)
    play.without_documents("letters/", "send_letter", both)
    with mail_server(refusal("TooManyRequestsException", 429)):
        play.run("send_letter", both)
    # The account is refused, which stops sending until a person lets it go on.
    with mail_server(refusal("SendingPausedException", 400)):
        play.run("send_letter", both)
    act = Act("a.person", datetime.now(UTC), "for a test")
    SendingStops(DynamoDBSendingStore(play.world.table)).resume(YEAR, act)
    for event in (both, both, MALFORMED):
        play.run("send_letter", event)


def _publication(play: Play) -> None:
    publish_ready(play.world)
    an_approved_publication(play.world)
    # Something that is public is not in it.
    play.world.documents.put("live/2019/index.html", b"an old page", "text/html")
    play.run("publish_year", A_YEAR)
    play.run("publish_year", A_YEAR)
