"""Events in: the contract of the casework system, checked to the last field.

The JSON Schemas under `events/schemas/` are generated from these models. Unknown fields are
ignored, so that casework can grow; types are strict, so that nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Final, Literal, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import (
    CaseReference,
    CaseState,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Subject,
    Version,
    Withdrawal,
    canonical_reference,
)
from annual_review.services.recording.messages import RejectedEventError
from annual_review.services.wording import LONDON

SOURCE: Final = "ombudsman.casework"
"""The EventBridge source of every event that is recorded."""

_EARLIEST: Final = date(1974, 4, 1)
"""The Local Government Act 1974 created the office: nothing was decided before."""

_LATEST: Final = date(2999, 12, 31)


_NO_CONTROLS: Final = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$"
"""Text may run over several lines, but holds no control characters."""

# People type references; one case has one, whatever the case of its letters and the blanks.
_Reference = Annotated[
    str,
    StringConstraints(pattern=r"^ *[0-9A-Za-z](?:[0-9A-Za-z ./_-]{0,62}[0-9A-Za-z])? *$"),
    AfterValidator(canonical_reference),
]
_Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,19}$")]
# The largest integer that every JSON reader on the way holds exactly (RFC 8259, section 6).
_Version = Annotated[int, Field(ge=1, le=2**53 - 1)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_NO_CONTROLS)]


_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WRITTEN_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)


def _day(value: object) -> date:
    """Read a day, and refuse other ways to write one, such as seconds since 1970 in a string."""
    if not isinstance(value, str) or not _WRITTEN_DAY.fullmatch(value):
        raise _WRONG_DATE
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise _IMPOSSIBLE_DATE from None
    return _plausible(day)


def _moment(value: object) -> datetime:
    """Read a moment and return it in UTC: one moment, one way to write it."""
    if not isinstance(value, str) or not _WRITTEN_MOMENT.fullmatch(value):
        raise _WRONG_DATE
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _IMPOSSIBLE_DATE from None
    _plausible(moment.date())
    return moment.astimezone(UTC)


def _plausible(day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        raise _IMPLAUSIBLE_DATE
    return day


_WRONG_DATE: Final = PydanticCustomError(
    "date_format", "dates are written as 2019-11-05, moments as 2019-11-05T10:00:00Z"
)
_IMPOSSIBLE_DATE: Final = PydanticCustomError("date_impossible", "no calendar has this date")
_IMPLAUSIBLE_DATE: Final = PydanticCustomError(
    "date_out_of_range", "the date lies outside the life of the office"
)

_Day = Annotated[
    date,
    BeforeValidator(_day),
    Field(description="Not later than the day of `recorded_at` in London."),
]
_Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class _CaseEvent(BaseModel):
    """What every event says of its case; an event without `schema_version` is of version 1."""

    # `_READER` builds them all, while the function starts: to build each besides is twice the work.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)

    dated: ClassVar[str]
    """The field with the day of which the event tells."""

    # A literal would let `true` pass for 1.
    schema_version: Annotated[int, Field(ge=1, le=1)] = 1
    case_reference: _Reference
    version: _Version
    authority: _Code
    previous_authorities: Annotated[
        list[_Code],
        Field(
            max_length=40,
            description="Every other authority under which the case stood at an earlier version:"
            " from the version that moves it on, in each that follows.",
        ),
    ] = Field(default_factory=list)
    recorded_at: _Moment

    @property
    def _past(self) -> tuple[AuthorityCode, ...]:
        return tuple(map(AuthorityCode, self.previous_authorities))


class DecisionRecorded(_CaseEvent):
    """The whole state of a decided case."""

    dated = "decided_on"

    decided_on: _Day
    outcome: DecisionOutcome
    satisfactory_remedy: bool
    subject: Subject
    service_improvements: Annotated[list[_Text], Field(max_length=40)] = Field(default_factory=list)
    public_report: _Text | None = None

    @model_validator(mode="after")
    def _remedy_needs_upheld(self) -> DecisionRecorded:
        if self.satisfactory_remedy and self.outcome is not DecisionOutcome.UPHELD:
            code = "remedy_without_upheld"
            message = "a satisfactory remedy belongs to an upheld decision only"
            raise PydanticCustomError(code, message)
        return self

    def state(self) -> Decision:
        """Return the state in the words of the domain."""
        return Decision(
            reference=CaseReference(self.case_reference),
            version=Version(self.version),
            authority=AuthorityCode(self.authority),
            decided_on=self.decided_on,
            outcome=self.outcome,
            satisfactory_remedy=self.satisfactory_remedy,
            subject=self.subject,
            recorded_at=self.recorded_at,
            previous_authorities=self._past,
            service_improvements=tuple(self.service_improvements),
            public_report=self.public_report,
        )


class DecisionWithdrawn(_CaseEvent):
    """A decision that counts nowhere any more."""

    dated = "withdrawn_on"

    withdrawn_on: _Day
    reason: _Text

    def state(self) -> Withdrawal:
        """Return the state in the words of the domain."""
        return Withdrawal(
            reference=CaseReference(self.case_reference),
            version=Version(self.version),
            authority=AuthorityCode(self.authority),
            withdrawn_on=self.withdrawn_on,
            reason=self.reason,
            recorded_at=self.recorded_at,
            previous_authorities=self._past,
        )


class ComplianceRecorded(_CaseEvent):
    """The whole state of a case's compliance outcome."""

    dated = "recorded_on"

    recorded_on: _Day
    outcome: ComplianceOutcome

    def state(self) -> Compliance:
        """Return the state in the words of the domain."""
        return Compliance(
            reference=CaseReference(self.case_reference),
            version=Version(self.version),
            authority=AuthorityCode(self.authority),
            recorded_on=self.recorded_on,
            outcome=self.outcome,
            recorded_at=self.recorded_at,
            previous_authorities=self._past,
        )


