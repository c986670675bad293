"""What a message brings to those who open it."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import PurePath
from typing import Final

_BODIES: Final = {"html": "html", "plain": "txt"}


def documents_of(message: bytes) -> Mapping[str, bytes]:
    """Return the documents in the message of a letter by kind: `html`, `txt`, `pdf`, `xlsx`."""
    opened = BytesParser(EmailMessage, policy=default).parsebytes(message)
    found: dict[str, bytes] = {}
    for subtype, kind in _BODIES.items():
        if (body := opened.get_body((subtype,))) is not None:
            # Lines end in a message as mail wants it.
            found[kind] = body.get_content().replace("\r\n", "\n").encode()
    for part in opened.iter_attachments():
        kind = PurePath(part.get_filename() or "").suffix.removeprefix(".")
        found[kind] = part.get_content()
    return found
