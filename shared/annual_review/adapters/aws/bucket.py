"""Documents in the bucket, with a checksum that S3 verifies on the way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.services.documents import Documents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


STAGED: Final = "publications/"
_FROZEN: Final = ("figures/", STAGED)


@dataclass(frozen=True, slots=True)
class Lock:
    """For how many days nobody can delete a version of what is frozen; none for 0 days.

    A bucket that was not made for it refuses what comes with a lock.
    """

    days: int
    clock: Callable[[], datetime]

    def of(self, key: str) -> dict[str, Any]:
        """Return what S3 is told of the lock of a document."""
        if not self.days or not key.startswith(_FROZEN):
            return {}
        until = self.clock() + timedelta(days=self.days)
        return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}


@dataclass(frozen=True, slots=True)
class S3Documents(Documents):
    """S3 says that a document is missing only to those who may list the bucket."""

    client: S3Client
    bucket: str
    lock: Lock | None = None

    @override
    def put(self, key: str, content: bytes, content_type: str) -> None:
        with port_errors():
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                **(self.lock.of(key) if self.lock else {}),
            )

    @override
    def get(self, key: str) -> bytes:
        with port_errors():
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
            # The connection may still break while the content is read.
            return answer["Body"].read()
