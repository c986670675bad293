"""Explain a number: the cases that make it up, and what has become of them since (rule 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from annual_review.domain.cases import CaseKey, CaseState, Subject
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import NUMBERS, TallyKey, counted, subject_measure
from annual_review.services.advised_commands import Command
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close, Closes
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.figures.year_cases import YearCases
from annual_review.services.patience import Patience

_OTHER_NAMES: Final[Mapping[str, str]] = {
    each.value.lower(): subject_measure(each) for each in Subject
} | {name.lower(): name for name in NUMBERS}


class UnexplainedError(RefusalError):
    """A number can't be explained; the message says why, and what to do."""


def number_named(name: str) -> str:
    """Return the number that somebody means: `Not-upheld` is `not_upheld`, `housing` a subject.

    Raises:
        UnexplainedError: There is no such number.
    """
    wanted = name.strip().lower()
    found = _OTHER_NAMES.get(wanted) or _OTHER_NAMES.get(wanted.replace("-", "_"))
    if found is None:
        raise UnexplainedError(f"there is no number {name!r}: take one of {', '.join(NUMBERS)}")
    return found


class SinceFreeze(StrEnum):
    """What has become of a case, as far as one number goes, since the figures were frozen."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ExplainedCase:
    """One case behind a number, and what has become of it since the freeze; `why` says how."""

    case: CountedCase
    since: SinceFreeze
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The cases whose sum is `value`, and every difference since the freeze.

    `revision` is that in which the authority's figures were frozen, `None` if none were; `is_live`
    says that value and cases are today's and not the frozen ones.
    """

    tally: TallyKey
    name: str
    number: str
    revision: Revision | None
    is_live: bool
    value: int
    cases: tuple[ExplainedCase, ...]
    differences: tuple[ExplainedCase, ...]


class ExplainedCases(YearCases, Protocol):
    """The cases, as far as they are explained."""

    def load(self, keys: Collection[CaseKey]) -> Mapping[CaseKey, CaseState]:
        """Return the stored states of these cases, read consistently.

        Raises:
            PortError: Not every key could be read.
        """


@dataclass(frozen=True, slots=True)
class ExplainFigures:
    """Explains the numbers of single authorities."""

    cases: ExplainedCases
    directory: Directory
    documents: Documents
    closes: Closes

    def explain(
        self,
        tally: TallyKey,
        number: str,
        patience: Patience,
        *,
        is_live: bool = False,
        revision: Revision | None = None,
    ) -> Explanation:
        """Explain a number of an authority and year, as it was frozen or as it is today.

        A letter that was replaced is explained by its `revision`; without one it is the latest.

        Raises:
            UnexplainedError: There is no such number or revision, or it is not the sum of its
                cases.
            AlteredRecordError: The frozen record is not the one that was frozen.
        """
        number = number_named(number)
        codes = self.directory.register().codes_of(tally.authority)
        close = self._close(tally.year, revision)
        if close is None and not is_live:
            raise UnexplainedError(
                f"the year {tally.year} is not closed; today's number can be explained:",
                Command.of("explain", tally.year, tally.authority, number, live=True),
            )
        records = FrozenRecords(self.documents, close) if close else None
        record = records.under_any((tally.authority, *codes)) if records else None
        keys = [TallyKey(code, tally.year) for code in codes]
        tally = TallyKey(record.figures.authority.code, tally.year) if record else keys[0]
        frozen = self._frozen(record, tally, number, is_live=is_live)
        today = self._today(keys, number, patience, is_live=is_live)
        became = self._became(keys, number, frozen)
        if close:
            for key in today.keys() - frozen.keys():
                why = f"version {today[key].version} counts since"
                became[key] = ExplainedCase(today[key], SinceFreeze.ADDED, why)
        listed = today if is_live else frozen
        changed = [each for each in became.values() if each.since is not SinceFreeze.UNCHANGED]
        return Explanation(
            tally=tally,
            name=self._name(record, tally),
            number=number,
            # A later revision takes over the records of those that it does not re-issue.
            revision=record.revision if record else None,
            is_live=is_live,
            value=len(listed),
            cases=tuple(
                # Today's case is listed as it is today, with what has become of the frozen one.
                replace(became.get(key, ExplainedCase(case, SinceFreeze.UNCHANGED)), case=case)
                for key, case in listed.items()
            ),
            differences=tuple(sorted(changed, key=lambda each: each.case)),
        )

    def _name(self, record: FrozenAuthority | None, tally: TallyKey) -> str:
        """Return the name of the authority as it was frozen, or else as the register has it."""
        if record:
            return record.figures.authority.name
        return self.directory.register()[tally.authority].name

    def _close(self, year: ReportingYear, revision: Revision | None) -> Close | None:
        if revision is None:
            return self.closes.latest(year)
        closes = {each.revision: each for each in self.closes.of_year(year)}
        if revision not in closes:
            there = ", ".join(map(str, sorted(closes))) or "none, it is not closed"
            raise UnexplainedError(f"{year} has no revision {revision}; there are: {there}")
        return closes[revision]

    def _frozen(
        self, record: FrozenAuthority | None, tally: TallyKey, number: str, *, is_live: bool
    ) -> Mapping[CaseKey, CountedCase]:
        """Return the cases that the frozen number counted."""
        if record is None:
            if not is_live or self.directory.register().find(tally.authority) is None:
                raise UnexplainedError(f"{tally.authority} is not in the figures of {tally.year}")
            return {}
        return _of_record(record, number)

    def _today(
        self, keys: Sequence[TallyKey], number: str, patience: Patience, *, is_live: bool
    ) -> Mapping[CaseKey, CountedCase]:
        """Return the cases that count today, having added them up if they are the explanation."""
        found: dict[CaseKey, CountedCase] = {}
        for key in keys:
            count = ReconcileYear(self.cases).count(key, patience)
            cases = _under(number, count.cases)
            value = sum(count.stored[measure] for measure in NUMBERS[number])
            if is_live and len(cases) != value:
                raise UnexplainedError(
                    f"{number} of {key.authority} is {value} today, and its cases add up to"
                    f" {len(cases)}; this shows where they differ:",
                    Command.of("reconcile", key.year),
                )
            found |= cases
        return dict(sorted(found.items(), key=lambda each: each[1]))

    def _became(
        self, keys: Sequence[TallyKey], number: str, frozen: Mapping[CaseKey, CountedCase]
    ) -> dict[CaseKey, ExplainedCase]:
        """Say of every frozen case what has become of it, as far as this number goes."""
        now = self.cases.load(frozen.keys())
        return {key: _since(case, now.get(key), keys, number) for key, case in frozen.items()}


