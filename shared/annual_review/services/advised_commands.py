"""Commands that more than one service advises: words without the program and the stack.

Only the command line knows these two, and what a person fills in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear

Told = Callable[[str], str]
"""Says how the words of a command are done: as they are typed, or by a room of the desk."""

REASON: Final = '--reason "…"'
"""What a person fills in."""


def issue_again(year: ReportingYear, authority: AuthorityCode) -> str:
    """Return the command that issues a letter again though no figure of it has changed."""
    return f"reissue {year} {authority} --same-figures {REASON}"


def send_again(year: ReportingYear, authority: AuthorityCode, to: str = "") -> str:
    """Return the command that sends a letter again, to another address where one is given."""
    where = f" --to {to}" if to else ""
    return f"resend {year} {authority}{where} {REASON}"
