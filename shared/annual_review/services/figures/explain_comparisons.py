"""Explain a comparison: the authorities of its pool, with what each of them put in (rules 4, 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.services.advised_commands import Command
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.figures.closes import Closes
from annual_review.services.figures.explain_figures import UnexplainedError
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.today.live_figures import live_figures
from annual_review.services.figures.year_cases import YearCases


def rate_named(name: str) -> StatisticName:
    """Return the statistic that somebody means: `uphold-rate` is `uphold_rate`.

    Raises:
        UnexplainedError: There is no such statistic.
    """
    wanted = name.strip().lower().replace("-", "_")
    found = {rate.value: rate for rate in StatisticName}.get(wanted)
    if found is None:
        names = ", ".join(StatisticName)
        raise UnexplainedError(f"there is no comparison {name!r}: take one of {names}")
    return found


@dataclass(frozen=True, slots=True)
class PooledAuthority:
    """What one authority puts into a pool."""

    code: AuthorityCode
    name: str
    statistic: Statistic


@dataclass(frozen=True, slots=True)
class PoolDifference:
    """What an authority put into the pool when it was frozen, and today; `None` if it wasn't in."""

    code: AuthorityCode
    name: str
    frozen: Statistic | None
    today: Statistic | None


@dataclass(frozen=True, slots=True)
class ComparisonExplanation:
    """The pool whose sum is `statistic`, and every authority that differs since the freeze.

    `revision` is that of the frozen figures, `None` if the year is not closed; `is_live` says that
    the pool is today's and not the frozen one.
    """

    year: ReportingYear
    type: AuthorityType
    rate: StatisticName
    revision: Revision | None
    is_live: bool
    statistic: Statistic
    pool: tuple[PooledAuthority, ...]
    differences: tuple[PoolDifference, ...]


_Pool = Mapping[AuthorityCode, PooledAuthority]


@dataclass(frozen=True, slots=True)
class ExplainComparisons:
    """Explains comparisons."""

    cases: YearCases
    directory: Directory
    documents: Documents
    closes: Closes

    def explain(
        self, year: ReportingYear, type_: AuthorityType, name: str, *, is_live: bool = False
    ) -> ComparisonExplanation:
        """Explain a comparison of a year, as it was frozen or as it is today.

        Raises:
            UnexplainedError: There is no such comparison, or it is not the sum of its pool.
            AlteredRecordError: The frozen record is not the one that was frozen.
        """
        rate = rate_named(name)
        if not type_.is_compared:
            raise UnexplainedError(f"authorities of type {type_.value} are not compared")
        # A re-issue leaves the comparisons as they were frozen first: theirs is the first pool.
        close = next(iter(self.closes.of_year(year)), None)
        if close is None and not is_live:
            raise UnexplainedError(
                f"the year {year} is not closed; today's comparison can be explained:",
                Command.of("explain", year, type_.value, rate, live=True),
            )
        today, of_today = self._today(year, type_, rate)
        frozen, of_frozen = today, of_today
        if close:
            record = FrozenRecords(self.documents, close).year()
            if rate in record["comparisons"][type_.value]:
                frozen, of_frozen = _frozen(record, type_, rate)
            elif not is_live:
                raise UnexplainedError(
                    f"the figures of {year} were frozen without the {rate.words};"
                    " today's comparison can be explained:",
                    Command.of("explain", year, type_.value, rate, live=True),
                )
        pool, statistic = (today, of_today) if is_live else (frozen, of_frozen)
        _check_sum(pool.values(), statistic, f"{rate} of {type_.value}")
        return ComparisonExplanation(
            year=year,
            type=type_,
            rate=rate,
            revision=close.revision if close else None,
            is_live=is_live,
            statistic=statistic,
            pool=tuple(pool.values()),
            differences=tuple(_differences(frozen, today)),
        )

    def _today(
        self, year: ReportingYear, type_: AuthorityType, rate: StatisticName
    ) -> tuple[_Pool, Statistic]:
        register = self.directory.register()
        figures = live_figures(self.cases, year, register)
        pool = {
            each.authority.code: PooledAuthority(
                each.authority.code, each.authority.name, each.statistics[rate]
            )
            for each in figures.authorities
            if each.authority.type is type_
        }
        return pool, figures.pools[type_][rate]


def pooled_in(record: Mapping[str, Any], type_: AuthorityType, name: str) -> ComparisonExplanation:
    """Explain a comparison by the record of a year alone, where nobody knows what came after it.

    Raises:
        UnexplainedError: There is no such comparison, or it is not the sum of its pool.
    """
    rate = rate_named(name)
    if rate not in record["comparisons"].get(type_.value, ()):
        raise UnexplainedError(f"the figures hold no {rate.words} of {type_.value} authorities")
    pool, statistic = _frozen(record, type_, rate)
    _check_sum(pool.values(), statistic, f"{rate} of {type_.value}")
    return ComparisonExplanation(
        year=ReportingYear(record["year"]),
        type=type_,
        rate=rate,
        revision=Revision(record["revision"]),
        is_live=False,
        statistic=statistic,
        pool=tuple(pool.values()),
        differences=(),
    )


def _frozen(
    record: Mapping[str, Any], type_: AuthorityType, rate: StatisticName
) -> tuple[_Pool, Statistic]:
    pool = {
        AuthorityCode(each["code"]): PooledAuthority(
            AuthorityCode(each["code"]), each["authority"], _read(each["statistics"][rate])
        )
        for each in record["authorities"]
        if each["type"] == type_.value
    }
    return pool, _read(record["comparisons"][type_.value][rate])


def _read(record: Mapping[str, int]) -> Statistic:
    return Statistic(record["numerator"], record["denominator"])


def _check_sum(pool: Iterable[PooledAuthority], statistic: Statistic, what: str) -> None:
    statistics = [each.statistic for each in pool]
    numerator = sum(each.numerator for each in statistics)
    denominator = sum(each.denominator for each in statistics)
    if (numerator, denominator) != (statistic.numerator, statistic.denominator):
        raise UnexplainedError(
            f"the {what} is {statistic.numerator} of {statistic.denominator}, and its pool adds up"
            f" to {numerator} of {denominator}: the figures need to be re-issued"
        )


def _differences(frozen: _Pool, today: _Pool) -> Iterable[PoolDifference]:
    for code in sorted({*frozen, *today}):
        before = frozen[code].statistic if code in frozen else None
        now = today[code].statistic if code in today else None
        if before != now:
            yield PoolDifference(code, (today.get(code) or frozen[code]).name, before, now)
