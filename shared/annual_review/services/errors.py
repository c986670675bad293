"""What can go wrong, as types: whoever catches one knows whether to try again, and what to do."""

from __future__ import annotations

from annual_review.services.advised_commands import Command


class PortError(Exception):
    """Something behind a port failed. `retryable` says whether the same call may yet succeed.

    Any call of a port may raise it, and any service passes it on. Calling the service again goes on
    from there. Docstrings name it where a caller has to know more.
    """

    retryable: bool = False


class ConflictError(PortError):
    """Somebody else changed the same items first: read again, then try again."""

    retryable = True


class ThrottledError(PortError):
    """The service asked for patience. Nothing was changed."""

    retryable = True


class UnavailableError(PortError):
    """No answer, or a failure on the other side: it may or may not have happened."""

    retryable = True


class RefusedError(PortError):
    """The service refused for good: permissions, a missing resource, a request of wrong shape."""


class MissingError(PortError):
    """What was asked for is not there."""


class MalformedItemError(PortError):
    """What is stored is not what was written: the message names its key, and what is wrong."""


class RefusalError(Exception):
    """A service will not do what was asked, and changed nothing; the message says why.

    Attributes:
        command: The command that deals with it, if one does.
    """

    retryable = False

    def __init__(self, message: str, command: Command | None = None) -> None:
        super().__init__(message)
        self.command = command
