"""The event sources of the deployed functions, as Lambda knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from botocore.exceptions import ClientError
from typing_extensions import override

from annual_review.adapters.aws.aws_errors import code_of, port_errors
from annual_review.services.event_sources import EventSources

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_AT_WORK: Final = frozenset({"Creating", "Enabling", "Enabled", "Updating"})


@dataclass(frozen=True, slots=True)
class LambdaEventSources(EventSources):
    """`ids` are those of the event sources, by their functions."""

    client: LambdaClient
    ids: Mapping[str, str]

    @classmethod
    def named(cls, client: LambdaClient, text: str) -> Self:
        """Read what the template says of them: `record_decisions=id,prepare_letter=id`."""
        return cls(client, dict(each.split("=", 1) for each in text.split(",")))

    @override
    def stopped(self) -> Sequence[str]:
        return [function for function, id_ in self.ids.items() if not self._is_at_work(id_)]

    def _is_at_work(self, id_: str) -> bool:
        with port_errors():
            try:
                found = self.client.get_event_source_mapping(UUID=id_)
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                return False
        return found["State"] in _AT_WORK
