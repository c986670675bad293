"""The reporting year, named by the year in which it ends, and the revisions of its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NewType

Revision = NewType("Revision", int)
"""Numbers the frozen figures of a year from 1; a re-issue is the next one (rule 8)."""

NOT_FROZEN = Revision(0)
"""Of figures that are counted today, and frozen by nobody."""

FIRST_REVISION = Revision(1)

_FIRST_MONTH: Final = 4
_EARLIEST: Final = 2
_LATEST: Final = date.max.year


@dataclass(frozen=True, order=True, slots=True)
class ReportingYear:
    """`ReportingYear(2020)` runs from 1 April 2019 to 31 March 2020, both included.

    Days are civil dates of Europe/London: a decision carries the date on which it was made, so no
    time zone enters the figures.
    """

    ends: int

    def __post_init__(self) -> None:
        if not _EARLIEST <= self.ends <= _LATEST:
            message = f"a reporting year lies between {_EARLIEST} and {_LATEST}, not {self.ends}"
            raise ValueError(message)

    @classmethod
    def of(cls, day: date) -> ReportingYear:
        """Return the reporting year that a day belongs to (rule 1).

        Raises:
            ValueError: The day lies in a reporting year that ends after the year 9999.
        """
        return cls(day.year + 1 if day.month >= _FIRST_MONTH else day.year)

    @classmethod
    def last_ended_before(cls, day: date) -> ReportingYear:
        """Return the latest reporting year that is over on the given day."""
        return cls(cls.of(day).ends - 1)

    @property
    def first_day(self) -> date:
        """1 April of the calendar year before."""
        return date(self.ends - 1, _FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 March of the year that names it."""
        return date(self.ends, _FIRST_MONTH - 1, 31)

    def __str__(self) -> str:
        """Return the year as it is printed: `2020`."""
        return str(self.ends)
