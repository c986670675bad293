"""Further peer groups: whom an authority is shown beside, the nearest first.

They are published with what they are shown on, and stay for the publications after it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from annual_review.domain.authorities import AuthorityCode

Peers: TypeAlias = Mapping[AuthorityCode, Sequence[AuthorityCode]]

PEERS_FILE: Final = "data/peers.csv"
"""Where the public finds them."""

PEER_COLUMNS: Final = ("code", "peer", "rank")


def peers_file(peers: Peers) -> bytes:
    """Write peer groups: the same groups, the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(PEER_COLUMNS)
    for code in sorted(peers):
        writer.writerows((code, peer, rank) for rank, peer in enumerate(peers[code], 1))
    return text.getvalue().encode()


def peers_in(content: bytes) -> Peers:
    """Read peer groups back, as they were written."""
    groups: dict[AuthorityCode, list[AuthorityCode]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        groups[AuthorityCode(row["code"])].append(AuthorityCode(row["peer"]))
    return dict(groups)
