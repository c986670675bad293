"""The letter as a MIME message: ready to be handed to the mail service as it stands.

The standard library writes the headers. The parts are put together here: its message objects parse
every header several times and write bodies line by line, which takes three times as long.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, AddressHeader, BaseHeader, HeaderRegistry
from email.policy import EmailPolicy
from email.quoprimime import body_encode
from email.utils import encode_rfc2231, quote
from functools import lru_cache
from typing import Final, cast

from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import Recipient

LETTER_HEADER: Final = "X-Annual-Review-Letter"
"""The header that carries a letter's tag, so that a message found anywhere names its letter."""


class MailboxError(ValueError):
    """A text is not the address of one mailbox."""


class _HeaderKinds(HeaderRegistry):
    """Makes the class of each header once, where Python makes it with every header."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


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
_POLICY: Final = _MailPolicy(linesep="\r\n", header_factory=_HeaderKinds())
_LONGEST_LINE: Final = 78
"""Of a body, in characters: as the standard library does it."""

_LONGEST_HEADER_LINE: Final = 76
_ADDRESSES_KEPT: Final = 64
_LIKENESSES: Final = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "Ł": "L", "ł": "l"})
_VERSION: Final = b"MIME-Version: 1.0\r\n"


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
        _, header = _POLICY.header_store_parse("Reply-To", text)
        addresses = cast("AddressHeader", header).addresses
        if not header.defects and len(addresses) == 1:
            return addresses[0]
    raise MailboxError("not one mailbox in plain letters, such as name@host.example")


def named_mailbox(text: str, name: str) -> Address:
    """Read one mailbox, and give it a name where it has none.

    Raises:
        MailboxError: It is not one.
    """
    address = mailbox(text)
    return address if address.display_name else Address(name, addr_spec=address.addr_spec)


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
    # "=_" occurs in neither quoted-printable nor base64: no content can hold a boundary.
    outer, inner = (f"=_{depth}_{letter.tag}" for depth in range(2))
    words = _multipart("alternative", inner, [_text("plain", text), _text("html", html, _VERSION)])
    return b"".join(
        (
            _header("From", sender),
            _header("Reply-To", reply_to),
            _header("To", mailbox(recipient.email)),
            _header("Cc", [mailbox(each) for each in recipient.copies])
            if recipient.copies
            else b"",
            _header(_SUBJECT, " ".join(subject.split())),
            _header(LETTER_HEADER, letter.tag),
            _VERSION,
            _multipart("mixed", outer, [words, *map(_attached, attachments)]),
        )
    )


def _header(name: str, value: str | Address | Sequence[Address]) -> bytes:
    if isinstance(value, Address):
        return _address(name, value.display_name, value.username, value.domain)
    return _POLICY.fold_binary(*_POLICY.header_store_parse(name, value))


@lru_cache(_ADDRESSES_KEPT)
def _address(name: str, display_name: str, username: str, domain: str) -> bytes:
    """Write the header of one mailbox; that of the sender is the same in every letter."""
    address = Address(display_name, username, domain)
    return _POLICY.fold_binary(*_POLICY.header_store_parse(name, address))


def _multipart(subtype: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'
    begins, ends = f"\r\n--{boundary}\r\n", f"\r\n--{boundary}--\r\n"
    return b"".join((head.encode(), *(begins.encode() + part for part in parts), ends.encode()))


def _text(subtype: str, text: str, more: bytes = b"") -> bytes:
    """Write a text with its headers, whatever its line ends."""
    lines = b"\n".join(text.encode().splitlines()).decode("latin-1")
    return b"".join(
        (
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'.encode(),
            b"Content-Transfer-Encoding: quoted-printable\r\n",
            more,
            b"\r\n",
            body_encode(f"{lines}\n", _LONGEST_LINE, "\r\n").encode(),
        )
    )


def _attached(attachment: Attachment) -> bytes:
    """Write a file with its headers.

    They are folded here: the standard library cuts a name into pieces, which Outlook can't join.
    """
    name = attachment.name
    plain = _plain(name)
    return b"".join(
        (
            _content_type(attachment.content_type),
            _parameter("name", plain),
            b"\r\nContent-Transfer-Encoding: base64\r\n",
            b"Content-Disposition: attachment;\r\n",
            # First, for some readers take the first; those that don't know it take the other.
            b"" if plain == name else f" filename*={encode_rfc2231(name, 'utf-8')};\r\n".encode(),
            _parameter("filename", plain),
            b"\r\n",
            _VERSION,
            b"\r\n",
            _base64(attachment.content),
        )
    )


def _base64(content: bytes) -> bytes:
    """Return a file in lines, each with its end: what `encodebytes` returns in half the time."""
    text = b64encode(content)
    starts = range(0, len(text), _LONGEST_HEADER_LINE)
    return b"".join([text[start : start + _LONGEST_HEADER_LINE] + b"\r\n" for start in starts])


def _content_type(content_type: str) -> bytes:
    """Begin the header, on a second line where the first has no room for it."""
    header = f"Content-Type: {content_type};"
    if len(header) > _LONGEST_HEADER_LINE:
        header = f"Content-Type:\r\n {content_type};"
    return f"{header}\r\n".encode()


def _parameter(name: str, value: str) -> bytes:
    """Write a parameter on a line of its own, without an end."""
    return f' {name}="{quote(value)}"'.encode("ascii")


def _plain(name: str) -> str:
    """Return a name in ASCII: without accents, and with `_` for what has no likeness there."""
    likened = unicodedata.normalize("NFKD", name.translate(_LIKENESSES))
    letters = (each for each in likened if not unicodedata.combining(each))
    return "".join(each if each.isascii() and each.isprintable() else "_" for each in letters)
