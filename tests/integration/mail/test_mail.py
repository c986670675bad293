from __future__ import annotations

import socket
from threading import Thread
from traceback import format_exception
from typing import Any, Final, Self

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    SSLError,
)
from moto.ses.models import ses_backends

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.mail.mail import SesMailer
from annual_review.services.dispatch.send_letter import (
    MailAccountError,
    MailBusyError,
    MailRefusedError,
    MailUnknownError,
)
from annual_review.services.dispatch.sending_stops import StopReason
from tests.builders import a_letter_id
from tests.integration.faults import FaultyClient, a_time_out, an_error, before
from tests.integration.mail_server import Answer, mail_server, refusal
from tests.integration.world import CONFIGURATION_SET, SENDER, World

URL: Final = "https://email.eu-west-2.amazonaws.com"
MESSAGE: Final = (
    f"From: {SENDER}\r\nTo: chief.executive@rochford.example\r\nSubject: Letter\r\n\r\nDear\r\n"
).encode()


def send() -> str:
    return SesMailer(aws_clients.sesv2(), CONFIGURATION_SET).send(a_letter_id(), MESSAGE)


def test_an_accepted_letter_is_named_by_the_mail_service() -> None:
    with mail_server((200, {}, b'{"MessageId": "mail-1"}')) as server:
        assert send() == "mail-1"

    (asked,) = server.asked
    assert asked["ConfigurationSetName"] == CONFIGURATION_SET
    assert asked["EmailTags"] == [{"Name": "letter", "Value": "2020-1-E07000075"}]
    assert set(asked) == {"ConfigurationSetName", "EmailTags", "Content"}


def test_the_message_goes_out_whole(world: World) -> None:
    assert send()

    (sent,) = ses_backends["123456789012"]["eu-west-2"].sent_messages
    assert sent.raw_data == MESSAGE.decode()
    assert world.urls


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("MessageRejected", 400),
        ("BadRequestException", 400),
        ("SomethingNew", 400),
    ],
)
def test_a_refusal_of_the_message_is_final(code: str, status: int) -> None:
    with mail_server(refusal(code, status)) as server, pytest.raises(MailRefusedError) as caught:
        send()

    assert str(caught.value) == f"SendEmail: {code} (request id-1)"
    assert "is not to our liking" not in "".join(format_exception(caught.value))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TooManyRequestsException", 429),
        ("ThrottlingException", 400),
        ("AnythingAtAll", 429),
    ],
)
def test_a_refusal_for_now_leaves_the_letter_to_be_tried_again(code: str, status: int) -> None:
    with mail_server(refusal(code, status)) as server, pytest.raises(MailBusyError) as caught:
        send()

    assert str(caught.value) == f"SendEmail: {code} (request id-1)"
    assert len(server.asked) == 1


UNVERIFIED: Final = (
    "Email address is not verified. The following identities failed the check in region EU-WEST-2:"
    " chief.executive@rochford.example"
)


@pytest.mark.parametrize(
    ("code", "status", "words", "reason"),
    [
        ("MailFromDomainNotVerifiedException", 400, "", StopReason.MAIL_FROM),
        ("AccountSuspendedException", 400, "", StopReason.SUSPENDED),
        ("SendingPausedException", 400, "", StopReason.PAUSED),
        ("LimitExceededException", 400, "", StopReason.QUOTA),
        ("NotFoundException", 404, "", StopReason.CONFIGURATION_SET),
        ("AccessDeniedException", 403, "", StopReason.PERMISSION),
        ("ExpiredTokenException", 403, "", StopReason.PERMISSION),
        ("MessageRejected", 400, UNVERIFIED, StopReason.UNVERIFIED),
        ("ThrottlingException", 400, "Daily message quota exceeded", StopReason.QUOTA),
        ("TooManyRequestsException", 429, "Daily message quota exceeded.", StopReason.QUOTA),
    ],
)
def test_what_concerns_the_account_is_no_verdict_on_the_letter(
    code: str, status: int, words: str, reason: StopReason
) -> None:
    answer = refusal(code, status, words)
    with mail_server(answer) as server, pytest.raises(MailAccountError) as caught:
        send()

    assert caught.value.reason is reason
    assert str(caught.value) == f"SendEmail: {code} (request id-1)"
    assert "rochford" not in "".join(format_exception(caught.value))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal("InternalFailure", 500),
        refusal("ServiceUnavailable", 503),
        refusal("TooManyRequestsException", 502),
        refusal("RequestTimeoutException", 408),
        (302, {"location": "https://elsewhere.example"}, b""),
        a_time_out(),
        ConnectionClosedError(endpoint_url=URL),
        SSLError(endpoint_url=URL, error=OSError()),
        ProxyConnectionError(proxy_url=URL, error="broken"),
    ],
)
def test_what_proves_nothing_leaves_the_letter_unknown_after_one_attempt(answer: Answer) -> None:
    with mail_server(answer) as server, pytest.raises(MailUnknownError):
        send()

    assert len(server.asked) == 1


def test_an_answer_that_cannot_be_read_proves_nothing() -> None:
    with mail_server((200, {}, b"<html>a proxy</html>")), pytest.raises(MailUnknownError):
        send()


@pytest.mark.parametrize(
    "error",
    [ConnectTimeoutError(endpoint_url=URL), EndpointConnectionError(endpoint_url=URL)],
)
def test_without_a_connection_nothing_was_accepted(error: Exception) -> None:
    with mail_server(error) as server, pytest.raises(MailBusyError):
        send()

    assert len(server.asked) == 1


def send_with(error: Exception) -> str:
    client: Any = FaultyClient(aws_clients.sesv2(), send_email=[before(error)])
    return SesMailer(client, CONFIGURATION_SET).send(a_letter_id(), MESSAGE)


def test_without_credentials_nothing_was_sent() -> None:
    with pytest.raises(MailBusyError, match="NoCredentialsError"):
        send_with(NoCredentialsError())


def test_a_request_of_wrong_shape_never_left() -> None:
    with pytest.raises(MailRefusedError, match="ParamValidationError"):
        send_with(ParamValidationError(report="chief.executive@rochford.example"))


def test_an_error_without_a_status_proves_nothing() -> None:
    error = an_error("AnythingAtAll")
    del error.response["ResponseMetadata"]

    with pytest.raises(MailUnknownError):
        send_with(error)


def test_a_server_that_takes_the_message_and_hangs_is_asked_once() -> None:
    with HangingServer() as server:
        client: Any = boto3.client(
            "sesv2",
            endpoint_url=server.url,
            config=aws_clients.sesv2().meta.config.merge(Config(read_timeout=0.2)),
        )
        with pytest.raises(MailUnknownError, match="ReadTimeoutError"):
            SesMailer(client, CONFIGURATION_SET).send(a_letter_id(), MESSAGE)
        client.close()

    assert server.connections == 1


class HangingServer:
    """A server on the loopback address that takes requests and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections = 0
        self._open: list[socket.socket] = []
        self._thread = Thread(target=self._take, daemon=True)

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for each in (self._socket, *self._open):
            each.close()
