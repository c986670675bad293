"""Diverted mail: what would go to an authority goes to one test mailbox, and says so.

A diverted letter is rebuilt at the last moment, from the bytes that were prepared and approved. It
names the test mailbox as its only recipient; its subject, text and HTML say that it was diverted
and who would have received it; everything else, attachments above all, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from typing import Final, cast

from typing_extensions import override

from annual_review.domain.letters import LetterId
from annual_review.services.dispatch.send_letter import Mailer, MailRefusedError

_INTENDED: Final = ("To", "Cc", "Bcc")
_RECIPIENTS: Final = (*_INTENDED, "Resent-To", "Resent-Cc", "Resent-Bcc")
_BODY: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_PANEL: Final = (
    "margin:0;padding:12px 16px;border:3px solid #912b00;background:#fff4e5;color:#1a1a1a;"
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5"
)
_SAID: Final = "This letter was diverted to a test mailbox. Nobody else received it."
_WOULD: Final = "It would have gone to:"

# What is not changed is written as it was read: no header is folded again.
_POLICY: Final = policy.SMTP.clone(refold_source="none")


@dataclass(frozen=True, slots=True)
class DivertedMailer(Mailer):
    """Over another mailer: all that passes goes to `mailbox`."""

    mailer: Mailer
    mailbox: str

    @override
    def send(self, letter: LetterId, message: bytes) -> str:
        """Send the diverted message instead.

        Raises:
            MailRefusedError: The message is not one whose recipients can be told: it was not sent.
        """
        try:
            diverted = divert(message, self.mailbox)
        except (LookupError, ValueError) as error:
            reason = f"it can't be diverted, and was not sent: {type(error).__name__}"
            raise MailRefusedError(reason) from None
        return self.mailer.send(letter, diverted)


def divert(message: bytes, mailbox: str) -> bytes:
    """Return a message that goes to one mailbox and says for whom it was.

    Equal messages give equal bytes.

    Raises:
        ValueError: The message names no recipient, or is not one that mail programs can read.
        LookupError: A part is in a character set that nobody knows.
    """
    parsed = BytesParser(EmailMessage, policy=_POLICY).parsebytes(message)
    intended = list(_intended(parsed))
    if not intended:
        problem = "the message names no recipient"
        raise ValueError(problem)
    for name in _RECIPIENTS:
        del parsed[name]
    parsed["To"] = Address(addr_spec=mailbox)
    subject = _as_written(parsed, "Subject").strip()
    del parsed["Subject"]
    # Folded again, encoded words would lose the spaces between them.
    parsed.set_raw("Subject", f"[Diverted] {subject}".strip())
    for part in parsed.walk():
        if part.is_attachment():
            continue
        if part.get_content_type() == "text/plain":
            part.set_content(_in_text(part.get_content(), intended), cte="quoted-printable")
        elif part.get_content_type() == "text/html":
            html = _in_html(part.get_content(), intended)
            part.set_content(html, subtype="html", cte="quoted-printable")
    return parsed.as_bytes()


def _as_written(message: EmailMessage, header: str) -> str:
    """Return a header as it stands in the message, its folds and encoded words included."""
    written = (value for name, value in message.raw_items() if name.lower() == header.lower())
    return str(next(written, ""))


def _intended(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Go through the recipients that a message names, each with the header that names it."""
    for name in _INTENDED:
        for header in message.get_all(name, []):
            for address in cast("AddressHeader", header).addresses:
                yield name, str(address)


def _in_text(text: str, intended: list[tuple[str, str]]) -> str:
    lines = [f"  {name}: {address}" for name, address in intended]
    return "\n".join([_SAID, _WOULD, *lines, "", "-" * 72, "", text])


def _in_html(html: str, intended: list[tuple[str, str]]) -> str:
    items = "".join(f"<li>{escape(f'{name}: {address}')}</li>" for name, address in intended)
    panel = (
        f'<div style="{_PANEL}"><strong>{escape(_SAID)}</strong><br>{escape(_WOULD)}'
        f"<ul>{items}</ul></div>"
    )
    body = _BODY.search(html)
    place = body.end() if body else 0
    return f"{html[:place]}\n{panel}\n{html[place:]}"
