"""Commands that services advise: which, with what. How they are typed, the command line knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear

FILL_IN: Final = "…"
"""What a person fills in."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name, with its arguments and options; `True` stands for a switch."""

    name: str
    arguments: tuple[str, ...] = ()
    options: tuple[tuple[str, str | Literal[True]], ...] = ()

    @classmethod
    def of(cls, name: str, *arguments: object, **options: object) -> Command:
        """Make a command; an option that is `None` is left out."""
        return cls(name, tuple(map(str, arguments))).with_(**options)

    def with_(self, **options: object) -> Command:
        """Return it with more options."""
        more = (
            (name, value if value is True else str(value))
            for name, value in options.items()
            if value is not None
        )
        return Command(self.name, self.arguments, (*self.options, *more))


Told = Callable[[Command], str]
"""Says how a command is done: as it is typed, or by a room of the desk."""


def issue_again(year: ReportingYear, authority: AuthorityCode) -> Command:
    """Return the command that issues a letter again though no figure of it has changed."""
    return Command.of("reissue", year, authority, same_figures=True, reason=FILL_IN)


def send_again(year: ReportingYear, authority: AuthorityCode, to: str | None = None) -> Command:
    """Return the command that sends a letter again, to another address where one is given."""
    return Command.of("resend", year, authority, to=to, reason=FILL_IN)
