"""Listening to the clients of AWS while a function runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from annual_review.adapters.aws import aws_clients
from tests.integration.permissions.calls import Asked, questions
from tests.integration.permissions.names import bucket_arn

_NOT_THERE: Final = 404
CLIENTS: Final = (
    *("cloudwatch", "dynamodb", "events", "event_sources", "functions"),
    *("s3", "scheduler", "sesv2", "sesv2_account", "sns", "sqs"),
)
# Who listens, the last of them alone: a command may wait for a function.
_EARS: Final[list[object]] = []


class Recorder:
    """What IAM would be asked about all that each function calls."""

    def __init__(self) -> None:
        self.asked: dict[str, list[Asked]] = defaultdict(list)

    @contextmanager
    def listening(self, who: str) -> Iterator[None]:
        """Put down everything that is called meanwhile, but for what somebody else listens to.

        Raises:
            LookupError: It isn't known what IAM asks about one of the calls.
        """
        faults: list[Exception] = []
        ear = object()

        def call(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 (botocore's)
            if _EARS[-1] is not ear:
                return
            service = model.service_model.service_name
            try:
                self.asked[who] += questions(service, model.name, params)
            except Exception as error:
                # A function may take it for a fault of its own.
                faults.append(error)
                raise

        def answer(http_response: Any, **_: object) -> None:  # noqa: ANN401 (botocore's)
            # S3 says that a document is missing only to those who may list the bucket.
            if http_response.status_code == _NOT_THERE and _EARS[-1] is ear:
                self.asked[who].append(Asked("s3:ListBucket", bucket_arn()))

        events = [getattr(aws_clients, name)().meta.events for name in CLIENTS]
        s3 = aws_clients.s3().meta.events
        for each in events:
            each.register("provide-client-params", call)
        s3.register("after-call.s3.GetObject", answer)
        _EARS.append(ear)
        try:
            yield
        finally:
            _EARS.pop()
            for each in events:
                each.unregister("provide-client-params", call)
            s3.unregister("after-call.s3.GetObject", answer)
        if faults:
            raise faults[0]
