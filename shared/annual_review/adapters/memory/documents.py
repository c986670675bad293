"""Documents in memory."""

from __future__ import annotations

from annual_review.services.errors import MissingError


class InMemoryDocuments:
    """Implements `Documents`."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def put(self, key: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 (the port)
        """Keep a document; memory has no use for its content type."""
        self._contents[key] = content

    def get(self, key: str) -> bytes:
        """Return a document.

        Raises:
            MissingError: There is none of that key.
        """
        if key not in self._contents:
            raise MissingError(f"there is no document {key}")
        return self._contents[key]
