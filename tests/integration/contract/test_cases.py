from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from annual_review.domain.cases import CaseState, DecisionOutcome, Reset, Version
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, StoredTally, Tally, TallyKey, tally_of
from annual_review.services.errors import ConflictError
from annual_review.services.figures.repair_year import Repair
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
)
from tests.integration.contract.stores import Stores

HERE = TallyKey(ROCHFORD, YEAR)
THERE = TallyKey(OTHER_DISTRICT, ReportingYear(2021))


def record(stores: Stores, *states: CaseState) -> None:
    """Record states one after the other, each in place of what is there."""
    for state in states:
        seen = stores.cases.load([state.key]).get(state.key)
        stores.cases.commit(CaseChange((CaseWrite(state, seen),)))


def stored(stores: Stores, key: TallyKey = HERE) -> StoredTally:
    return stores.cases.tallies([key]).get(key, NOTHING_COUNTED)


def version(stores: Stores, key: TallyKey = HERE) -> int:
    return stored(stores, key).version


class TestCommitting:
    def test_cases_and_their_tally_are_written_together(self, stores: Stores) -> None:
        states: list[CaseState] = [an_upheld_decision("1"), a_compliance_outcome("1")]

        stores.cases.commit(CaseChange(tuple(CaseWrite(each, None) for each in states)))

        assert stores.cases.load([each.key for each in states]) == {
            each.key: each for each in states
        }
        assert set(stores.cases.of_tally(HERE)) == set(states)
        assert stored(stores) == tally_of(states)[HERE]
        assert set(stores.cases.counted_in(YEAR)) == {ROCHFORD}

    @pytest.mark.parametrize("seen", [None, an_upheld_decision(version=1)], ids=["none", "first"])
    def test_a_case_that_moved_on_is_a_conflict_though_it_says_the_same_again(
        self, stores: Stores, seen: CaseState | None
    ) -> None:
        now = an_upheld_decision(version=3)
        record(stores, an_upheld_decision(), a_withdrawal(version=2), now)
        tally, neighbour = stored(stores), a_compliance_outcome("9")
        late = CaseWrite(a_decision(DecisionOutcome.NOT_UPHELD, version=4), seen)

        with pytest.raises(ConflictError):
            stores.cases.commit(CaseChange((CaseWrite(neighbour, None), late)))

        assert stores.cases.load([now.key, neighbour.key]) == {now.key: now}
        assert (stored(stores), version(stores)) == (tally, tally.version)

    @pytest.mark.parametrize("resets", [0, 1])
    def test_a_version_that_a_reset_brought_back_is_not_the_one_that_was_seen(
        self, stores: Stores, resets: int
    ) -> None:
        a_reset = Reset(NOON, "an operator", "mistyped", NOON, Version(900))
        first = replace(an_upheld_decision(version=3), resets=(a_reset,) * resets)
        now = replace(first, satisfactory_remedy=True, resets=(a_reset,) * (resets + 1))
        record(stores, first, now)
        late = an_upheld_decision(version=4)

        with pytest.raises(ConflictError):
            stores.cases.commit(CaseChange((CaseWrite(late, first),)))
        stores.cases.commit(CaseChange((CaseWrite(late, now),)))

        assert stored(stores) == tally_of([late])[HERE]

    def test_every_write_of_a_case_changes_the_version_of_its_tally_also_without_news(
        self, stores: Stores
    ) -> None:
        decided = an_upheld_decision()
        record(stores, decided)
        before = stored(stores)

        record(
            stores,
            replace(decided, version=Version(2), public_report="https://ombudsman.example/1"),
        )

        assert stored(stores) == before
        assert version(stores) > before.version

    def test_a_case_that_moves_changes_both_versions(self, stores: Stores) -> None:
        record(stores, an_upheld_decision())
        before = version(stores)
        corrected = an_upheld_decision(
            version=2, authority=OTHER_DISTRICT, decided_on=date(2020, 4, 1)
        )

        record(stores, corrected)

        assert list(stores.cases.of_tally(HERE)) == []
        assert list(stores.cases.of_tally(THERE)) == [corrected]
        assert (stored(stores), stored(stores, THERE)) == (
            NOTHING_COUNTED,
            tally_of([corrected])[THERE],
        )
        assert (version(stores) > before, version(stores, THERE) > 0) == (True, True)

    def test_a_withdrawn_case_counts_nowhere_and_changes_the_version(self, stores: Stores) -> None:
        record(stores, an_upheld_decision())
        before = version(stores)

        record(stores, a_withdrawal())

        assert list(stores.cases.of_tally(HERE)) == []
        assert stored(stores) == NOTHING_COUNTED
        assert version(stores) > before
        assert list(stores.cases.every_case()) == [a_withdrawal()]

    def test_a_tally_that_was_never_written_is_left_out(self, stores: Stores) -> None:
        assert stores.cases.tallies([HERE]) == {}


class TestRepairing:
    def repair(self, seen: StoredTally, right: Tally, number: int = 1) -> Repair:
        return Repair(HERE, number, NOON, "an operator", "edited by hand", seen, right)

    def test_a_tally_is_set_under_its_next_version_and_the_record_of_it_kept(
        self, stores: Stores
    ) -> None:
        record(stores, an_upheld_decision("1"), a_compliance_outcome("1"))
        before = stored(stores)
        repair = self.repair(before, a_tally(upheld=1, **{"subject:Other": 2}))

        stores.cases.repair(repair)

        assert (stored(stores), version(stores)) == (repair.after, before.version + 1)
        assert list(stores.cases.repairs(YEAR)) == [repair]
        (kept,) = stores.cases.repairs(YEAR)
        assert kept.before.version == before.version
        assert list(stores.cases.repairs(ReportingYear(2021))) == []

    def test_a_tally_that_was_never_written_is_set_too(self, stores: Stores) -> None:
        stores.cases.repair(self.repair(NOTHING_COUNTED, a_tally(upheld=2)))

        assert (stored(stores), version(stores)) == (a_tally(upheld=2), 1)

    def test_a_tally_that_was_written_since_is_a_conflict_though_it_counts_the_same_again(
        self, stores: Stores
    ) -> None:
        record(stores, an_upheld_decision())
        seen = stored(stores)
        record(stores, a_withdrawal(version=2), an_upheld_decision(version=3))
        assert stored(stores) == seen

        with pytest.raises(ConflictError):
            stores.cases.repair(self.repair(seen, a_tally(upheld=9)))

        assert stored(stores) == seen
        assert list(stores.cases.repairs(YEAR)) == []

    def test_a_number_is_given_once(self, stores: Stores) -> None:
        first = self.repair(NOTHING_COUNTED, a_tally(upheld=3))
        stores.cases.repair(first)
        now = stored(stores)

        with pytest.raises(ConflictError):
            stores.cases.repair(replace(self.repair(now, a_tally(upheld=1)), by="somebody else"))
        stores.cases.repair(self.repair(now, a_tally(upheld=1), number=2))

        assert [(each.number, each.by) for each in stores.cases.repairs(YEAR)] == [
            (1, "an operator"),
            (2, "an operator"),
        ]