def explained_by(record: FrozenAuthority, number: str) -> Explanation:
    """Explain a frozen number by its record alone, where nobody knows what came after it.

    Raises:
        UnexplainedError: There is no such number, or it is not the sum of its cases.
    """
    number = number_named(number)
    tally = TallyKey(record.figures.authority.code, record.year)
    cases = _of_record(record, number)
    return Explanation(
        tally=tally,
        name=record.figures.authority.name,
        number=number,
        revision=record.revision,
        is_live=False,
        value=len(cases),
        cases=tuple(ExplainedCase(each, SinceFreeze.UNCHANGED) for each in cases.values()),
        differences=(),
    )


def _of_record(record: FrozenAuthority, number: str) -> Mapping[CaseKey, CountedCase]:
    """Return the cases that a frozen number counted, having added them up."""
    cases = _under(number, record.cases)
    value = sum(record.figures.tally[measure] for measure in NUMBERS[number])
    if len(cases) != value:
        raise UnexplainedError(
            f"{number} of {record.figures.authority.code} was frozen as {value}, and its list of"
            f" cases adds up to {len(cases)}: its letter needs to be re-issued"
        )
    return cases


def _under(number: str, cases: Iterable[CountedCase]) -> dict[CaseKey, CountedCase]:
    return {case.key: case for case in cases if NUMBERS[number].intersection(case.measures)}


def _since(
    case: CountedCase, state: CaseState | None, keys: Sequence[TallyKey], number: str
) -> ExplainedCase:
    if state is None:
        return ExplainedCase(case, SinceFreeze.REMOVED, "is not in the table any more")
    counts = [now for key in keys if (now := CountedCase.of(state, key))]
    counting = [now for now in counts if NUMBERS[number].intersection(now.measures)]
    if any(_is_the_same(now, case, number) for now in counting):
        return ExplainedCase(case, SinceFreeze.UNCHANGED)
    if counting:
        why = f"{_standing(state, case)} counts in its place"
        return ExplainedCase(case, SinceFreeze.CHANGED, why)
    return ExplainedCase(case, SinceFreeze.REMOVED, _why_removed(state, case, keys))


def _is_the_same(now: CountedCase, frozen: CountedCase, number: str) -> bool:
    """Whether it is the frozen case: a reset may put other content under the same version."""
    of_number = NUMBERS[number].intersection
    return (now.version, now.counted_on) == (frozen.version, frozen.counted_on) and of_number(
        now.measures
    ) == of_number(frozen.measures)


def _standing(state: CaseState, frozen: CountedCase) -> str:
    """Return what the state is called beside the frozen one."""
    is_reset = state.resets and state.version == frozen.version
    return f"version {state.version}, as it was reset," if is_reset else f"version {state.version}"


def _why_removed(state: CaseState, frozen: CountedCase, keys: Sequence[TallyKey]) -> str:
    standing = _standing(state, frozen)
    counting = counted(state)
    if counting is None:
        return f"withdrawn by {standing}".removesuffix(",")
    there, counts = counting
    if there not in keys:
        return f"{standing} counts for {there.authority} in {there.year}"
    return f"{standing} counts as {', '.join(counts)}"
