"""The letter as a MIME message: ready to be handed to the mail service as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final, cast

from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import Recipient

_HEADERS: Final = HeaderRegistry()

LETTER_HEADER: Final = "X-Annual-Review-Letter"
"""The header that carries a letter's tag, so that a message found anywhere names its letter."""


class MailboxError(ValueError):
    """A text is not the address of one mailbox."""


class _MailPolicy(EmailPolicy):
    """How mail is written, except that a subject keeps its spaces.

    Python folds a long subject into encoded words, and readers put two of those together without
    the space between them: "Żółć Ćma" would arrive as "ŻółćĆma". `Header` encodes the spaces too.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header line by line, with its line ends."""
        if name == _SUBJECT and not value.isascii():
            encoded = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {encoded}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_SUBJECT: Final = "Subject"
_POLICY: Final = _MailPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the message."""

    name: str
    content_type: str
    content: bytes


def mailbox(text: str) -> Address:
    """Read one mailbox: `name@host.example`, or with a name: `An Office <name@host.example>`.

    Raises:
        MailboxError: It is not one, or can't stand in a header.
    """
    if text.isascii() and text.isprintable():
        header = _HEADERS("Reply-To", text)
        addresses = cast("AddressHeader", header).addresses
        if not header.defects and len(addresses) == 1:
            return addresses[0]
    raise MailboxError("not one mailbox in plain letters, such as name@host.example")


def build_message(  # noqa: PLR0913 (a message has that many parts)
    *,
    letter: LetterId,
    sender: Address,
    reply_to: Address,
    recipient: Recipient,
    subject: str,
    text: str,
    html: str,
    attachments: Iterable[Attachment],
) -> bytes:
    """Build the message, with CRLF line ends. Equal arguments give equal bytes.

    Date and Message-ID are left to the mail service, which sets them when it accepts the message.

    Raises:
        MailboxError: The recipient, or one of the copies, has no address that mail can go to.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["Reply-To"] = reply_to
    message["To"] = mailbox(recipient.email)
    if recipient.copies:
        message["Cc"] = [mailbox(each) for each in recipient.copies]
    message[_SUBJECT] = " ".join(subject.split())
    message[LETTER_HEADER] = letter.tag
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for each in attachments:
        maintype, _, subtype = each.content_type.partition("/")
        message.add_attachment(each.content, maintype=maintype, subtype=subtype, filename=each.name)
    _set_boundaries(message, letter)
    return message.as_bytes()


def _set_boundaries(message: EmailMessage, letter: LetterId) -> None:
    # By themselves, boundaries are random. "=_" occurs in neither quoted-printable nor base64, so
    # that no content can hold one of these.
    for depth, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"=_{depth}_{letter.tag}")
