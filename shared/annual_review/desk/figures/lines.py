"""The lines of the table of figures: one for each authority, and the sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from annual_review.desk.figures.months import MonthBars
from annual_review.desk.figures.sources import FigureSource
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.figures import AuthorityFigures, YearFigures
from annual_review.domain.statistics import Statistics, statistics_of
from annual_review.domain.tallies import added_up
from annual_review.services.figures.today.changed_figures import changed_since
from annual_review.services.figures.today.live_figures import LiveFigures


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one authority.

    `is_changed` tells that they are others today than were frozen. `versions` are those of the
    tallies of live figures; `bars` are there as far as they need not be read.
    """

    figures: AuthorityFigures
    authority: Authority
    is_changed: bool
    versions: tuple[int, ...] = ()
    bars: MonthBars | None = None

    @property
    def has_few_cases(self) -> bool:
        """Whether a statistic of it stands on few cases."""
        return any(each.has_few_cases for each in self.figures.statistics.values())


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over authorities: `statistics` is empty where none are pooled."""

    name: str
    authorities: int
    decisions: int
    statistics: Statistics
    type: AuthorityType | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The figures of a year as they were read, frozen and live."""

    frozen: YearFigures | None
    live: LiveFigures | None

    @property
    def changed(self) -> Collection[AuthorityCode]:
        """Those whose figures have changed since the freeze, by their codes in both figures."""
        if self.frozen is None or self.live is None:
            return frozenset()
        frozen = {code: each.tally for code, each in self.frozen.by_code.items()}
        changed = changed_since(frozen, self.live.figures)
        present = {
            code: each.authority.code
            for each in self.live.figures.authorities
            for code in each.authority.codes
        }
        return {*changed, *(present.get(code, code) for code in changed)}

    def shown(self, *, is_live: bool) -> YearFigures | None:
        """Return the figures to show; `None` where there are none."""
        if is_live:
            return self.live.figures if self.live else None
        return self.frozen


def lines_of(
    moment: Moment, source: FigureSource, register: Register, *, is_live: bool
) -> Sequence[Line]:
    """Return a line for each authority; the register knows more of them than figures do."""
    figures, changed = moment.shown(is_live=is_live), moment.changed
    versions = moment.live.versions if moment.live and is_live else {}
    lines = []
    for each in figures.authorities if figures else ():
        code = each.authority.code
        seen = versions.get(code, ())
        months = (
            source.months_live(code, seen, read=False)
            if is_live
            else source.months_frozen(code, read=False)
        )
        bars = MonthBars(figures.year, months) if figures and months else None
        authority = register.find(code) or each.authority
        lines.append(Line(each, authority, code in changed, seen, bars))
    return lines


def totals_of(figures: YearFigures) -> Iterator[Total]:
    """Return the sums of each type, and over all."""
    for type_ in AuthorityType:
        of_type = [each.tally for each in figures.authorities if each.authority.type is type_]
        if of_type:
            pool = figures.pools.get(type_, {})
            decisions = added_up(of_type).decisions
            yield Total(type_.value, len(of_type), decisions, pool, type_ if pool else None)
    national = figures.national
    everybody = len(figures.authorities), national.decisions, statistics_of(national)
    yield Total("all authorities", *everybody)
