"""What a message brings to those who open it."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from pathlib import PurePath
from typing import Final, cast

_BODIES: Final = {"text/html": "html", "text/plain": "txt"}


def documents_of(message: bytes) -> Mapping[str, bytes]:
    """Return the documents in the message of a letter by kind: `html`, `txt`, `pdf`, `xlsx`.

    Our own messages are opened, whose headers need no understanding: the modern policies of
    `email`, which parse each of them, take twice as long.
    """
    found: dict[str, bytes] = {}
    for part in message_from_bytes(message).walk():
        if part.is_multipart():
            continue
        content = cast("bytes", part.get_payload(decode=True))
        if kind := _BODIES.get(part.get_content_type()):
            # Lines end in a message as mail wants it.
            found[kind] = content.replace(b"\r\n", b"\n")
        else:
            kind = PurePath(part.get_filename() or "").suffix.removeprefix(".")
            found[kind] = content
    return found
