import http.client
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError

from infrastructure.local import mail_playback
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.mail_events import MailEvent
from infrastructure.local.mail_playback import MAIL_EVENT_SOURCE, Playback, PlaybackError
from infrastructure.local.mailbox import Fault, Mailbox, mailbox
from tests.local.conftest import Inbox
from tests.local.mails import CHIEF, a_message, a_request

LETTER = "2020-1-E07000075"
PATIENCE_SECONDS = 0.5

pytestmark = pytest.mark.local


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def box(aws: LocalAws, outbox: Path) -> Iterator[Mailbox]:
    with mailbox(aws, outbox) as running:
        yield running


@pytest.fixture
def ses(box: Mailbox) -> Iterator[Client]:
    """A client as our system makes it: one attempt, here with little patience."""
    config = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})
    client = LocalAws(box.endpoint, "123456789012").client("sesv2", config)
    yield client
    client.close()


@pytest.fixture
def reports(make_client: Callable[[str], Client]) -> Iterator[Inbox]:
    """What the emulator's default bus was told of mail sent with the configuration set."""
    sesv2, sqs, events = make_client("sesv2"), make_client("sqs"), make_client("events")
    sesv2.create_configuration_set(ConfigurationSetName="letters")
    url = sqs.create_queue(QueueName="reports")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {"source": [MAIL_EVENT_SOURCE]}
    events.put_rule(Name="reports", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="reports", Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])
    yield Inbox(sqs, url)
    events.remove_targets(Rule="reports", Ids=["queue"])
    events.delete_rule(Name="reports")
    sqs.delete_queue(QueueUrl=url)
    sesv2.delete_configuration_set(ConfigurationSetName="letters")


def error_of(call: Callable[..., object], **members: Any) -> tuple[str, int]:  # noqa: ANN401
    with pytest.raises(ClientError) as refused:
        call(**members)
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_letter_lies_in_the_outbox_byte_for_byte(ses: Client, box: Mailbox, outbox: Path) -> None:
    raw = a_message()
    assert ses.send_email(**a_request(raw))["MessageId"]
    assert (outbox / f"{LETTER}.eml").read_bytes() == raw
    assert box.accepted == 1


def test_letters_sent_at_once_and_twice_all_lie_there(
    box: Mailbox, ses: Client, outbox: Path
) -> None:
    sending = [
        threading.Thread(target=ses.send_email, kwargs=a_request(a_message(f"a{n}@x.example")))
        for n in range(12)
    ]
    for thread in sending:
        thread.start()
    for thread in sending:
        thread.join()
    assert box.accepted == 12
    assert len({file.read_bytes() for file in outbox.glob(f"{LETTER}*.eml")}) == 12


def test_a_message_without_a_letter_is_named_for_its_id(ses: Client, outbox: Path) -> None:
    message_id = ses.send_email(**a_request(EmailTags=[]))["MessageId"]
    assert (outbox / f"{message_id}.eml").exists()


def test_what_becomes_of_a_letter_is_told_on_the_bus(
    ses: Client, box: Mailbox, reports: Inbox
) -> None:
    ses.send_email(**a_request(ConfigurationSetName="letters"))
    box.drain()
    told = reports.take_json(2)
    assert {event["detail-type"] for event in told} == {"Email Sent", "Email Delivered"}
    assert all(event["detail"]["mail"]["tags"]["letter"] == [LETTER] for event in told)
    assert all(event["detail"]["mail"]["destination"] == [CHIEF] for event in told)


def test_many_reports_go_out_in_batches_and_none_is_lost(
    ses: Client, box: Mailbox, reports: Inbox
) -> None:
    for number in range(15):
        message = a_message(f"a{number}@x.example")
        ses.send_email(**a_request(message, ConfigurationSetName="letters"))
    box.drain()
    told = [(e["detail-type"], e["detail"]["mail"]["messageId"]) for e in reports.take_json(30)]
    assert len(set(told)) == 30


def test_nothing_is_told_of_mail_without_a_configuration_set(ses: Client, box: Mailbox) -> None:
    ses.send_email(**a_request())
    box.drain(timeout_seconds=0)


def test_an_unknown_configuration_set_is_refused(ses: Client, outbox: Path) -> None:
    request = a_request(ConfigurationSetName="unknown")
    assert error_of(ses.send_email, **request) == ("NotFoundException", 404)
    assert not list(outbox.iterdir())


