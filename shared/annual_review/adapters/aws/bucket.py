"""Documents in the bucket, with a checksum that S3 verifies on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annual_review.adapters.aws.aws_errors import port_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class S3Documents:
    """Implements `Documents`.

    S3 says that a document is missing only to those who may list the bucket; others are refused.
    """

    client: S3Client
    bucket: str

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep a document; the same key again replaces it (the bucket keeps every version).

        Raises:
            PortError: It could not be kept.
        """
        with port_errors():
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
            )

    def get(self, key: str) -> bytes:
        """Return a document.

        Raises:
            MissingError: There is none of that key.
            PortError: It could not be read.
        """
        with port_errors():
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
            # The connection may still break while the content is read.
            return answer["Body"].read()
