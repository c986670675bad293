"""In which encoding a CSV file was written: recognised where it is certain, else refused by name.

UTF-8 and UTF-16 can't be mistaken. Windows-1252 can: any bytes are text in it. It is taken for
certain where every character beyond ASCII is one that English and its neighbours use, in a
position where they use it; the "é" of a Macintosh or of MS-DOS would be something else there.
"""

from __future__ import annotations

import io
import re
from typing import IO, Final

UTF_8: Final = "utf-8-sig"
UTF_16: Final = "utf-16"
UTF_16_LE: Final = "utf-16-le"
UTF_16_BE: Final = "utf-16-be"
WINDOWS_1252: Final = "cp1252"

CODECS: Final = {"utf-8": UTF_8, "utf-16": UTF_16, "windows-1252": WINDOWS_1252}
"""Encodings as people name them, and as Python does."""

JSON: Final = "JSON"

_OTHER_KINDS: Final = (
    (b"\xff\xfe\0\0", "UTF-32 text"),
    (b"\0\0\xfe\xff", "UTF-32 text"),
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
    (b"%PDF", "a PDF"),
    (b"<", "a web page or other XML"),
)
_JSON: Final = re.compile(rb"\[\s*(?:[\[\]{\"0-9]|$)|\{\s*(?:[\"}]|$)")
"""How a list or an object begins; a heading may begin with a bracket, too."""

_UTF_16: Final = re.compile(
    rb"(?P<marked>\xff\xfe|\xfe\xff)|(?P<le>(?:[^\0]\0){2})|(?P<be>(?:\0[^\0]){2})", re.DOTALL
)
"""How it begins: with its mark, or, since what comes first is ASCII, with every other byte null."""

_ADVICE: Final = 'save it as "CSV UTF-8"'
BEGINNING: Final = 512
"""How many bytes tell what a file is."""

EXPECTED: Final = re.compile(
    "[\0-\x7fÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÓÔÖØÙÚÛÜÝàáâäåæçèéêëìíîïñòóôöøùúûüýÿß£€§©®°¼½¾·‘’“”–—•\xa0]*"
)
"""Text in which every character beyond ASCII is one that English and its neighbours use."""

_ODD: Final = re.compile("[A-Za-z][‘’“”–—•\xa0][a-z]|[A-Za-z][‘“£•]|[a-z][À-Þ]")
_APOSTROPHE: Final = re.compile("(?<=[A-Za-z])’(?=[a-z])")


def recognised_encoding(content: IO[bytes]) -> str:
    """Return the encoding of a file, as Python names it.

    Raises:
        ValueError: It can't be told for certain, or is none that is read; the message says which
            it is, if that is known, and what to do.
    """
    start = content.read(BEGINNING)
    content.seek(0)
    if kind := other_kind(start):
        raise ValueError(f"is {kind}, not CSV: {_ADVICE}")
    if utf_16 := utf_16_of(start):
        return _checked_utf_16(content, utf_16)
    return _of_single_bytes(content)


def other_kind(start: bytes) -> str | None:
    """Return what a file is that begins so and is no table and no text; `None` if it may be one."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = next((kind for mark, kind in _OTHER_KINDS if text.startswith(mark)), None)
    return kind or (JSON if _JSON.match(text) else None)


def utf_16_of(start: bytes) -> str | None:
    """Return which UTF-16 a file is that begins so, as Python names it; `None` if it is none."""
    found = _UTF_16.match(start)
    if found is None:
        return None
    return {"marked": UTF_16, "le": UTF_16_LE, "be": UTF_16_BE}[str(found.lastgroup)]


def _checked_utf_16(content: IO[bytes], encoding: str) -> str:
    text = io.TextIOWrapper(content, encoding, newline="")
    try:
        for _ in text:
            pass
    except UnicodeError:
        raise ValueError(f"begins as UTF-16 and is damaged further on: {_ADVICE}") from None
    finally:
        text.detach()
    return encoding


def _of_single_bytes(content: IO[bytes]) -> str:
    """Tell UTF-8, which has a form of its own, from Windows-1252."""
    is_utf_8, unclear = True, ""
    for number, line in enumerate(content, 1):
        if b"\0" in line:
            raise ValueError(f"line {number}: holds a null byte, which no text has: {_ADVICE}")
        if line.isascii():
            continue
        is_utf_8 = is_utf_8 and _is_utf_8(line)
        if not unclear and not _is_windows_1252(line):
            unclear = f"line {number}: is written in an unknown encoding: {_ADVICE}"
    if is_utf_8:
        return UTF_8
    if unclear:
        raise ValueError(unclear)
    return WINDOWS_1252


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_windows_1252(line: bytes) -> bool:
    try:
        text = line.decode(WINDOWS_1252)
    except UnicodeDecodeError:
        return False
    plain = _APOSTROPHE.sub("'", text)
    return EXPECTED.fullmatch(plain) is not None and _ODD.search(plain) is None
