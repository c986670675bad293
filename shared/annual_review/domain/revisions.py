"""Revisions: how often the figures of a year were frozen."""

from __future__ import annotations

from typing import NewType

Revision = NewType("Revision", int)
"""Numbers the frozen figures of a year from 1; a re-issue is the next one (rule 8)."""

NOT_FROZEN = Revision(0)
"""Of figures that are counted today, and frozen by nobody."""

FIRST_REVISION = Revision(1)
