"""Pictures of letters' pages, drawn from the message that would be sent and kept by its hash."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from annual_review.desk.reading.latest import Latest
from annual_review.rendering.pages.thumbnails import ThumbnailMaker

PAGE_WIDTH: Final = 900
"""Pixels from side to side of a page that is read."""

_THUMBNAILS: Final = 1_000
_PAGES: Final = 60

ReadPdf = Callable[[], bytes]


class Pictures:
    """Draws one letter at a time: the typesetter is for one thread."""

    def __init__(self) -> None:
        self._maker = ThumbnailMaker()
        self._lock = Lock()
        self._thumbnails: Latest[str, tuple[bytes, bytes]] = Latest(_THUMBNAILS)
        self._pages: Latest[tuple[str, int], bytes] = Latest(_PAGES)

    def thumbnail(self, message_sha256: str, number: int, pdf: ReadPdf) -> bytes:
        """Return a thumbnail: 1 is the first page of a letter, 2 that with its statistics.

        Raises:
            ValueError: This is not the PDF of a letter.
        """
        return self._thumbnails.get(message_sha256, lambda: self._both(pdf()))[number - 1]

    def page(self, message_sha256: str, number: int, pdf: ReadPdf) -> bytes:
        """Return a page, counted from 1, as large as it is read.

        Raises:
            ValueError: This is not the PDF of a letter, or it has no such page.
        """
        return self._pages.get((message_sha256, number), lambda: self._page(pdf(), number))

    def _both(self, pdf: bytes) -> tuple[bytes, bytes]:
        with self._lock:
            return self._maker.thumbnails(pdf)

    def _page(self, pdf: bytes, number: int) -> bytes:
        with self._lock:
            return self._maker.page(pdf, number, PAGE_WIDTH)
