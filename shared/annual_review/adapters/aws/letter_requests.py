"""Which letter a message of the queue asks for, checked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from annual_review.adapters.aws.set_aside import place_of
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import FIRST_DISPATCH, Dispatch, LetterId
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.recording.messages import RejectedEventError


class _LetterRequest(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    year: Annotated[int, Field(ge=2, le=9999)]
    revision: Annotated[int, Field(ge=1, le=999_999)]
    authority: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,20}$")]
    dispatch: Annotated[int, Field(ge=1, le=999)] = FIRST_DISPATCH


def read_letter_request(body: str) -> LetterId:
    """Read which letter a message asks for.

    Raises:
        RejectedEventError: `not_a_letter_request`, with the place.
    """
    try:
        request = _LetterRequest.model_validate_json(body)
    except ValidationError as error:
        code = "not_a_letter_request"
        raise RejectedEventError(code, place_of(error)) from None
    return LetterId(
        ReportingYear(request.year),
        Revision(request.revision),
        AuthorityCode(request.authority),
        Dispatch(request.dispatch),
    )
