"""Targets are read strictly, and whole numbers are found that print as they were published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.statistics import Statistic
from annual_review.sample_year import (
    PublishedFigures,
    Targets,
    UnreachableTargetsError,
    read_published,
    read_targets,
)
from annual_review.sample_year.apportion import Share, apportioned, completed
from annual_review.sample_year.chance import Chance

WIGAN = AuthorityCode("E08000002")
counts = st.integers(0, 5000)


def test_an_empty_cell_is_unknown_and_a_zero_is_known(
    published: Mapping[AuthorityCode, PublishedFigures],
) -> None:
    lancaster = published[AuthorityCode("E07000121")]
    assert lancaster.upheld == 0
    assert lancaster.uphold_percent == 0
    assert lancaster.remedies is None


def test_a_published_row_can_t_uphold_more_than_it_investigated(
    published: Mapping[AuthorityCode, PublishedFigures], tmp_path: Path
) -> None:
    row = {key: str(cell or "") for key, cell in published[WIGAN].model_dump().items()}
    row["upheld"] = "99"
    path = tmp_path / "published.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="upheld than investigated"):
        read_published(path)


def test_assumed_volumes_must_add_up_to_the_known_number(targets: Targets) -> None:
    wrong = targets.model_dump()
    wrong["known"]["national"]["decisions"] = 17_020
    with pytest.raises(ValueError, match="add up to 17019 decisions, 17020 are known"):
        Targets.model_validate(wrong)


def test_assumed_volumes_cover_every_authority_type(targets: Targets) -> None:
    wrong = targets.model_dump()
    del wrong["assumed"]["volumes"]["london"]
    with pytest.raises(ValueError, match="leave out an authority type"):
        Targets.model_validate(wrong)


def test_a_misspelt_target_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text("[knwon]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="knwon"):
        read_targets(path)


@given(parts=st.integers(0, 100), denominator=st.integers(100, 250))
def test_a_hundred_cases_or_more_can_print_any_percentage(parts: int, denominator: int) -> None:
    numerator = Share(parts).nearest(denominator)
    assert Share(parts).is_printed_for(numerator, denominator)
    assert Statistic(numerator, denominator).percentage == parts


@given(numerator=counts, denominator=counts, parts=st.integers(0, 100))
def test_a_share_is_printed_as_the_statistics_print_it(
    numerator: int, denominator: int, parts: int
) -> None:
    numerator = min(numerator, denominator)
    printed = Statistic(numerator, denominator).percentage
    assert Share(parts).is_printed_for(numerator, denominator) == (printed == parts)


@given(sizes=st.lists(counts, min_size=1, max_size=9), total=counts)
def test_shares_add_up_and_keep_to_their_quota(sizes: list[int], total: int) -> None:
    weights = dict(enumerate(sizes))
    whole = sum(weights.values())
    total = min(total, whole)
    shares = apportioned(total, weights)
    assert sum(shares.values()) == total
    for key, weight in weights.items():
        assert abs(shares[key] * whole - total * weight) < max(whole, 1)
        assert 0 <= shares[key] <= weight


def test_groups_of_which_nothing_is_known_have_what_the_nation_lacks() -> None:
    numerators = completed(
        {"known": 100, "large": 200, "small": 100}, {"known": Share(45)}, Share(60)
    )
    assert numerators == {"known": 45, "large": 130, "small": 65}


def test_a_nation_that_its_groups_contradict_is_refused() -> None:
    with pytest.raises(UnreachableTargetsError, match="would need 150 of the 100 cases"):
        completed({"known": 100, "free": 100}, {"known": Share(0)}, Share(75))


@given(seed=st.integers(), sizes=st.lists(st.integers(0, 30), max_size=9), data=st.data())
def test_chance_chooses_exactly_so_many_slots_and_each_once(
    seed: int, sizes: list[int], data: st.DataObject
) -> None:
    slots = dict(enumerate(sizes))
    total = data.draw(st.integers(0, sum(slots.values())))
    chosen = Chance(seed, "test").choose(total, slots)
    assert sum(chosen.values()) == total
    assert chosen.keys() == slots.keys()
    assert all(chosen[key] <= slots[key] for key in slots)


def test_chance_never_draws_what_has_no_weight() -> None:
    landed = Chance(1, "test").spread(1000, {"never": 0, "often": 3, "rarely": 1})
    assert landed["never"] == 0
    assert landed["often"] > landed["rarely"] > 0


def test_every_purpose_has_a_sequence_of_its_own() -> None:
    one, other = Chance(1, "plan"), Chance(1, "cases")
    assert [one.below(100) for _ in range(9)] != [other.below(100) for _ in range(9)]
