"""The facts of an edition: numbers of this year and last, which its text takes by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

LAST_YEAR: Final = "_last_year"
CHANGE: Final = "_change"

_NAME: Final = re.compile(r"[a-z][a-z_]*")


def _named(numbers: Mapping[str, int]) -> Mapping[str, int]:
    for name, number in numbers.items():
        if not _NAME.fullmatch(name) or name.endswith((LAST_YEAR, CHANGE)):
            message = f"{name!r} can't name a fact; take small letters and _, such as `courses`"
            raise ValueError(message)
        if number < 0:
            message = f"`{name}` is {number}; a fact is a number from 0"
            raise ValueError(message)
    return numbers


_Numbers = Annotated[Mapping[str, Annotated[int, Field(strict=True)]], AfterValidator(_named)]


class EditionFacts(BaseModel):
    """The section `[facts]` of `edition.toml`: a number by name for this year, and for the last.

    A text asks for `{{ courses }}`, for `{{ courses_last_year }}`, and for `{{ courses_change }}`:
    `47 more`, `3 fewer`. The last two need the number of both years.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    this_year: _Numbers = Field(default_factory=dict)
    last_year: _Numbers = Field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """What each placeholder stands for, thousands separated."""
        return dict(self._values())

    def _values(self) -> Iterator[tuple[str, str]]:
        for name, number in self.this_year.items():
            yield name, f"{number:,}"
        for name, before in self.last_year.items():
            yield f"{name}{LAST_YEAR}", f"{before:,}"
            # Equal numbers have no change: "0 more than last year" is no sentence.
            if change := self.this_year.get(name, before) - before:
                yield f"{name}{CHANGE}", f"{abs(change):,} {'more' if change > 0 else 'fewer'}"


def facts_of(content: Mapping[str, Any]) -> EditionFacts:
    """Return the facts that settings hold, none where they are faulty: that is told elsewhere."""
    try:
        return EditionFacts.model_validate(content.get("facts", {}))
    except ValidationError:
        return EditionFacts()
