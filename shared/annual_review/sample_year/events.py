"""Events: case states in the envelopes in which casework publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypedDict

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import CaseState, Compliance, Decision, Withdrawal

Envelope = TypedDict("Envelope", {"source": str, "detail-type": str, "detail": Mapping[str, Any]})
"""One event as it is put on the event bus, and as one line of a file of events."""

SOURCE: Final = "ombudsman.casework"
DECISION_RECORDED: Final = "Decision Recorded"
DECISION_WITHDRAWN: Final = "Decision Withdrawn"
COMPLIANCE_RECORDED: Final = "Compliance Recorded"
_SCHEMA_VERSION: Final = 1


def envelope(state: CaseState) -> Envelope:
    """Return the event that carries a state."""
    if isinstance(state, Decision):
        return _enveloped(DECISION_RECORDED, _decision(state))
    if isinstance(state, Withdrawal):
        return _enveloped(DECISION_WITHDRAWN, _withdrawal(state))
    return _enveloped(COMPLIANCE_RECORDED, _compliance(state))


def as_coded_then(state: CaseState, register: Register) -> CaseState:
    """Return a state under the code that its authority had when it was recorded."""
    return replace(
        state,
        authority=_code_at(state.recorded_at, state.authority, register),
        previous_authorities=tuple(
            _code_at(state.recorded_at, each, register) for each in state.previous_authorities
        ),
    )


def _code_at(moment: datetime, code: AuthorityCode, register: Register) -> AuthorityCode:
    authority = register[code]
    is_older = authority.in_being_from and moment.date() < authority.in_being_from
    return authority.former_codes[0] if authority.former_codes and is_older else code


def _enveloped(detail_type: str, detail: Mapping[str, Any]) -> Envelope:
    return {"source": SOURCE, "detail-type": detail_type, "detail": detail}


def _decision(state: Decision) -> dict[str, Any]:
    return {
        "schema_version": _SCHEMA_VERSION,
        "case_reference": state.reference,
        "version": state.version,
        "authority": state.authority,
        **_moved(state),
        "decided_on": state.decided_on.isoformat(),
        "outcome": state.outcome.value,
        "satisfactory_remedy": state.satisfactory_remedy,
        "subject": state.subject.value,
        "service_improvements": list(state.service_improvements),
        "public_report": state.public_report,
        "recorded_at": _utc(state.recorded_at),
    }


def _withdrawal(state: Withdrawal) -> dict[str, Any]:
    return {
        "schema_version": _SCHEMA_VERSION,
        "case_reference": state.reference,
        "version": state.version,
        "authority": state.authority,
        **_moved(state),
        "withdrawn_on": state.withdrawn_on.isoformat(),
        "reason": state.reason,
        "recorded_at": _utc(state.recorded_at),
    }


def _compliance(state: Compliance) -> dict[str, Any]:
    return {
        "schema_version": _SCHEMA_VERSION,
        "case_reference": state.reference,
        "version": state.version,
        "authority": state.authority,
        **_moved(state),
        "recorded_on": state.recorded_on.isoformat(),
        "outcome": state.outcome.value,
        "recorded_at": _utc(state.recorded_at),
    }


def _moved(state: CaseState) -> dict[str, list[str]]:
    """Name what the case has left; of most cases there is nothing to name."""
    left = [str(code) for code in state.previous_authorities]
    return {"previous_authorities": left} if left else {}


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
