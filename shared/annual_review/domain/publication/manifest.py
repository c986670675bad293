"""The manifest of a publication: every file that the public may read, with its hash.

A publication is named by the hash of its manifest, so that whoever approves the name approves every
byte, and what was left out and why as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NewType

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear, Revision

PublicationName = NewType("PublicationName", str)
"""The SHA-256 of a manifest, in hexadecimal."""

ASSETS: Final = "assets/"
"""Where files lie whose names change with their content."""

NOT_FINAL: Final = "not-final.txt"
"""A file of every site whose figures are today's: no publication may hold it."""

FORMAT: Final = 1
_DEFAULT_TYPE: Final = "application/octet-stream"
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".sqlite": "application/vnd.sqlite3",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".woff2": "font/woff2",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xml": "application/xml",
    }
)


class Turn(IntEnum):
    """When a file becomes public: what pages need comes before them, what leads to them after."""

    ASSETS_AND_DATA = 0
    PAGES = 1
    ENTRY_PAGES = 2


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One file as it is published: the hash of its content, its bytes, and its content type."""

    sha256: str
    size: int
    content_type: str


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """What a publication holds of one year.

    `awaited` are the authorities that it tells nothing of yet, because their challenge is open.
    """

    revision: Revision
    awaited: tuple[AuthorityCode, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """All that a publication is, and the year for which it is made."""

    year: ReportingYear
    years: Mapping[ReportingYear, PublishedYear]
    files: Mapping[str, PublicFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is not final.

        Raises:
            ValueError: Its files are those of a site of today's figures.
        """
        if NOT_FINAL in self.files:
            raise ValueError(f"{NOT_FINAL} is in it: figures that are not final are not published")

    @cached_property
    def content(self) -> bytes:
        """The manifest as it is kept: the same publication, the same bytes."""
        record = {
            "format": FORMAT,
            "year": self.year.ends,
            "years": {
                str(year): {"revision": of.revision, "awaited": sorted(of.awaited)}
                for year, of in self.years.items()
            },
            "files": {
                path: {"sha256": each.sha256, "size": each.size, "type": each.content_type}
                for path, each in self.files.items()
            },
        }
        return f"{json.dumps(record, sort_keys=True, indent=1)}\n".encode()

    @cached_property
    def name(self) -> PublicationName:
        """The name of the publication."""
        return PublicationName(hashlib.sha256(self.content).hexdigest())

    @property
    def in_turn(self) -> Sequence[tuple[Turn, Sequence[str]]]:
        """The paths in the order in which they become public."""
        return [
            (turn, sorted(path for path in self.files if turn_of(path) is turn)) for turn in Turn
        ]

    def of_earlier_revisions(self, years: Mapping[ReportingYear, PublishedYear]) -> Sequence[str]:
        """Return the data of revisions that a later publication does not make again: they stay."""
        now = {_data_folder(year, of.revision) for year, of in years.items()}
        earlier = {
            _data_folder(year, Revision(number))
            for year, of in self.years.items()
            for number in range(1, of.revision + 1)
        } - now
        return sorted(path for path in self.files if path.startswith(tuple(earlier)))

    def changes_from(self, before: Manifest | None) -> Changes:
        """Say what the public would see that it does not see now."""
        old: Mapping[str, PublicFile] = before.files if before else {}
        return Changes(
            added=tuple(sorted(self.files.keys() - old.keys())),
            changed=tuple(
                sorted(
                    path for path in self.files.keys() & old.keys() if self.files[path] != old[path]
                )
            ),
            removed=tuple(sorted(old.keys() - self.files.keys())),
        )

    @classmethod
    def read(cls, content: bytes) -> Manifest:
        """Read a manifest back.

        Raises:
            ValueError: It is none, or of a format that this version doesn't know, or not final.
        """
        try:
            record: Mapping[str, Any] = json.loads(content)
            found = cls(
                year=ReportingYear(record["year"]),
                years={
                    ReportingYear(int(year)): PublishedYear(
                        Revision(of["revision"]), tuple(map(AuthorityCode, of["awaited"]))
                    )
                    for year, of in record["years"].items()
                },
                files={
                    path: PublicFile(each["sha256"], each["size"], each["type"])
                    for path, each in record["files"].items()
                },
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("it is not a manifest") from error
        if found.content != content:
            raise ValueError("it is not written as this version writes a manifest")
        return found


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two publications, by path."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.changed or self.removed)


def manifest_of(
    year: ReportingYear,
    years: Mapping[ReportingYear, PublishedYear],
    contents: Iterable[tuple[str, bytes]],
) -> Manifest:
    """Make the manifest of files with their contents.

    Raises:
        ValueError: Two files have the same path, one would lie outside of the site, or one says
            that it is not final.
    """
    files: dict[str, PublicFile] = {}
    for path, content in contents:
        if path in files or not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise ValueError(
                f"{path} can't be published: it is there twice, or outside of the site"
            )
        type_ = _TYPES.get(_suffix(path), _DEFAULT_TYPE)
        files[path] = PublicFile(hashlib.sha256(content).hexdigest(), len(content), type_)
    return Manifest(year, years, files)


def turn_of(path: str) -> Turn:
    """Return when a file becomes public."""
    folders = path.split("/")[:-1]
    if _suffix(path) == ".xml":
        return Turn.ENTRY_PAGES
    if _suffix(path) != ".html" or "letters" in folders:
        return Turn.ASSETS_AND_DATA
    # /index.html, /404.html, /updates/index.html: they lead to the rest.
    return Turn.ENTRY_PAGES if len(folders) <= 1 else Turn.PAGES


def _data_folder(year: ReportingYear, revision: Revision) -> str:
    return f"data/{year}/r{revision}/"


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2]


def names_left(paths: Iterable[str], manifest: Manifest, kept: Collection[str] = ()) -> list[str]:
    """Return what was public and is not any more.

    Assets stay: a page that a browser keeps for its five minutes still finds its styles.
    """
    return sorted(
        path
        for path in paths
        if path not in manifest.files and path not in kept and not path.startswith(ASSETS)
    )
