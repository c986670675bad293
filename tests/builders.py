"""Builders: whatever a test is about, with sensible defaults for all the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import (
    CasePart,
    CaseReference,
    CaseState,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Subject,
    Version,
    Withdrawal,
    counting_day,
)
from annual_review.domain.figures import Comparisons
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.domain.tallies import SATISFACTORY_REMEDY, Measure, Tally
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.recording.messages import Message, MessageId

ROCHFORD: Final = AuthorityCode("E07000075")
"""The authority that a test is about when it does not say."""

OTHER_DISTRICT: Final = AuthorityCode("E07000076")
COUNTY: Final = AuthorityCode("E10000012")

YEAR: Final = ReportingYear(2020)
IN_THE_YEAR: Final = date(2019, 11, 5)
RECORDED_AT: Final = datetime(2019, 11, 5, 10, tzinfo=UTC)
NOON: Final = datetime(2020, 7, 22, 12, tzinfo=UTC)
"""A moment of the day on which the letters of 2020 go out."""


def a_decision(
    outcome: DecisionOutcome,
    reference: str = "19012345",
    *,
    version: int = 1,
    authority: str = ROCHFORD,
    decided_on: date = IN_THE_YEAR,
    satisfactory_remedy: bool = False,
    subject: Subject = Subject.PLANNING_AND_DEVELOPMENT,
    recorded_at: datetime = RECORDED_AT,
    service_improvements: Iterable[str] = (),
    public_report: str | None = None,
    previous_authorities: Iterable[str] = (),
) -> Decision:
    return Decision(
        reference=CaseReference(reference),
        version=Version(version),
        authority=AuthorityCode(authority),
        decided_on=decided_on,
        outcome=outcome,
        satisfactory_remedy=satisfactory_remedy,
        subject=subject,
        recorded_at=recorded_at,
        service_improvements=tuple(service_improvements),
        public_report=public_report,
        previous_authorities=tuple(map(AuthorityCode, previous_authorities)),
    )


def an_upheld_decision(
    reference: str = "19012345",
    *,
    version: int = 1,
    authority: str = ROCHFORD,
    decided_on: date = IN_THE_YEAR,
    satisfactory_remedy: bool = False,
    subject: Subject = Subject.PLANNING_AND_DEVELOPMENT,
    previous_authorities: Iterable[str] = (),
) -> Decision:
    return a_decision(
        DecisionOutcome.UPHELD,
        reference,
        version=version,
        authority=authority,
        decided_on=decided_on,
        satisfactory_remedy=satisfactory_remedy,
        subject=subject,
        previous_authorities=previous_authorities,
    )


def a_withdrawal(
    reference: str = "19012345",
    *,
    version: int = 2,
    authority: str = ROCHFORD,
    withdrawn_on: date = IN_THE_YEAR,
    reason: str = "decided on the wrong case",
    previous_authorities: Iterable[str] = (),
) -> Withdrawal:
    return Withdrawal(
        reference=CaseReference(reference),
        version=Version(version),
        authority=AuthorityCode(authority),
        withdrawn_on=withdrawn_on,
        reason=reason,
        recorded_at=RECORDED_AT,
        previous_authorities=tuple(map(AuthorityCode, previous_authorities)),
    )


def a_compliance_outcome(
    reference: str = "19012345",
    *,
    version: int = 1,
    authority: str = ROCHFORD,
    recorded_on: date = IN_THE_YEAR,
    outcome: ComplianceOutcome = ComplianceOutcome.ON_TIME,
    previous_authorities: Iterable[str] = (),
) -> Compliance:
    return Compliance(
        reference=CaseReference(reference),
        version=Version(version),
        authority=AuthorityCode(authority),
        recorded_on=recorded_on,
        outcome=outcome,
        recorded_at=RECORDED_AT,
        previous_authorities=tuple(map(AuthorityCode, previous_authorities)),
    )


def a_tally(**counts: int) -> Tally:
    """Build a tally from counts by measure: `a_tally(upheld=3, on_time=1)`."""
    return Tally({Measure(measure): count for measure, count in counts.items()})


def an_authority(
    code: str = ROCHFORD,
    *,
    name: str | None = None,
    type_: AuthorityType = AuthorityType.DISTRICT,
    in_being_from: date | None = None,
    in_being_to: date | None = None,
    successors: Iterable[str] = (),
    population: int | None = None,
    former_codes: Iterable[str] = (),
) -> Authority:
    return Authority(
        code=AuthorityCode(code),
        name=name or f"Council {code}",
        type=type_,
        in_being_from=in_being_from,
        in_being_to=in_being_to,
        successors=tuple(AuthorityCode(each) for each in successors),
        population=population,
        former_codes=tuple(AuthorityCode(each) for each in former_codes),
    )


def a_register(*authorities: Authority | str) -> Register:
    """Build a register; a bare code stands for a district that has always been there."""
    chosen = authorities or (ROCHFORD,)
    return Register(an_authority(each) if isinstance(each, str) else each for each in chosen)


def a_recipient(
    authority: str = ROCHFORD, *, email: str | None = None, copies: Iterable[str] = ()
) -> Recipient:
    return Recipient(
        authority=AuthorityCode(authority),
        addressee="The Chief Executive",
        job_title="Chief Executive",
        salutation="Chief Executive",
        email=EmailAddress(email or f"chief.executive@{authority.lower()}.example"),
        copies=tuple(EmailAddress(copy) for copy in copies),
    )


def recipients(*codes: str) -> Mapping[AuthorityCode, Recipient]:
    """Build a recipient for each authority."""
    return {AuthorityCode(code): a_recipient(code) for code in codes}


def a_letter_id(authority: str = ROCHFORD, *, revision: int = 1) -> LetterId:
    return LetterId(YEAR, Revision(revision), AuthorityCode(authority))


def a_letter(
    state: LetterState = LetterState.PLANNED,
    *,
    authority: str = ROCHFORD,
    at: datetime = NOON,
    figures_sha256: str = "",
    message_sha256: str | None = None,
) -> Letter:
    return Letter(
        id=a_letter_id(authority),
        state=state,
        figures_sha256=figures_sha256,
        message_sha256=message_sha256,
        history=(Event(at, state, "for a test"),),
    )


def compared_with(**rates: Statistic | None) -> Comparisons:
    """The comparisons of an authority: `uphold_rate=Statistic(45, 100)`; others have none."""
    return Comparisons({name: rate for name in StatisticName if (rate := rates.get(name.value))})


def cases_of(tally: Tally) -> tuple[CountedCase, ...]:
    """Build cases that add up to a tally, whose subjects are spread over its decisions."""
    subjects = [each for each in tally if each.startswith("subject:") for _ in range(tally[each])]
    remedies = tally.satisfactory_remedies
    cases = []
    for outcome in DecisionOutcome:
        for number in range(tally[Measure(outcome.value)]):
            measures = [Measure(outcome.value)]
            if outcome is DecisionOutcome.UPHELD and number < remedies:
                measures.append(SATISFACTORY_REMEDY)
            if subjects:
                measures.append(subjects.pop())
            cases.append((CasePart.DECISION, tuple(measures)))
    for became in ComplianceOutcome:
        cases += [(CasePart.COMPLIANCE, (Measure(became.value),))] * tally[Measure(became.value)]
    return tuple(
        CountedCase(CaseReference(f"{19_000_000 + number}"), part, Version(1), IN_THE_YEAR, counts)
        for number, (part, counts) in enumerate(cases, 1)
    )


def an_event(state: CaseState | None = None, **changed: object) -> dict[str, Any]:
    """Build the event that carries a state, with some fields of its detail changed.

    Written out here once more, field by field: what casework sends is a contract, not whatever our
    own code makes of it. It is recorded at noon of its day, where the state does not say later.
    """
    state = state or an_upheld_decision()
    day = state.withdrawn_on if isinstance(state, Withdrawal) else counting_day(state)
    assert day is not None
    recorded_at = max(state.recorded_at, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    detail: dict[str, Any] = {
        "schema_version": 1,
        "case_reference": state.reference,
        "version": state.version,
        "authority": state.authority,
        "recorded_at": recorded_at.isoformat().replace("+00:00", "Z"),
    }
    if state.previous_authorities:
        detail["previous_authorities"] = list(state.previous_authorities)
    detail_type = "Compliance Recorded"
    match state:
        case Decision():
            detail_type = "Decision Recorded"
            detail |= {
                "decided_on": state.decided_on.isoformat(),
                "outcome": state.outcome.value,
                "satisfactory_remedy": state.satisfactory_remedy,
                "subject": state.subject.value,
                "service_improvements": list(state.service_improvements),
                "public_report": state.public_report,
            }
        case Withdrawal():
            detail_type = "Decision Withdrawn"
            detail |= {"withdrawn_on": state.withdrawn_on.isoformat(), "reason": state.reason}
        case Compliance():
            detail |= {"recorded_on": state.recorded_on.isoformat(), "outcome": state.outcome.value}
    return {
        "source": "ombudsman.casework",
        "detail-type": detail_type,
        "detail": detail | changed,
    }


def without(event: dict[str, Any], field: str) -> dict[str, Any]:
    """Take one field out of the detail of an event."""
    detail = {name: value for name, value in event["detail"].items() if name != field}
    return event | {"detail": detail}


def a_message(content: CaseState | Mapping[str, Any] | str, id_: str = "1") -> Message:
    """Build a queue message from a state, an event, or whatever text its body is to be."""
    if isinstance(content, Decision | Withdrawal | Compliance):
        content = an_event(content)
    return Message(MessageId(id_), content if isinstance(content, str) else json.dumps(content))


def messages(*contents: CaseState | Mapping[str, Any] | str) -> list[Message]:
    """Build messages, named by their position from 1."""
    return [a_message(content, str(number)) for number, content in enumerate(contents, 1)]
