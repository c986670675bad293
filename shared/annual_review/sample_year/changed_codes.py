"""Authorities whose code has changed: what was recorded before bears the code of its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import CaseState


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
