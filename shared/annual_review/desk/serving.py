"""Serves a desk on this machine alone, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from annual_review.desk.application import desk_application
from annual_review.desk.guards import ENTRANCE, HOST
from annual_review.desk.session import Session

if TYPE_CHECKING:
    from annual_review.desk.desk import Desk

_SECONDS_FOR_THE_LAST_ANSWER = 5


def serve(desk: Desk, port: int, started: Callable[[str], object]) -> None:
    """Serve a desk until Ctrl-C, and then wait for what is under way.

    Port 0 is any that is free. `started` is told the address that opens it, once it listens.

    Raises:
        OSError: Somebody else listens on the port.
    """
    with listening_on(port) as listening:
        session = Session(listening.getsockname()[1])
        server = server_of(desk, session)
        started(first_address(session))
        server.run(sockets=[listening])
    desk.acts.wait()


def listening_on(port: int) -> socket.socket:
    """Listen on a port of this machine that nobody else reaches."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def server_of(desk: Desk, session: Session) -> uvicorn.Server:
    """Return the server of a desk, not yet running."""
    config = uvicorn.Config(
        desk_application(desk, session),
        # Addresses and forms are not logged: they tell who looked at what.
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        # No proxy stands before a desk: whoever names another address or scheme has made it up.
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=_SECONDS_FOR_THE_LAST_ANSWER,
    )
    return uvicorn.Server(config)


def first_address(session: Session) -> str:
    """Return the address that opens a desk, once."""
    return f"http://{HOST}:{session.port}{ENTRANCE}?token={session.token}"
