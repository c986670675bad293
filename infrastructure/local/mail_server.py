"""The HTTP of the mail server: programs are answered as AWS answers, browsers with a page."""

import contextlib
import http.server
import json
import socket
import struct
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from infrastructure.local.aws import LOOPBACK
from infrastructure.local.mail_request import RefusedError

_CLOSE_WITHOUT_A_WORD = struct.pack("ii", 1, 0)
# A message of 40 MiB in base64, and what is around it in the request.
_MOST_BYTES = 56 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is told: content, or an error with its name."""

    status: int
    content: Mapping[str, object]
    error: str = ""

    @classmethod
    def refusal(cls, refusal: RefusedError) -> "Answer":
        """Return the answer that says why a request was refused."""
        return cls(refusal.status, {"message": str(refusal)}, refusal.code)


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser is shown, or saves."""

    content: bytes
    kind: str
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


# Takes the path and the body of a POST; no answer at all means that the connection breaks.
Post = Callable[[str, bytes], Answer | None]

# Takes the path of a GET, with its query.
Get = Callable[[str], Answer | Page]


@contextlib.contextmanager
def serving(post: Post, get: Get) -> Iterator[str]:
    """Answer requests on a free port of this machine for as long as the block lasts.

    Requests under way are answered before the block is left, so that nothing is half written.
    """
    server = _Server((LOOPBACK, 0), _Handler)
    server.post, server.get = post, get
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
    get: Get


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        if (length := self._length()) is None or not self._is_own():
            return
        body = self.rfile.read(length)
        answer = self.server.post(self.path, body)
        if answer:
            self._say(answer)
        else:
            self._hang_up()

    def do_GET(self) -> None:
        if not self._is_own():
            return
        answer = self.server.get(self.path)
        if isinstance(answer, Answer):
            self._say(answer)
        else:
            self._write(answer.status, answer.kind, answer.content, answer.headers)

    def _is_own(self) -> bool:
        """Say whether a request was meant for this server; refuse it if not.

        A page from elsewhere reaches it under another host's name, or says where it is from.
        """
        port = self.server.server_port
        is_host_ours = self.headers.get_all("Host") in (
            [f"{LOOPBACK}:{port}"],
            [f"localhost:{port}"],
        )
        # A browser names the origin of whatever a page sends, though not of what a link opens.
        if is_host_ours and "Origin" not in self.headers:
            return True
        self._refuse(HTTPStatus.FORBIDDEN)
        return False

    def _length(self) -> int | None:
        """Return how many bytes a request brings; refuse it if it does not say, or too many."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
            return None
        if len(length) > len(str(_MOST_BYTES)) or int(length) > _MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        return int(length)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._write(status, "text/plain", b"", {"Connection": "close"})

    def _say(self, answer: Answer) -> None:
        headers = {"x-amzn-RequestId": str(uuid.uuid4())}
        if answer.error:
            headers["x-amzn-ErrorType"] = answer.error
        body = json.dumps(answer.content).encode()
        self._write(answer.status, "application/json", body, headers)

    def _write(self, status: int, kind: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name, value)
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
    "UnknownOperationException",
    "Only SendEmail and GetAccount are known here.",
    HTTPStatus.NOT_FOUND,
)
