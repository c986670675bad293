"""Peer groups as a CSV file: whom each authority is shown beside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from annual_review.adapters.files.csv_tables import Notice, read_table
from annual_review.adapters.files.input_files import InputFileError, shown
from annual_review.adapters.files.table_faults import Columns
from annual_review.domain.authorities import AuthorityCode
from annual_review.services.publication.peer_groups import PEER_COLUMNS, Peers

_RANK: Final = re.compile(r"[1-9][0-9]{0,2}")


def read_peers(path: Path, known: Collection[AuthorityCode], notice: Notice | None = None) -> Peers:
    """Read the peers of each authority, those of the lowest rank first.

    Raises:
        InputFileError: The file can't be read, or lines of it are wrong: all of them are named.
    """
    table, rows = read_table(path, Columns(PEER_COLUMNS, no_more=True), notice)
    problems: list[str] = []
    ranked: dict[AuthorityCode, dict[int, AuthorityCode]] = defaultdict(dict)
    lines: dict[tuple[str, ...], int] = {}
    for row in rows:
        cells = {} if row.problem else table.cells(row)
        found = [row.problem] if row.problem else list(_problems(cells, known))
        if not found:
            code, peer = (AuthorityCode(cells[name].strip()) for name in ("code", "peer"))
            rank = int(cells["rank"])
            for what, given in (("peer", peer), ("rank", str(rank))):
                first = lines.setdefault((code, what, given), row.line)
                if first != row.line:
                    found.append(f"{what}: {code} has {given} on line {first} already")
            ranked[code].setdefault(rank, peer)
        problems += [f"line {row.line}: {problem}" for problem in found]
    if problems:
        raise InputFileError(path, problems)
    return {code: [peers[rank] for rank in sorted(peers)] for code, peers in ranked.items()}


def _problems(cells: Mapping[str, str], known: Collection[AuthorityCode]) -> Iterator[str]:
    code, peer, rank = (cells[name].strip() for name in PEER_COLUMNS)
    for name, value in (("code", code), ("peer", peer)):
        if value not in known:
            yield f"{name}: {shown(value)} is no authority that figures are published of"
    if code == peer:
        yield "peer: an authority is not its own peer"
    if not _RANK.fullmatch(rank):
        yield f"rank: {shown(rank)} is not a whole number from 1 to 999"
