"""Who on this machine is at the other end of a connection, where the system tells."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_ROOT: Final = 0
_NOBODYS: Final = 0
"""The inode of a socket that its process has closed: the system says then that it is root's."""

# As Linux has it in the headers netlink, sock_diag and inet_diag.
_SOCK_DIAG: Final = 4
_BY_FAMILY: Final = 20
_REQUEST: Final = 1
_EVERY_STATE: Final = 0xFFFFFFFF
_NO_COOKIE: Final = b"\xff" * 8
_HEADER: Final = struct.Struct("=IHHII")
_ASKED: Final = struct.Struct("=BBBxI")
_PORTS: Final = struct.Struct("!HH")
_ADDRESS: Final = struct.Struct("4s12x")
_ENDS: Final = struct.Struct("=4x48x12xII")
_LONGEST_ANSWER: Final = 8192


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a socket is; `inode` is 0 once its process has closed it."""

    user: int
    inode: int


FindOwner = Callable[[int, int], Owner | None]
"""Tells whose the socket is that lies at a port of 127.0.0.1, connected to another port there."""


def owner_of(port: int, other: int) -> Owner | None:
    """Ask Linux for a socket at a port; `other` is 0 for one that listens. `None`: not known."""
    if sys.platform != "linux":
        return None
    loopback = socket.inet_aton("127.0.0.1")
    there = loopback if other else bytes(4)
    ends = _PORTS.pack(port, other) + _ADDRESS.pack(loopback) + _ADDRESS.pack(there)
    asked = _ASKED.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, _EVERY_STATE)
    asked += ends + bytes(4) + _NO_COOKIE
    header = _HEADER.pack(_HEADER.size + len(asked), _BY_FAMILY, _REQUEST, 0, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
            kernel.settimeout(1)
            kernel.send(header + asked)
            answer = kernel.recv(_LONGEST_ANSWER)
    except OSError:
        return None
    _, kind, *_ = _HEADER.unpack_from(answer)
    if kind != _BY_FAMILY:
        return None
    return Owner(*_ENDS.unpack_from(answer, _HEADER.size))


def is_of_this_user(client: tuple[str, int] | None, port: int, find: FindOwner = owner_of) -> bool:
    """Whether a connection to a port of 127.0.0.1 was made by the user of this process.

    Where the system does not tell (it is no Linux), anybody may have. Root is let in: nothing is
    safe from it, and forwarded ports are often its own.
    """
    if client is None or find(port, 0) is None:
        return True
    owner = find(client[1], port)
    if owner is None or sys.platform == "win32":
        return False
    return owner.user == os.getuid() or (owner.user == _ROOT and owner.inode != _NOBODYS)
