"""What somebody wants to see of the figures: it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Self
from urllib.parse import urlencode

from annual_review.desk.figures.lines import Line
from annual_review.domain.authorities import AuthorityType
from annual_review.domain.statistics import StatisticName
from annual_review.views.authority_names import is_meant


class Figures(StrEnum):
    """Which figures: those frozen last, or those of this moment."""

    FROZEN = "frozen"
    LIVE = "live"


class Only(StrEnum):
    """Which authorities to pick out."""

    ALL = ""
    FEW = "few"
    CHANGED = "changed"


_BY_TEXT: Final[Mapping[str, Callable[[Line], Any]]] = {
    "name": lambda line: line.authority.name.casefold(),
    "code": lambda line: line.authority.code,
    "type": lambda line: [*AuthorityType].index(line.authority.type),
}
_DECISIONS: Final = "decisions"
_STATISTICS: Final = {name.value: name for name in StatisticName}
SORTS: Final = (*_BY_TEXT, _DECISIONS, *_STATISTICS)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which figures to show of whom, and in which order."""

    figures: Figures
    text: str = ""
    type: AuthorityType | None = None
    only: Only = Only.ALL
    sort: str = "code"
    is_descending: bool = False
    has_sums: bool = True

    @classmethod
    def of(cls, query: Mapping[str, str], *, is_closed: bool, can_be_live: bool) -> Self:
        """Read it from an address; what makes no sense counts for nothing.

        A closed year shows what was frozen unless live figures are asked for.
        """
        wanted = query.get("figures", "")
        is_live = can_be_live and (wanted == Figures.LIVE or not is_closed)
        type_, only, sort = query.get("type", ""), query.get("only", ""), query.get("sort", "")
        return cls(
            Figures.LIVE if is_live else Figures.FROZEN,
            query.get("text", "").strip(),
            AuthorityType(type_) if type_ in set(AuthorityType) else None,
            Only(only) if only in set(Only) else Only.ALL,
            sort if sort in SORTS else "code",
            is_descending=query.get("order") == "down",
            has_sums=query.get("sums") != "no",
        )

    @property
    def is_live(self) -> bool:
        """Whether it is about the figures of this moment."""
        return self.figures is Figures.LIVE

    @property
    def query(self) -> str:
        """The part of an address that stands for it."""
        wanted = {
            "figures": self.figures.value,
            "text": self.text,
            "type": self.type.value if self.type else "",
            "only": self.only.value,
            "sort": "" if self.sort == "code" else self.sort,
            "order": "down" if self.is_descending else "",
            "sums": "" if self.has_sums else "no",
        }
        return "?" + urlencode({name: value for name, value in wanted.items() if value})

    def sorted_by(self, sort: str) -> Choice:
        """Return the same in another order: by the same column, the other way round."""
        return replace(self, sort=sort, is_descending=sort == self.sort and not self.is_descending)

    def without_sums(self, is_without: bool) -> Choice:  # noqa: FBT001 (templates call it)
        """Return the same without the sums over authorities, or with them."""
        return replace(self, has_sums=not is_without)

    def takes(self, line: Line) -> bool:
        """Whether it shows an authority."""
        return (
            (not self.text or is_meant(self.text, line.authority))
            and self.type in {None, line.authority.type}
            and (self.only is not Only.FEW or line.has_few_cases)
            and (self.only is not Only.CHANGED or line.is_changed)
        )

    def in_order(self, lines: Iterable[Line]) -> Sequence[Line]:
        """Return the authorities in the order that is asked for.

        Those with few cases are not ranked by a statistic: they come after the others.
        """
        if by_text := _BY_TEXT.get(self.sort):
            return sorted(lines, key=by_text, reverse=self.is_descending)
        ranked: list[tuple[Fraction, Line]] = []
        others: list[Line] = []
        for line in lines:
            value = self._value(line)
            if value is None:
                others.append(line)
            else:
                ranked.append((value, line))
        ranked.sort(key=lambda each: each[0], reverse=self.is_descending)
        return [*(line for _, line in ranked), *others]

    def _value(self, line: Line) -> Fraction | None:
        if self.sort == _DECISIONS:
            return Fraction(line.figures.tally.decisions)
        statistic = line.figures.statistics.get(_STATISTICS[self.sort])
        if statistic is None or statistic.has_few_cases or not statistic.denominator:
            return None
        return Fraction(statistic.numerator, statistic.denominator)
