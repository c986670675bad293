"""What a message brings to those who open it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import PurePath
from quopri import decodestring
from typing import Final

_BODIES: Final = {"text/html": "html", "text/plain": "txt"}
_DECODED: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "base64": b64decode,
    "quoted-printable": decodestring,
}
_HEADERS: Final = BytesHeaderParser()


def documents_of(message: bytes) -> Mapping[str, bytes]:
    """Return the documents in the message of a letter by kind: `html`, `txt`, `pdf`, `xlsx`.

    Our own messages are opened, in which no content holds a boundary. So they are cut apart there,
    and `email` reads the headers alone: reading bodies too, line by line, it takes five times as
    long.
    """
    found: dict[str, bytes] = {}
    for headers, body in _parts(message):
        content = _DECODED[headers["Content-Transfer-Encoding"]](body)
        if kind := _BODIES.get(headers.get_content_type()):
            # Lines end in a message as mail wants it.
            found[kind] = content.replace(b"\r\n", b"\n")
        else:
            kind = PurePath(headers.get_filename() or "").suffix.removeprefix(".")
            found[kind] = content
    return found


def _parts(message: bytes) -> Iterator[tuple[Message, bytes]]:
    """Give the headers and the body of every part that has no parts itself."""
    head, _, body = message.partition(b"\r\n\r\n")
    headers = _HEADERS.parsebytes(head)
    boundary = headers.get_boundary()
    if boundary is None:
        yield headers, body
        return
    for part in body.split(f"--{boundary}".encode())[1:-1]:
        yield from _parts(part.removeprefix(b"\r\n").removesuffix(b"\r\n"))
