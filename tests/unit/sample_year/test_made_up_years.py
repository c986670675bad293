"""Years without facts: made up after 2020, with the authorities that there were."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from annual_review.adapters.files.register_files import read_register
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.rehearsal.sample_inputs import FIRST, LAST, MODEL, register_csv, sample_register
from annual_review.sample_year import (
    ModelYear,
    SampleYear,
    Targets,
    drifted_targets,
    make_up_year,
)
from tests.unit.sample_year.conftest import the_register, the_targets

YEARS = [ReportingYear(ends) for ends in range(FIRST.ends, LAST.ends + 1)]
MADE_UP = [year for year in YEARS if year != MODEL]
SEEDS = (1, 7, 2020)
DAY = timedelta(days=1)
BARNSLEY, BARNSLEY_NOW = AuthorityCode("E08000016"), AuthorityCode("E08000038")


def the_model() -> ModelYear:
    return ModelYear(MODEL, the_register(), the_targets())


@cache
def the_changing_ones(year: ReportingYear) -> Register:
    """The authorities of a year that end or begin between 2017 and 2026, and a few others."""
    first, last = YEARS[0].first_day, YEARS[-1].last_day
    return Register(
        each
        for each in sample_register(year).values()
        if (each.in_being_to and each.in_being_to <= last)
        or (each.in_being_from and first <= each.in_being_from)
        or each.code in {"E08000001", "E09000002", "E07000075"}
    )


@cache
def made_up(year: ReportingYear, seed: int = 1) -> SampleYear:
    return make_up_year(the_changing_ones(year), year, the_model(), seed)


def targets_of(year: ReportingYear, seed: int) -> Targets:
    if year == MODEL:
        return the_targets()
    return drifted_targets(sample_register(year), year, the_model(), seed)


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_a_register_holds_who_was_in_being_and_whoever_answers_when_letters_go_out(
    year: ReportingYear,
) -> None:
    register, two_years_before = sample_register(year), ReportingYear(year.ends - 2)
    letters_day = date(year.ends, 7, 22)

    for code, authority in register.items():
        assert not authority.is_abolished_by(two_years_before.last_day), authority
        assert authority.existed_by(letters_day), authority
        answering = register.answering_for(code, letters_day)
        assert answering, authority
        assert set(answering) <= register.keys(), authority


@pytest.mark.parametrize(
    ("before", "after", "ended", "begun"),
    [
        (2019, 2020, 15, 5),
        (2020, 2021, 5, 1),
        (2021, 2022, 8, 2),
        (2023, 2024, 20, 4),
    ],
)
def test_councils_become_unitary_from_one_year_to_the_next(
    before: int, after: int, ended: int, begun: int
) -> None:
    in_being = [
        {
            code: each
            for code, each in sample_register(year).items()
            if each.existed_in(year) and each.type is not AuthorityType.OTHER
        }
        for year in (ReportingYear(before), ReportingYear(after))
    ]

    gone = in_being[0].keys() - in_being[1].keys()
    new = in_being[1].keys() - in_being[0].keys()
    assert (len(gone), len(new)) == (ended, begun)
    took_over = Counter(code for each in gone for code in in_being[0][each].successors)
    assert took_over.keys() == new
    assert min(took_over.values()) > 1


def test_the_register_of_2020_is_in_the_history_of_all_years() -> None:
    history = [sample_register(year) for year in (ReportingYear(2019), ReportingYear(2021))]
    for code, authority in sample_register(MODEL).items():
        known = [register[code] for register in history if code in register]
        assert known, authority
        assert {each.name for each in known} == {authority.name}


def test_the_file_of_a_register_says_what_the_register_says(tmp_path: Path) -> None:
    year = ReportingYear(2024)
    path = tmp_path / "authorities.csv"
    path.write_bytes(register_csv(year))

    assert dict(read_register(path)) == dict(sample_register(year))


def test_a_register_names_an_authority_by_the_code_that_it_has_when_letters_go_out(
    tmp_path: Path,
) -> None:
    before, after = sample_register(ReportingYear(2024)), sample_register(ReportingYear(2025))
    path = tmp_path / "authorities.csv"
    path.write_bytes(register_csv(ReportingYear(2025)))

    assert not before[BARNSLEY].former_codes
    assert BARNSLEY not in after
    assert after[BARNSLEY_NOW].former_codes == (BARNSLEY,)
    assert dict(read_register(path)) == dict(after)
    assert b"former_codes" not in register_csv(ReportingYear(2024))


@pytest.mark.parametrize("year", MADE_UP[-2:], ids=str)
def test_what_was_recorded_before_a_code_changed_bears_the_one_of_its_time(
    year: ReportingYear,
) -> None:
    changed = sample_register(year)[BARNSLEY_NOW]
    assert changed.in_being_from
    sample = make_up_year(Register([changed]), year, the_model(), seed=1)

    codes = Counter[tuple[bool, str]]()
    for event in sample.events:
        recorded = date.fromisoformat(event["detail"]["recorded_at"][:10])
        codes[recorded < changed.in_being_from, event["detail"]["authority"]] += 1
    assert set(codes) == {(True, BARNSLEY), (False, BARNSLEY_NOW)}
    assert {key.authority for key in sample.expected.tallies} == {BARNSLEY_NOW}
    assert sample.expected.tallies[TallyKey(BARNSLEY_NOW, year)].decisions > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_volumes_and_percentages_drift_a_little_from_year_to_year(seed: int) -> None:
    for before, after in pairwise(targets_of(year, seed) for year in YEARS):
        earlier, later = before.known.national, after.known.national
        assert 85 * earlier.decisions <= 100 * later.decisions <= 115 * earlier.decisions
        assert abs(later.uphold_percent - earlier.uphold_percent) <= 2
        assert abs(later.remedy_percent - earlier.remedy_percent) <= 1
        assert 980 <= later.compliance_permille <= 1000


@pytest.mark.parametrize("year", MADE_UP, ids=str)
def test_whoever_has_cases_in_a_year_was_in_being_or_ended_shortly_before(
    year: ReportingYear,
) -> None:
    register = the_changing_ones(year)
    late = 0
    for key, tally in made_up(year).expected.tallies.items():
        if key.year == year and tally:
            authority = register[key.authority]
            if not authority.existed_in(year):
                late += tally.compliance_outcomes
                assert not tally.investigations
                assert register.answering_for(key.authority, year.last_day) == authority.successors

    ended = [each for each in register.values() if each.in_being_to == year.first_day - DAY]
    assert bool(late) == bool(ended)


@pytest.mark.parametrize("year", MADE_UP, ids=str)
def test_no_case_is_decided_before_its_authority_began(year: ReportingYear) -> None:
    register = the_changing_ones(year)
    for event in made_up(year).events:
        detail = event["detail"]
        if decided_on := detail.get("decided_on"):
            authority = register.find(AuthorityCode(detail["authority"]))
            assert authority
            assert authority.existed_by(date.fromisoformat(decided_on)), detail


def test_a_year_of_all_authorities_has_the_volume_and_the_rate_it_drifted_to() -> None:
    year = ReportingYear(2021)
    sample = make_up_year(sample_register(year), year, the_model(), seed=7)
    wanted = targets_of(year, seed=7).known.national
    found = [tally for key, tally in sample.expected.tallies.items() if key.year == year]
    decisions = sum(each.decisions for each in found)
    investigations = sum(each.investigations for each in found)
    upheld = sum(each.upheld for each in found)

    # Beside the plan stand a few cases of corrections across the year's edges: none that count.
    assert decisions == wanted.decisions
    assert abs(100 * upheld - wanted.uphold_percent * investigations) <= 2 * investigations
    assert 0 < sum(each.compliance_outcomes - each.complied for each in found) < 40


def test_years_in_a_row_share_no_case_reference() -> None:
    seen: Counter[str] = Counter()
    for year in MADE_UP:
        seen.update({event["detail"]["case_reference"] for event in made_up(year).events})

    assert set(seen.values()) == {1}
    assert {len(reference) for reference in seen} == {9}


def test_the_same_seed_makes_the_same_year_and_another_one_another() -> None:
    year = ReportingYear(2025)
    register = Register(the_changing_ones(year).values())
    again = make_up_year(register, year, the_model(), seed=1)

    assert again.events == made_up(year).events
    assert made_up(year, seed=2).events != again.events


def test_a_small_register_has_such_a_year_too() -> None:
    year = ReportingYear(2022)
    for code, authority in list(sample_register(year).items())[::25]:
        sample = make_up_year(Register([authority]), year, the_model(), seed=3)
        assert {key.authority for key in sample.expected.tallies} <= {code}
