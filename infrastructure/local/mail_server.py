"""The HTTP of the mail server: one request of one connection, answered as AWS answers."""

import contextlib
import http.server
import json
import socket
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from infrastructure.local.aws import LOOPBACK
from infrastructure.local.mail_request import RefusedError

_CLOSE_WITHOUT_A_WORD = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is told: content, or an error with its name."""

    status: int
    content: dict[str, str]
    error: str = ""

    @classmethod
    def refusal(cls, refusal: RefusedError) -> "Answer":
        """Return the answer that says why a request was refused."""
        return cls(refusal.status, {"message": str(refusal)}, refusal.code)


# Takes the path and the body of a POST; no answer at all means that the connection breaks.
Post = Callable[[str, bytes], Answer | None]


@contextlib.contextmanager
def serving(post: Post) -> Iterator[str]:
    """Answer requests on a free port of this machine for as long as the block lasts.

    Requests under way are answered before the block is left, so that nothing is half written.

    Args:
        post: What answers; called by many threads.

    Yields:
        The base URL of the server.
    """
    server = _Server((LOOPBACK, 0), _Handler)
    server.post = post
    listener = threading.Thread(target=server.serve_forever, name="mailbox", args=(0.05,))
    listener.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        listener.join()
        server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64
    post: Post


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.post(self.path, body)
        if answer:
            self._say(answer)
        else:
            self._hang_up()

    def _say(self, answer: Answer) -> None:
        body = json.dumps(answer.content).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if answer.error:
            self.send_header("x-amzn-ErrorType", answer.error)
        # A sender who gave up waiting is part of what is played here.
        with contextlib.suppress(OSError):
            self.end_headers()
            self.wfile.write(body)

    def _hang_up(self) -> None:
        linger = (socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITHOUT_A_WORD)
        self.connection.setsockopt(*linger)

    def log_message(self, *_: object) -> None:
        """Say nothing: what was sent lies in the outbox."""


UNKNOWN_PATH = RefusedError(
    "UnknownOperationException", "Only SendEmail is known here.", HTTPStatus.NOT_FOUND
)
