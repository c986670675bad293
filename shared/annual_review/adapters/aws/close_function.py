"""The deployed function that closes years, started by an operator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from annual_review.adapters.aws.aws_errors import port_errors
from annual_review.domain.figures import YearVolume
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import PortError
from annual_review.services.year_end.close_year import CloseTrial

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FunctionFailedError(PortError):
    """The function ended with an error; the message is what it said. Closing again is safe."""

    def __init__(self, said: str) -> None:
        super().__init__(f"close_year failed: {said}; its log says more")


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    letters: int
    was_closed: bool
    reasons: tuple[str, ...] = ()
    volume: YearVolume | None = None
    unfitting: tuple[str, ...] = ()


class _Failure(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    errorMessage: str = "it said nothing about it"  # noqa: N815 (Lambda's name)


@dataclass(frozen=True, slots=True)
class CloseFunction:
    """Starts `close_year` and waits for what it says."""

    client: LambdaClient
    name: str

    def close(self, year: ReportingYear, *, is_dry_run: bool = False) -> CloseTrial:
        """Close a year, or only try it; return how many letters were planned, or would be.

        Raises:
            FunctionFailedError: It refused or failed.
        """
        event = {"year": year.ends, **({"dry_run": True} if is_dry_run else {})}
        with port_errors():
            answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event))
            payload = answer["Payload"].read()
        try:
            if answer.get("FunctionError"):
                raise FunctionFailedError(_Failure.model_validate_json(payload).errorMessage)
            done = _Answer.model_validate_json(payload)
        except ValidationError:
            raise FunctionFailedError("its answer is not one that can be read") from None
        return CloseTrial(
            done.letters,
            done.reasons,
            was_closed=done.was_closed,
            volume=done.volume,
            unfitting=done.unfitting,
        )