class _Envelope(BaseModel):
    """What EventBridge puts around an event, as far as it matters here."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)

    source: Literal["ombudsman.casework"]


class DecisionRecordedEnvelope(_Envelope):
    """A `Decision Recorded` event on the bus."""

    detail_type: Literal["Decision Recorded"] = Field(alias="detail-type")
    detail: DecisionRecorded


class DecisionWithdrawnEnvelope(_Envelope):
    """A `Decision Withdrawn` event on the bus."""

    detail_type: Literal["Decision Withdrawn"] = Field(alias="detail-type")
    detail: DecisionWithdrawn


class ComplianceRecordedEnvelope(_Envelope):
    """A `Compliance Recorded` event on the bus."""

    detail_type: Literal["Compliance Recorded"] = Field(alias="detail-type")
    detail: ComplianceRecorded


CaseworkEvent = Annotated[
    DecisionRecordedEnvelope | DecisionWithdrawnEnvelope | ComplianceRecordedEnvelope,
    Field(discriminator="detail_type"),
]

_READER: Final[TypeAdapter[CaseworkEvent]] = TypeAdapter(CaseworkEvent)

_CODES: Final = {
    "json_invalid": "not_json",
    "union_tag_invalid": "unknown_type",
    "union_tag_not_found": "wrong_envelope",
    "missing": "missing_field",
    "remedy_without_upheld": "remedy_without_upheld",
}
"""Our reasons for pydantic's error types; every other type is an `invalid_field`."""


def parse_event(body: str | bytes) -> CaseState:
    """Read one event as EventBridge delivers it, or as one line of a file of events.

    Raises:
        RejectedEventError: It breaks the contract: `not_utf8`, `not_json`, `wrong_envelope`,
            `unknown_type`, `missing_field`, `invalid_field`, `remedy_without_upheld` or
            `dated_after_recorded`, with the place.
    """
    try:
        event = _READER.validate_json(body.encode() if isinstance(body, str) else body)
    except UnicodeEncodeError:
        raise RejectedEventError("not_utf8") from None
    except ValidationError as error:
        # The input is left out: what a rejected event says may be anybody's personal data.
        details = error.errors(include_url=False, include_context=False, include_input=False)
        raise _rejection(details[0]) from None
    _check_day(event.detail)
    return event.detail.state()


def _check_day(detail: _CaseEvent) -> None:
    """Refuse a day that had not come when the event was recorded (rule 7).

    It is a typing error, and would count in a year that nobody closes.
    """
    day: date = getattr(detail, detail.dated)
    if day > detail.recorded_at.astimezone(LONDON).date():
        code = "dated_after_recorded"
        raise RejectedEventError(code, f"detail.{detail.dated}")


def _rejection(detail: ErrorDetails) -> RejectedEventError:
    # The first element names the branch of the union, where one was found.
    place = [str(part) for part in detail["loc"] if part not in _BRANCHES]
    kind = detail["type"]
    code = _CODES.get(kind, "invalid_field")
    if place[:1] != ["detail"] and code in {"missing_field", "invalid_field"}:
        code = "wrong_envelope"
    if code in {"not_json", "unknown_type"}:
        return RejectedEventError(code)
    where = ".".join(place) or "event"
    if code == "remedy_without_upheld":
        where = "detail.satisfactory_remedy"
    return RejectedEventError(code, f"{where} ({kind})" if code == "invalid_field" else where)


_BRANCHES: Final = {"Decision Recorded", "Decision Withdrawn", "Compliance Recorded"}


def event_schemas() -> dict[str, dict[str, object]]:
    """Return the JSON Schema of each event's detail by file name, as kept in `events/schemas/`."""
    models: dict[str, type[_CaseEvent]] = {
        "decision-recorded.v1.json": DecisionRecorded,
        "decision-withdrawn.v1.json": DecisionWithdrawn,
        "compliance-recorded.v1.json": ComplianceRecorded,
    }
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **cast("dict[str, object]", model.model_json_schema()),
        }
        for name, model in models.items()
    }
