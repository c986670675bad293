"""Documents in memory."""

from __future__ import annotations

from annual_review.services.documents import Documents
from annual_review.services.errors import MissingError


class InMemoryDocuments(Documents):
    """Memory has no use for the type of a content."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self._contents[key] = content

    def get(self, key: str) -> bytes:
        if key not in self._contents:
            raise MissingError(f"there is no document {key}")
        return self._contents[key]