def test_what_is_wrong_with_a_request_is_told_in_the_words_of_ses(ses: Client) -> None:
    request = a_request(b"To: a@b.example\n\nno sender")
    assert error_of(ses.send_email, **request) == ("BadRequestException", 400)
    other = error_of(ses.create_contact_list, ContactListName="letters")
    assert other == ("UnknownOperationException", 404)


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (Fault.THROTTLED, "TooManyRequestsException", 429),
        (Fault.SENDER_NOT_VERIFIED, "MessageRejected", 400),
        (Fault.SENDING_PAUSED, "SendingPausedException", 400),
        (Fault.ERROR_BEFORE, "InternalFailure", 500),
    ],
)
def test_a_refused_message_is_not_sent(
    ses: Client, box: Mailbox, fault: Fault, code: str, status: int
) -> None:
    box.fail_next(fault)
    assert error_of(ses.send_email, **a_request()) == (code, status)
    assert box.accepted == 0
    ses.send_email(**a_request())
    assert box.accepted == 1


def test_an_error_may_follow_a_message_that_was_taken(ses: Client, box: Mailbox) -> None:
    box.fail_next(Fault.ERROR_AFTER)
    assert error_of(ses.send_email, **a_request()) == ("InternalFailure", 500)
    assert box.accepted == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RESET_AFTER, HTTPClientError),
        (Fault.HANGS_AFTER, ReadTimeoutError),
    ],
)
def test_the_answer_to_a_message_that_was_taken_may_be_lost(
    ses: Client, box: Mailbox, fault: Fault, error: type[Exception]
) -> None:
    box.fail_next(fault)
    with pytest.raises(error):
        ses.send_email(**a_request())
    assert box.accepted == 1


def test_reports_that_the_bus_does_not_take_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_playback, "_FIRST_PAUSE_SECONDS", 0.0)
    playback = Playback(LocalAws("http://127.0.0.1:1", "123456789012"))
    playback.add([MailEvent("Email Sent", {})])
    with pytest.raises(PlaybackError, match="not taken"):
        playback.drain(timeout_seconds=30)
    playback.close()


def test_one_that_is_refused_does_not_keep_the_others_back(
    aws: LocalAws, reports: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_playback, "_FIRST_PAUSE_SECONDS", 0.0)
    put = mail_playback._entry
    own = {"Email Bounced": {"Source": "aws.ses"}}
    monkeypatch.setattr(
        mail_playback, "_entry", lambda event: put(event) | own.get(event.detail_type, {})
    )
    playback = Playback(aws)
    playback.add(MailEvent(kind, {}) for kind in ("Email Sent", "Email Bounced", "Email Delivered"))
    with pytest.raises(PlaybackError, match="NotAuthorizedForSource"):
        playback.drain(timeout_seconds=30)
    playback.close()
    told = {event["detail-type"] for event in reports.take_json(2)}
    assert told == {"Email Sent", "Email Delivered"}


def test_waiting_for_reports_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_playback, "_FIRST_PAUSE_SECONDS", 0.2)
    playback = Playback(LocalAws("http://127.0.0.1:1", "123456789012"))
    playback.add([MailEvent("Email Sent", {})])
    with pytest.raises(PlaybackError, match="1 events about mail wait"):
        playback.drain(timeout_seconds=0)
    playback.close()


def test_the_account_is_answered_for_as_ses_does(ses: Client) -> None:
    account = ses.get_account()
    assert account["SendingEnabled"] is True
    assert account["SendQuota"]["MaxSendRate"] > 0


def test_a_browser_is_shown_what_was_taken(ses: Client, box: Mailbox) -> None:
    ses.send_email(**a_request())
    page = fetched(f"{box.endpoint}/")
    assert f"/messages/{LETTER}" in page
    assert CHIEF in fetched(f"{box.endpoint}/messages/{LETTER}")


def test_only_this_machine_sees_the_pages(box: Mailbox) -> None:
    assert box.endpoint.startswith("http://127.0.0.1:")


def test_where_a_message_went_is_known_whatever_it_names(ses: Client, box: Mailbox) -> None:
    ses.send_email(**a_request(Destination={"ToAddresses": ["test@x.example"]}))
    assert box.reached == {"test@x.example"}


def fetched(url: str) -> str:
    """What a browser gets; no proxy stands between two processes of one machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "attacker.example", 403),
        ("Origin", "https://attacker.example", 403),
        ("Content-Length", "-1", 411),
        ("Content-Length", "9" * 30, 413),
    ],
)
def test_what_a_page_from_elsewhere_sends_is_refused(
    box: Mailbox, header: str, value: str, status: int
) -> None:
    place = urlsplit(box.endpoint).netloc
    connection = http.client.HTTPConnection(place, timeout=10)
    connection.putrequest("POST", "/v2/email/outbound-emails", skip_host=True)
    for name, usual in {"Host": place, "Content-Length": "0", header: value}.items():
        connection.putheader(name, usual)
    connection.endheaders()

    assert connection.getresponse().status == status
    connection.close()


def test_letters_are_not_shown_under_the_name_of_another_host(box: Mailbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(box.endpoint).netloc, timeout=10)
    connection.request("GET", "/", headers={"Host": "attacker.example"})

    assert connection.getresponse().status == 403
    connection.close()
