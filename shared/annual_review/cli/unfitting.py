"""What does not fit together in a year, as commands list it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annual_review.console import err, warn
from annual_review.domain.authorities import Register
from annual_review.views.authority_names import with_names
from annual_review.views.cases import ABOUT_UNFITTING, UNFITTING
from annual_review.wiring.advice import typed

_MOST_LISTED: Final = 50


def show_unfitting(unfitting: Sequence[str], register: Register, stack: str) -> None:
    """List what does not fit together, if anything, and say what to do about it."""
    if not unfitting:
        return
    warn(f"{UNFITTING[0].lower()}{UNFITTING[1:]} ({len(unfitting)}):")
    for each in unfitting[:_MOST_LISTED]:
        err.print(f"  - {with_names(each, register)}", markup=False)
    if (more := len(unfitting) - _MOST_LISTED) > 0:
        err.print(f"  - and {more} more", markup=False)
    err.print(f"{ABOUT_UNFITTING} {typed('reset-case REFERENCE', stack)}", markup=False)
