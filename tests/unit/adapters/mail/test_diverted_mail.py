from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.mail.diverted_mail import DivertedMailer, divert
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.rendering.forms.message import LETTER_HEADER, Attachment, build_message
from annual_review.services.dispatch.send_letter import MailRefusedError
from tests.builders import ROCHFORD, a_letter_id
from tests.fakes.mail import ScriptedMailer

MAILBOX: Final = "test.mailbox@ombudsman.example"
CHIEF: Final = "chief.executive@rochford.example"
COPIES: Final = ("link.officer@rochford.example", "leader@rochford.example")
PDF: Final = b"%PDF-1.7\r\n\x00\xff.\r\n--=_0_2020-1-E07000075\r\n"


def a_message(
    *,
    copies: tuple[str, ...] = COPIES,
    subject: str = "Annual Review letter 2020",
    text: str = "Dear Chief Executive\n",
    html: str = '<!DOCTYPE html><html><body class="x"><p>Dear Chief Executive</p></body></html>',
    pdf: bytes = PDF,
) -> bytes:
    recipient = Recipient(
        ROCHFORD,
        "The Chief Executive",
        "Chief Executive",
        "Chief Executive",
        EmailAddress(CHIEF),
        tuple(EmailAddress(each) for each in copies),
    )
    return build_message(
        letter=a_letter_id(),
        sender=Address(addr_spec="annual.review@ombudsman.example"),
        reply_to=Address(addr_spec="answers@ombudsman.example"),
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        attachments=[
            Attachment("Annual Review letter – Rochford.pdf", "application/pdf", pdf),
        ],
    )


def diverted(message: bytes | None = None) -> EmailMessage:
    return read(divert(a_message() if message is None else message, MAILBOX))


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, EmailMessage, policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_test_mailbox_is_the_only_recipient() -> None:
    message = diverted()

    named = [v for name in ("To", "Cc", "Bcc") for v in message.get_all(name, [])]
    assert [address for _, address in getaddresses(named)] == [MAILBOX]


@pytest.mark.parametrize("header", ["Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc", "cc"])
def test_no_header_brings_a_recipient_back(header: str) -> None:
    message = a_message(copies=()).replace(
        b"Subject:", f"{header}: {COPIES[0]}\r\nSubject:".encode()
    )

    headers = divert(message, MAILBOX).partition(b"\r\n\r\n")[0]

    assert COPIES[0].encode() not in headers


@pytest.mark.parametrize(
    "subject",
    [
        "Annual Review letter 2020: Rochford District Council",
        "Annual Review letter 2020: Cyngor Bwrdeistref Sirol Rhondda Cynon Tâf – Ŵyl Ŷd Ŵŷ",
        "Annual Review letter 2020: Ńa & of Ŷd Ąę Żółć",
    ],
)
def test_the_subject_says_that_it_was_diverted_and_keeps_its_words(subject: str) -> None:
    assert diverted(a_message(subject=subject))["Subject"] == f"[Diverted] {subject}"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_the_text_names_who_would_have_received_it_before_anything_else(kind: str) -> None:
    text = body(diverted(), kind)

    assert "diverted to a test mailbox" in text
    assert f"To: {CHIEF}" in text
    assert all(f"Cc: {copy}" in text for copy in COPIES)
    assert text.index(COPIES[-1]) < text.index("Dear Chief Executive")


def test_the_html_stays_a_document() -> None:
    html = body(diverted(), "html")

    assert html.startswith('<!DOCTYPE html><html><body class="x">')
    assert html.rstrip().endswith("<p>Dear Chief Executive</p></body></html>")


def test_html_without_a_body_tag_is_told_of_too() -> None:
    html = body(diverted(a_message(html="<p>Dear</p>")), "html")

    assert html.index(CHIEF) < html.index("<p>Dear</p>")


def test_names_are_escaped_in_html_and_read_the_same_in_text() -> None:
    message = a_message(copies=()).replace(
        f"To: {CHIEF}".encode(), f'To: "<b>&amp; Chief" <{CHIEF}>'.encode()
    )
    told = f'To: "<b>&amp; Chief" <{CHIEF}>'

    assert told in body(diverted(message), "plain")
    assert "<b>" not in body(diverted(message), "html")
    assert "&lt;b&gt;&amp;amp; Chief" in body(diverted(message), "html")


@given(pdf=st.binary(max_size=300), text=st.text(max_size=60))
def test_whatever_is_attached_stays_byte_for_byte(pdf: bytes, text: str) -> None:
    message = a_message(pdf=pdf, text=text)

    (before,), (after,) = (
        list(each.iter_attachments()) for each in (read(message), diverted(message))
    )

    assert after.get_payload(decode=True) == before.get_payload(decode=True) == pdf
    assert after.as_bytes() == before.as_bytes()


def test_the_letter_can_still_be_told_and_answered() -> None:
    message = diverted()

    assert message[LETTER_HEADER] == "2020-1-E07000075"
    assert message["From"] == "annual.review@ombudsman.example"
    assert message["Reply-To"] == "answers@ombudsman.example"


def test_equal_messages_are_diverted_to_equal_bytes() -> None:
    assert divert(a_message(), MAILBOX) == divert(a_message(), MAILBOX)


def test_what_is_attached_as_text_is_not_written_into() -> None:
    message = read(a_message())
    message.add_attachment("code,name\n", subtype="csv", filename="cases.csv")
    message.add_attachment("notes\n", filename="notes.txt")

    *_, notes = diverted(message.as_bytes(policy=policy.SMTP)).iter_attachments()

    assert notes.get_content().splitlines() == ["notes"]


def test_the_mailer_sends_the_diverted_message_and_nothing_else() -> None:
    ses = ScriptedMailer()

    assert DivertedMailer(ses, MAILBOX).send(a_letter_id(), a_message()) == "mail-1"

    assert ses.calls == [(a_letter_id(), divert(a_message(), MAILBOX))]


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: to nobody\r\n\r\nDear\r\n",
        b"To: a@x.example\r\nContent-Type: text/plain; charset=unheard-of\r\n\r\nDear\r\n",
    ],
)
def test_a_message_that_cannot_be_diverted_is_not_sent(message: bytes) -> None:
    ses = ScriptedMailer()

    with pytest.raises(MailRefusedError, match="can't be diverted, and was not sent"):
        DivertedMailer(ses, MAILBOX).send(a_letter_id(), message)

    assert ses.calls == []
