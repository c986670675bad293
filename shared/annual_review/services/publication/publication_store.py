"""The ports of publication: its history, its challenges, and the files staged and live."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Challenge
from annual_review.domain.publication.history import PublicationHistory, PublicationStep
from annual_review.domain.publication.manifest import Manifest, PublicationName, PublicFile
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import digest
from annual_review.services.errors import MissingError, RefusalError

NOTICE: Final = "publication.json"
"""The file that says what is live. It is written last."""


class HistoryStore(Protocol):
    """Where the history of publications is kept. Every step is one conditional write."""

    def get(self) -> PublicationHistory:
        """Return the history, read consistently."""

    def add(self, history: PublicationHistory, step: PublicationStep) -> bool:
        """Keep one more step; `False` if another was kept since this history was read.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


class ChallengeStore(Protocol):
    """Where challenges are kept. Every change is one conditional write."""

    def of_year(self, year: ReportingYear) -> Sequence[Challenge]:
        """Return the challenges of a year by authority and number, read consistently."""

    def of_authority(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[Challenge]:
        """Return the challenges of an authority by their numbers, read consistently."""

    def add(self, challenge: Challenge) -> bool:
        """Keep a challenge; `False` if there is another of its number.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """

    def answer(self, challenge: Challenge, answer: Answer) -> bool:
        """Keep the answer to an open challenge; `False` if it has another by now.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


@dataclass(frozen=True, slots=True)
class LiveNotice:
    """What `publication.json` says: which publication is live, since which step of the history.

    `version` is what the store calls this very content. The number of the step is in the content,
    so that no version can come back.
    """

    number: int
    publication: PublicationName
    version: str


class PublicationFiles(Protocol):
    """The files of publications: those staged, which nobody outside can read, and those live."""

    def put_staged(
        self, publication: PublicationName, path: str, content: bytes, file: PublicFile
    ) -> None:
        """Stage a file; the same again replaces it."""

    def staged(self, publication: PublicationName, path: str) -> bytes:
        """Return a staged file.

        Raises:
            MissingError: There is none.
        """

    def put_manifest(self, manifest: Manifest) -> None:
        """Keep a manifest: what it names is staged by then."""

    def manifest(self, publication: PublicationName) -> bytes:
        """Return a manifest as it was written.

        Raises:
            MissingError: There is none of that name.
        """

    def put_live(self, path: str, content: bytes, file: PublicFile) -> None:
        """Make a file public; the same again replaces it."""

    def live_paths(self) -> Collection[str]:
        """Return the paths of all files that are public."""

    def remove_live(self, path: str) -> None:
        """Take a file back from the public; one that is not there is no fault."""

    def notice(self) -> LiveNotice | None:
        """Return what the notice says; `None` where nothing was published yet."""

    def put_notice(self, content: bytes, seen: LiveNotice | None) -> bool:
        """Replace the notice that was seen; `False` if it is another by now.

        Raises:
            PortError: It failed otherwise; `UnavailableError` may hide a success.
        """


class AlteredPublicationError(RefusalError):
    """What is staged is not what its manifest says: the message names the file."""


class NotStagedError(RefusalError):
    """There is no such publication."""


def read_manifest(files: PublicationFiles, publication: PublicationName) -> Manifest:
    """Read a manifest, and trust it only as far as its name goes.

    Raises:
        NotStagedError: There is none of that name.
        AlteredPublicationError: It is not the one that its name says.
    """
    try:
        content = files.manifest(publication)
    except MissingError:
        raise NotStagedError(f"no publication {publication} is staged") from None
    if digest(content) != publication:
        raise AlteredPublicationError(f"the manifest of {publication} is not the one it names")
    try:
        return Manifest.read(content)
    except ValueError as error:
        raise AlteredPublicationError(f"the manifest of {publication}: {error}") from None


def read_staged(files: PublicationFiles, manifest: Manifest, path: str) -> bytes:
    """Read a staged file, and trust it only as far as its hash goes.

    Raises:
        AlteredPublicationError: It is gone, or is not the one that the manifest names.
    """
    try:
        content = files.staged(manifest.name, path)
    except MissingError:
        raise AlteredPublicationError(
            f"{path} of {manifest.name} is gone: stage it again"
        ) from None
    if digest(content) != manifest.files[path].sha256:
        raise AlteredPublicationError(f"{path} of {manifest.name} was changed: stage it again")
    return content


def notice_content(number: int, manifest: Manifest) -> bytes:
    """Write the notice."""
    record = {
        "number": number,
        "publication": manifest.name,
        "year": manifest.year.ends,
        "files": len(manifest.files),
    }
    return f"{json.dumps(record, indent=1)}\n".encode()


def notice_of(content: bytes, version: str) -> LiveNotice:
    """Read a notice.

    Raises:
        ValueError: It is none.
    """
    try:
        record = json.loads(content)
        return LiveNotice(int(record["number"]), PublicationName(record["publication"]), version)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{NOTICE} can't be read") from error
