"""Publications in the bucket.

publications/NAME/manifest.json   what a publication is: written when all of it is staged
publications/NAME/site/PATH       its files, which nobody outside can read
live/PATH                         what CloudFront may read, and shows to everybody
live/publication.json             which publication that is
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.adapters.aws.bucket import STAGED, Lock, S3Documents
from annual_review.domain.publication.manifest import (
    ASSETS,
    Manifest,
    PublicationName,
    PublicFile,
)
from annual_review.services.errors import ConflictError, MalformedItemError, MissingError
from annual_review.services.publication.publication_store import (
    NOTICE,
    LiveNotice,
    PublicationFiles,
    notice_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LIVE: Final = "live/"
_JSON: Final = "application/json"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FIVE_MINUTES: Final = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class S3PublicationFiles(PublicationFiles):
    """The files of publications in two buckets."""

    client: S3Client
    bucket: str
    lock: Lock | None = None

    @override
    def put_staged(
        self, publication: PublicationName, path: str, content: bytes, file: PublicFile
    ) -> None:
        self._documents.put(_staged(publication, path), content, file.content_type)

    @override
    def staged(self, publication: PublicationName, path: str) -> bytes:
        return self._documents.get(_staged(publication, path))

    @override
    def put_manifest(self, manifest: Manifest) -> None:
        self._documents.put(_manifest(manifest.name), manifest.content, _JSON)

    @override
    def manifest(self, publication: PublicationName) -> bytes:
        return self._documents.get(_manifest(publication))

    @override
    def put_live(self, path: str, content: bytes, file: PublicFile) -> None:
        kept = FOR_EVER if path.startswith(ASSETS) else FIVE_MINUTES
        with port_errors():
            self.client.put_object(
                Bucket=self.bucket,
                Key=f"{_LIVE}{path}",
                Body=content,
                ContentType=file.content_type,
                CacheControl=kept,
                ChecksumAlgorithm="SHA256",
            )

    @override
    def live_paths(self) -> Collection[str]:
        paths: list[str] = []
        with port_errors():
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=_LIVE):
                paths += [each["Key"].removeprefix(_LIVE) for each in page.get("Contents", [])]
        return paths

    @override
    def remove_live(self, path: str) -> None:
        with port_errors():
            self.client.delete_object(Bucket=self.bucket, Key=f"{_LIVE}{path}")

    @override
    def notice(self) -> LiveNotice | None:
        try:
            with port_errors():
                answer = self.client.get_object(Bucket=self.bucket, Key=f"{_LIVE}{NOTICE}")
                return notice_of(answer["Body"].read(), answer["ETag"])
        except MissingError:
            return None
        except ValueError as error:
            raise MalformedItemError(str(error)) from None

    @override
    def put_notice(self, content: bytes, seen: LiveNotice | None) -> bool:
        condition: dict[str, Any] = {"IfMatch": seen.version} if seen else {"IfNoneMatch": "*"}
        try:
            with port_errors():
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=f"{_LIVE}{NOTICE}",
                    Body=content,
                    ContentType=_JSON,
                    CacheControl=FIVE_MINUTES,
                    ChecksumAlgorithm="SHA256",
                    **condition,
                )
        except ConflictError:
            return False
        return True

    @property
    def _documents(self) -> S3Documents:
        return S3Documents(self.client, self.bucket, self.lock)


def _staged(publication: PublicationName, path: str) -> str:
    return f"{STAGED}{publication}/site/{path}"


def _manifest(publication: PublicationName) -> str:
    return f"{STAGED}{publication}/manifest.json"
