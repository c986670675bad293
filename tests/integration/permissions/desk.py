"""What people do in a year with the commands, on AWS in memory, while somebody listens.

Each works with the permissions of one policy: a reader looks, a reviewer decides what letters and
publications say and who receives them, an operator keeps the year going. Functions work in between,
and are not listened to here.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from annual_review.adapters.aws import aws_clients, dead_letter_queue
from annual_review.adapters.aws.queues import letter_request
from annual_review.adapters.aws.set_aside import LARGEST_MESSAGE, SqsDeadLetters
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.sending_stops import SendingStops, StopReason
from annual_review.services.recording.dead_letter_queue import DeadLetter
from annual_review.services.recording.messages import Message
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_letter_id,
    a_message,
    an_event,
    an_upheld_decision,
)
from tests.integration.mail_events import a_mail_event
from tests.integration.mail_server import account, granting
from tests.integration.operators import Operators
from tests.integration.permissions.calls import Asked
from tests.integration.permissions.names import queue_arn, stack_arn
from tests.integration.permissions.recording import Recorder
from tests.integration.permissions.stories import (
    A_YEAR,
    Play,
    event_sources,
    set_variables,
    with_ids,
)
from tests.integration.publishing import history, publish_ready
from tests.integration.world import CREDENTIALS, bodies, deployed_in_moto, settings_of_functions

READER: Final = "reader"
REVIEWER: Final = "reviewer"
OPERATOR: Final = "operator"
STACK: Final = "annual-review"

_AUTHORITIES: Final = (
    f"code,name,type\n{ROCHFORD},Rochford District Council,district\n"
    f"{OTHER_DISTRICT},Southend District Council,district\n"
)
_RECIPIENTS: Final = "code,addressee,job_title,salutation,email,cc\n" + "".join(
    f"{code},The Chief Executive,Chief Executive,Chief Executive,chief@{code.lower()}.example,\n"
    for code in (ROCHFORD, OTHER_DISTRICT)
)
_UPHELD: Final = an_upheld_decision("19-1")
_LATE: Final = a_compliance_outcome("19-1", outcome=ComplianceOutcome.LATE)
_ELSEWHERE: Final = an_upheld_decision("19-2", authority=OTHER_DISTRICT)
_FAMILY: Final = ("--family", "late_answers")
_WHY: Final = ("--reason", "for a test", "--by", "a.person")


# Account and deployment are stood in for here: what each question calls, their own tests hold.
_ASKED_BEFORE_LETTERS_GO: Final = [
    *(
        Asked(action, "*")
        for action in (
            "ses:GetAccount",
            "ses:GetEmailIdentity",
            "ses:GetConfigurationSet",
            "ses:GetConfigurationSetEventDestinations",
            "ses:ListSuppressedDestinations",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:DescribeAlarms",
            "scheduler:GetSchedule",
            "sns:ListSubscriptionsByTopic",
        )
    ),
    *(
        Asked("sqs:GetQueueAttributes", queue_arn(name))
        for name in ("decisions", "prepare", "send", "delivery")
    ),
]


class Desk:
    """People with the commands at hand, and the functions that work on what they ask for."""

    def __init__(self, play: Play, operators: Operators, recorder: Recorder) -> None:
        self.play, self.world = play, play.world
        self._operators = operators
        self._recorder = recorder

    def run(self, who: str, *arguments: str) -> None:
        """Run a command as somebody."""
        self._recorder.asked[who].append(Asked("cloudformation:DescribeStacks", stack_arn(STACK)))
        with self._recorder.listening(who):
            result = self._operators.run(*arguments)
        if arguments[0] in {"doctor", "release"}:
            self._recorder.asked[who] += _ASKED_BEFORE_LETTERS_GO
        done, something_left = 0, 1
        assert result.returncode in {done, something_left}, (arguments, result.words)

    def stop_sending(self) -> None:
        """Let SES refuse the account."""
        stops = SendingStops(DynamoDBSendingStore(self.world.table))
        stops.stop(a_letter_id(), NOON, "SendEmail: SendingPausedException", StopReason.PAUSED)

    def write(self, name: str, content: str) -> None:
        """Put a file on the desk."""
        (self._operators.folder / name).write_text(content, encoding="utf-8")

    def dead_letters(self, queue: str) -> Sequence[DeadLetter]:
        """Return the dead letters of a queue, which stay there."""
        return self._operators.dead_letters(queue)

    def set_aside(
        self, queue: str, message: Message, reason: str, largest: int = LARGEST_MESSAGE
    ) -> None:
        """Put a message among the dead letters of a queue, as its function does."""
        url, documents = self.world.urls[f"{queue}-dead"], self.world.documents
        SqsDeadLetters(aws_clients.sqs(), url, lambda: documents, largest).put(message, reason)

    def prepare(self) -> None:
        """Let the letters that were asked for be prepared."""
        with Recorder().listening("the queue"):
            batch = self.world.batch("prepare")
        self.play.run("prepare_letter", batch)

    def state(self, state: LetterState, code: str = ROCHFORD) -> None:
        """Let a letter be in a state, whatever led to it."""
        self.play.move(code, state)


def recorded_desk(folder: Path) -> Recorder:
    """Play a year at the desk, and return what was asked of IAM."""
    recorder = Recorder()
    for story in (_year, _publication):
        with pytest.MonkeyPatch.context() as patch:
            set_variables(patch, CREDENTIALS)
            # SQS answers an empty receive at once in a test.
            patch.setattr(dead_letter_queue, "WAIT_SECONDS", 0)
            with deployed_in_moto() as bare, account(granting(1_000_000.0)), event_sources():
                world = with_ids(bare)
                set_variables(patch, settings_of_functions(world) | {"APPROVAL_REQUIRED": "true"})
                play = Play(world, Recorder(), patch)
                asked_of_lambda = aws_clients.event_sources
                desk = Desk(play, Operators(world, folder, patch), recorder)
                patch.setattr(aws_clients, "event_sources", asked_of_lambda)
                with _closing_function(play):
                    story(desk)
    return recorder


@contextmanager
def _closing_function(play: Play) -> Iterator[None]:
    """Answer as Lambda does, which is not in memory here."""

    def invoke(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
        done = play.run("close_year", A_YEAR)
        raw: Any = MockRawResponse(b"")
        payload = io.BytesIO(json.dumps(done).encode())
        return AWSResponse("", 200, HTTPHeaders(), raw), {"Payload": payload, "StatusCode": 200}

    events: Any = aws_clients.functions().meta.events
    events.register_first("before-call.lambda.Invoke", invoke)
    try:
        yield
    finally:
        events.unregister("before-call.lambda.Invoke", invoke)


def _year(desk: Desk) -> None:
    _recording(desk)
    _dead_letters(desk)
    _closing(desk)
    _reviewing(desk)
    _sending(desk)


def _recording(desk: Desk) -> None:
    desk.write("A.csv", _AUTHORITIES)
    desk.write("R.csv", _RECIPIENTS)
    files = ("--authorities", "A.csv", "--recipients", "R.csv")
    desk.run(REVIEWER, "load-register", *files)
    desk.write("events.jsonl", "".join(f"{json.dumps(an_event(s))}\n" for s in (_UPHELD, _LATE)))
    desk.run(OPERATOR, "import", "events.jsonl")
    desk.play.run("record_decisions", bodies(_UPHELD, _LATE, _ELSEWHERE))
    desk.run(READER, "reset-case", "19-1")
    desk.write("case.jsonl", f"{json.dumps(an_event(an_upheld_decision('19-1', version=2)))}\n")
    desk.run(OPERATOR, "reset-case", "19-1", "--from", "case.jsonl", *_WHY, "--yes")
    desk.run(READER, "recipients", "check", "--stack", STACK)
    desk.run(READER, "figures", "2020", "--live")
    desk.run(READER, "explain", "2020", ROCHFORD, "upheld", "--live")
    desk.run(READER, "status", "2020")
    aws_clients.dynamodb().update_item(
        TableName="annual-review",
        Key={"pk": {"S": f"AUTHORITY#{ROCHFORD}"}, "sk": {"S": "TALLY#2020"}},
        UpdateExpression="ADD upheld :more",
        ExpressionAttributeValues={":more": {"N": "1"}},
    )
    desk.run(READER, "reconcile", "2020")
    desk.run(OPERATOR, "reconcile", "2020", "--repair", *_WHY)


def _dead_letters(desk: Desk) -> None:
    implausible = a_message(an_upheld_decision("19-3", version=5000))
    desk.set_aside("decisions", implausible, "implausible_version: 5000 after 0")
    desk.set_aside("decisions", a_message(_ELSEWHERE), "unknown_authority: E07000076", largest=99)
    for queue in ("prepare", "send"):
        desk.set_aside(queue, a_message(letter_request(a_letter_id())), "missing: no letter")
    desk.set_aside("delivery", a_message(a_mail_event("Send")), "missing: no letter")
    desk.set_aside("schedules", a_message('{"year": 2020}'), "failed")
    for queue in ("decisions", "prepare", "send", "delivery", "schedules"):
        desk.run(OPERATOR, "dead-letters", "list", "--queue", queue)
        [first, *_] = [each.id for each in desk.dead_letters(queue)]
        desk.run(OPERATOR, "dead-letters", "show", first, "--queue", queue)
    by_body = {each.body: each.id for each in desk.dead_letters("decisions")}
    desk.run(OPERATOR, "dead-letters", "confirm", by_body.pop(implausible.body), *_WHY)
    [too_large] = by_body.values()
    desk.run(OPERATOR, "dead-letters", "show", too_large)
    desk.run(OPERATOR, "dead-letters", "replay", too_large)
    for queue in ("prepare", "send", "delivery"):
        desk.run(OPERATOR, "dead-letters", "replay", "--all", "--force", "--queue", queue)
    [of_a_schedule] = [each.id for each in desk.dead_letters("schedules")]
    desk.run(OPERATOR, "dead-letters", "discard", of_a_schedule, "--queue", "schedules", *_WHY)
    for name in desk.world.urls:
        desk.world.take(name)


def _closing(desk: Desk) -> None:
    desk.write("notes.csv", f"code,family,text\n{ROCHFORD},late_answers,We asked three times.\n")
    desk.run(REVIEWER, "notes", "load", "2020", "notes.csv")
    desk.run(READER, "notes", "list", "2020")
    desk.run(OPERATOR, "close", "2020")
    desk.prepare()
    desk.run(REVIEWER, "notes", "remove", "2020", ROCHFORD, "late_answers", *_WHY)
    desk.run(REVIEWER, "notes", "load", "2020", "notes.csv")
    desk.prepare()


def _reviewing(desk: Desk) -> None:
    desk.run(READER, "preview", "2020", ROCHFORD, "--out", "letter.pdf")
    desk.run(READER, "review", "2020")
    desk.run(READER, "paragraphs", "list", "2020")
    desk.run(READER, "paragraphs", "show", "2020", ROCHFORD)
    desk.run(REVIEWER, "paragraphs", "add", "2020", ROCHFORD, *_FAMILY, "--text", "A text.")
    desk.run(REVIEWER, "paragraphs", "keep", "2020", ROCHFORD, "late_remedies")
    desk.prepare()
    desk.run(REVIEWER, "hold", "2020", OTHER_DISTRICT, *_WHY)
    desk.run(REVIEWER, "unhold", "2020", OTHER_DISTRICT, "--by", "a.person")
    desk.prepare()
    desk.run(REVIEWER, "approve", "2020", "--by", "a.person")
    desk.run(REVIEWER, "hold", "2020", OTHER_DISTRICT, *_WHY)
    desk.run(REVIEWER, "unhold", "2020", OTHER_DISTRICT, "--by", "a.person")
    desk.run(REVIEWER, "prepare", "2020")
    desk.prepare()
    desk.run(REVIEWER, "approve", "2020", "--by", "a.person")
    desk.write("R.csv", _RECIPIENTS.replace("chief@e07000076", "another@e07000076"))
    desk.run(REVIEWER, "load-register", "--authorities", "A.csv", "--recipients", "R.csv")
    desk.prepare()


def _sending(desk: Desk) -> None:
    """Letters are released, settled, sent again, and replaced."""
    for who in (READER, REVIEWER, OPERATOR):
        desk.run(who, "doctor", "--year", "2020")
    desk.stop_sending()
    desk.run(OPERATOR, "release", "2020", "--resume", *_WHY)
    desk.state(LetterState.CLAIMED)
    desk.state(LetterState.UNKNOWN)
    desk.run(OPERATOR, "settle", "2020", ROCHFORD, "not-accepted", *_WHY)
    with pytest.MonkeyPatch.context() as patch:
        # The letter is prepared while somebody waits for it.
        patch.setattr(time, "sleep", lambda _seconds: desk.prepare())
        to = ("--to", "another@rochford.example", "--yes")
        desk.run(REVIEWER, "resend", "2020", ROCHFORD, *_WHY, *to)
    desk.run(REVIEWER, "challenge", "add", "2020", ROCHFORD, "--from", "They", "--text", "Ours.")
    desk.run(REVIEWER, "reissue", "2020", ROCHFORD, *_WHY, "--same-figures")
    desk.run(READER, "report", "2020")
    desk.run(READER, "journal", "2020")
    desk.run(READER, "status", "2020")


def _publication(desk: Desk) -> None:
    """What is to be public is staged and approved, and made public by hand."""
    publish_ready(desk.world)
    desk.run(REVIEWER, "challenge", "add", "2020", ROCHFORD, "--from", "They", "--text", "Ours.")
    desk.run(READER, "challenge", "list", "2020")
    desk.run(REVIEWER, "challenge", "answer", "2020", ROCHFORD, "--unchanged", *_WHY)
    desk.run(READER, "publish", "2020", "--dry-run")
    desk.run(REVIEWER, "publish", "2020", "--stage", "--by", "Ann")
    name = history(desk.world).get().steps[-1].publication[:12]
    desk.run(READER, "site", "--publication", name, "--out", "site")
    desk.run(READER, "site", "--live", "--year", "2020", "--out", "today")
    desk.run(REVIEWER, "publish", "2020", "--approve", name, "--by", "Ben")
    # Something is public that is not in it.
    desk.world.documents.put("live/2019/index.html", b"an old page", "text/html")
    desk.run(OPERATOR, "publish", "2020", "--by", "Ben")
    desk.run(READER, "status", "2020")
