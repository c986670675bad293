"""Documents in the bucket, with a checksum that S3 verifies on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.services.documents import Documents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class S3Documents(Documents):
    """S3 says that a document is missing only to those who may list the bucket."""

    client: S3Client
    bucket: str

    @override
    def put(self, key: str, content: bytes, content_type: str) -> None:
        with port_errors():
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
            )

    @override
    def get(self, key: str) -> bytes:
        with port_errors():
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
            # The connection may still break while the content is read.
            return answer["Body"].read()
