"""Several years on one system on this machine: what each has to itself."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from infrastructure.local import run
from infrastructure.local.editions import add_editions
from infrastructure.local.year_inputs import simulated_inputs
from infrastructure.local.year_report import Counted

Y2022, Y2023, Y2024 = (ReportingYear(ends) for ends in (2022, 2023, 2024))


def test_a_year_without_an_edition_gets_the_nearest_one_and_no_other_changes(
    tmp_path: Path,
) -> None:
    editions = tmp_path / "editions"
    shutil.copytree(SHIPPED_EDITIONS, editions)

    add_editions(editions, [Y2022, Y2023, Y2024, ReportingYear(2026)])

    added = [load_edition(editions, year) for year in (Y2022, Y2023, Y2024)]
    assert [each.printed.trend for each in added] == [False, False, True]
    assert [each.letter_date.year for each in added] == [2022, 2023, 2024]
    for year in edition_years(SHIPPED_EDITIONS):
        for path in (SHIPPED_EDITIONS / str(year)).iterdir():
            assert (editions / str(year) / path.name).read_bytes() == path.read_bytes()


def test_years_that_there_are_no_samples_of_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (("--years", "0"), ("--years", "3", "--last", "2018"), ("--last", "2027")):
        with pytest.raises(SystemExit) as ended:
            run.main(arguments)
        assert ended.value.code == 2
        assert "sample years from 2017 to 2026" in capsys.readouterr().err


def test_letters_that_wait_for_a_person_are_those_of_one_year(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        run.main(("--years", "2", "--approval", "--stay"))

    assert "--approval is for one year" in capsys.readouterr().err


def test_what_a_year_counts_is_not_what_came_before_it() -> None:
    before = Counted(Counter(recorded=20, duplicate=1), sent=354)
    now = Counted(Counter(recorded=50, duplicate=1, stale=2), sent=700)

    assert now.since(before) == Counted(Counter(recorded=30, stale=2), sent=346)


def test_a_year_is_played_with_its_own_authorities(tmp_path: Path) -> None:
    inputs = simulated_inputs(Y2024, seed=1, folder=tmp_path / "2024")

    ended = [each for each in inputs.register.values() if each.is_abolished_by(Y2023.last_day)]
    assert len(ended) == 20
    assert {code for each in ended for code in each.successors} <= inputs.recipients.keys()
