"""The tables of the national review, from what is public of a year and of the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from annual_review.domain.authorities import AuthorityType
from annual_review.domain.cases import ComplianceOutcome, DecisionOutcome
from annual_review.domain.publication.intervals import Difference
from annual_review.domain.publication.intervals import change as change_of
from annual_review.domain.statistics import Statistic, StatisticName, Statistics, statistics_of
from annual_review.domain.tallies import Measure, Tally
from annual_review.rendering.national_review.document import (
    DataTable,
    Glance,
    Highlight,
    TableRow,
)
from annual_review.rendering.text.wording import (
    GROUPS,
    sentence_case,
    with_typographic_apostrophes,
)
from annual_review.services.publication.public_year import PublicYear

UPHOLD: Final = StatisticName.UPHOLD_RATE
COMPLIANCE: Final = StatisticName.COMPLIANCE_RATE
REMEDY: Final = StatisticName.SATISFACTORY_REMEDY_RATE

_OUTCOMES: Final = {
    DecisionOutcome.UPHELD: "Upheld",
    DecisionOutcome.NOT_UPHELD: "Not upheld",
    DecisionOutcome.CLOSED_AFTER_INITIAL_ENQUIRIES: "Closed after initial enquiries",
    DecisionOutcome.REFERRED_BACK: "Referred back for local resolution",
    DecisionOutcome.ADVICE_GIVEN: "Advice given",
    DecisionOutcome.INVALID_OR_INCOMPLETE: "Invalid or incomplete",
}
_COMPLIED: Final = {
    ComplianceOutcome.ON_TIME: "Carried out on time",
    ComplianceOutcome.LATE: "Carried out late",
    ComplianceOutcome.NOT_COMPLIED: "Not carried out",
}
_NAMES: Final = {
    UPHOLD: "Complaints upheld",
    COMPLIANCE: "Compliance with recommendations",
    REMEDY: "Satisfactory remedies offered first",
}


def printed(share: Statistic) -> str:
    """Return a share as a percentage; a dash where there is no case."""
    found = share.printed()
    return "–" if found is None else str(found)


def count_of(tally: Tally, outcome: DecisionOutcome | ComplianceOutcome) -> int:
    """Return how many cases ended so."""
    return tally[Measure(outcome.value)]


def at_a_glance(year: PublicYear) -> Glance:
    """The numbers a reader takes away."""
    tally = year.national
    shares = statistics_of(tally)
    return Glance(
        (
            Highlight(f"{tally.decisions:,}", "complaints and enquiries decided"),
            Highlight(f"{shares[UPHOLD].denominator:,}", "detailed investigations"),
            Highlight(printed(shares[UPHOLD]), "of them upheld"),
            Highlight(printed(shares[COMPLIANCE]), "of cases had our recommendations carried out"),
            Highlight(
                printed(shares[REMEDY]), "of upheld complaints were put right before we asked"
            ),
            Highlight(f"{improvements(year):,}", "changes to services agreed"),
        )
    )


def improvements(year: PublicYear) -> int:
    """How many changes to services were agreed."""
    return sum(
        len(case.service_improvements) for each in year.authorities for case in each.decisions
    )


def public_reports(year: PublicYear) -> int:
    """How many investigations were reported on in public."""
    return sum(bool(case.public_report) for each in year.authorities for case in each.decisions)


def outcomes(year: PublicYear) -> DataTable:
    """How all complaints and enquiries ended."""
    total = year.national.decisions
    return DataTable(
        "outcomes",
        f"What became of {total:,} complaints and enquiries",
        ("Outcome", "Decisions", "Share"),
        tuple(
            TableRow(words, (f"{count:,}", printed(share)), share)
            for outcome, words in _OUTCOMES.items()
            for count in [count_of(year.national, outcome)]
            for share in [Statistic(count, total)]
        ),
    )


def by_type(year: PublicYear, name: StatisticName, before: PublicYear | None) -> DataTable:
    """One statistic of every type of authority, and of all authorities."""
    pools = [*_pools(year, name), ("All authorities", name.of(year.national))]
    earlier = {} if before is None else dict(_pools(before, name))
    if before is not None:
        earlier["All authorities"] = name.of(before.national)
    return DataTable(
        name.value,
        f"{_NAMES[name]}, by type of authority",
        ("Authorities", "Cases", "Share", *([f"{before.year}"] if before else [])),
        tuple(
            TableRow(words, (_counts(share), printed(share), *_earlier(words, earlier)), share)
            for words, share in pools
        ),
    )


def by_subject(year: PublicYear) -> DataTable:
    """Complaints upheld by subject, most investigations first."""
    upheld: Counter[str] = Counter()
    investigated: Counter[str] = Counter()
    for each in year.authorities:
        for case in each.decisions:
            subject = case.subject.value if case.subject else "Not known"
            investigated[subject] += 1
            upheld[subject] += case.is_upheld
    shares = {subject: Statistic(upheld[subject], count) for subject, count in investigated.items()}
    rows = sorted(shares.items(), key=lambda each: (-each[1].denominator, each[0]))
    return DataTable(
        "upheld_by_subject",
        "Complaints upheld, by subject",
        ("Subject", "Cases", "Share"),
        tuple(
            TableRow(
                with_typographic_apostrophes(subject),
                (_counts(share), "few" if share.has_few_cases else printed(share)),
                None if share.has_few_cases else share,
            )
            for subject, share in rows
        ),
    )


def compliance_outcomes(year: PublicYear) -> DataTable:
    """What became of recommendations."""
    total = COMPLIANCE.of(year.national).denominator
    return DataTable(
        "compliance_outcomes",
        f"What became of our recommendations in {total:,} cases",
        ("Outcome", "Cases", "Share"),
        tuple(
            TableRow(words, (f"{count:,}", printed(share)), share)
            for outcome, words in _COMPLIED.items()
            for count in [count_of(year.national, outcome)]
            for share in [Statistic(count, total)]
        ),
    )


def change(year: PublicYear, before: PublicYear) -> DataTable:
    """The statistics of all authorities beside those of the year before."""
    now, then = statistics_of(year.national), statistics_of(before.national)
    rows = [
        TableRow(
            "Complaints and enquiries decided",
            (f"{before.national.decisions:,}", f"{year.national.decisions:,}", ""),
        ),
        *(
            TableRow(
                _NAMES[name], (_told(then[name]), _told(now[name]), _verdict(then[name], now[name]))
            )
            for name in StatisticName
            if name in now and name in then
        ),
    ]
    return DataTable(
        "change",
        f"All authorities, {before.year} and {year.year}",
        ("", f"{before.year}", f"{year.year}", "More than chance?"),
        tuple(rows),
        has_bars=False,
    )


def every_authority(year: PublicYear) -> DataTable:
    """The three statistics of every authority, by name."""
    return DataTable(
        "every_authority",
        "Every authority: cases that count, and of how many",
        ("Authority", *(_SHORT[name] for name in StatisticName)),
        tuple(
            TableRow(
                each.authority.name,
                tuple(_of_one(each.figures.statistics, name) for name in StatisticName),
            )
            for each in sorted(
                year.authorities, key=lambda each: (each.authority.name, each.authority.code)
            )
        ),
        has_bars=False,
        is_long=True,
    )


_SHORT: Final = {UPHOLD: "Upheld", COMPLIANCE: "Complied", REMEDY: "Remedied first"}


def _of_one(shares: Statistics, name: StatisticName) -> str:
    share = shares.get(name)
    if share is None or not share.denominator:
        return "no cases"
    return _counts(share) if share.has_few_cases else f"{_counts(share)} ({printed(share)})"


def _pools(year: PublicYear, name: StatisticName) -> Iterator[tuple[str, Statistic]]:
    for type_ in AuthorityType:
        if type_.is_compared and (share := year.pools.get(type_, {}).get(name)):
            yield sentence_case(GROUPS[type_]), share


def _earlier(words: str, earlier: Mapping[str, Statistic]) -> Iterable[str]:
    return [printed(earlier[words]) if words in earlier else "–"] if earlier else []


def _counts(share: Statistic) -> str:
    return f"{share.numerator:,} of {share.denominator:,}"


def _told(share: Statistic) -> str:
    return f"{printed(share)} ({_counts(share)})" if share.denominator else "no cases"


def _verdict(then: Statistic, now: Statistic) -> str:
    """Whether a change is more than what chance explains in 998 of 1,000 cases."""
    match change_of(then, now):
        case Difference.HIGHER:
            return "higher"
        case Difference.LOWER:
            return "lower"
        case None:
            return "no"
