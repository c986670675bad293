"""Publications and challenges in memory, under the same conditions as the table and the bucket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Challenge
from annual_review.domain.publication.history import PublicationHistory, PublicationStep
from annual_review.domain.publication.manifest import Manifest, PublicationName, PublicFile
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import digest
from annual_review.services.errors import MissingError
from annual_review.services.publication.publication_store import (
    NOTICE,
    ChallengeStore,
    HistoryStore,
    LiveNotice,
    PublicationFiles,
    notice_of,
)


class InMemoryHistoryStore(HistoryStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._history = PublicationHistory()

    def get(self) -> PublicationHistory:
        return self._history

    def add(self, history: PublicationHistory, step: PublicationStep) -> bool:
        if history.version != self._history.version:
            return False
        self._history = history.with_step(step)
        return True


class InMemoryChallengeStore(ChallengeStore):
    """Under the same conditions as the table."""

    def __init__(self) -> None:
        self._challenges: dict[tuple[ReportingYear, AuthorityCode, int], Challenge] = {}

    def of_year(self, year: ReportingYear) -> Sequence[Challenge]:
        return [self._challenges[key] for key in sorted(self._challenges) if key[0] == year]

    def of_authority(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[Challenge]:
        return [each for each in self.of_year(year) if each.authority == authority]

    def add(self, challenge: Challenge) -> bool:
        key = (challenge.year, challenge.authority, challenge.number)
        kept = self._challenges.setdefault(key, challenge)
        return replace(kept, answer=None) == challenge

    def answer(self, challenge: Challenge, answer: Answer) -> bool:
        key = (challenge.year, challenge.authority, challenge.number)
        kept = self._challenges[key]
        if kept.is_open:
            self._challenges[key] = replace(kept, answer=answer)
        return self._challenges[key].answer == answer


class InMemoryPublicationFiles(PublicationFiles):
    """`site` is what the public reads."""

    def __init__(self) -> None:
        self.staging: dict[tuple[PublicationName, str], bytes] = {}
        self.manifests: dict[PublicationName, bytes] = {}
        self.site: dict[str, bytes] = {}

    def put_staged(
        self,
        publication: PublicationName,
        path: str,
        content: bytes,
        file: PublicFile,
    ) -> None:
        self.staging[publication, path] = content

    def staged(self, publication: PublicationName, path: str) -> bytes:
        if (publication, path) not in self.staging:
            raise MissingError(f"{path} of {publication} is not staged")
        return self.staging[publication, path]

    def put_manifest(self, manifest: Manifest) -> None:
        self.manifests[manifest.name] = manifest.content

    def manifest(self, publication: PublicationName) -> bytes:
        if publication not in self.manifests:
            raise MissingError(f"there is no manifest {publication}")
        return self.manifests[publication]

    def put_live(self, path: str, content: bytes, file: PublicFile) -> None:
        self.site[path] = content

    def live_paths(self) -> Collection[str]:
        return list(self.site)

    def remove_live(self, path: str) -> None:
        self.site.pop(path, None)

    def notice(self) -> LiveNotice | None:
        content = self.site.get(NOTICE)
        return notice_of(content, digest(content)) if content else None

    def put_notice(self, content: bytes, seen: LiveNotice | None) -> bool:
        if self.notice() != seen:
            return False
        self.site[NOTICE] = content
        return True
