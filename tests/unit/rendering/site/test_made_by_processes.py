"""A site whose parts are made by processes of their own."""

from __future__ import annotations

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.pages import Site
from annual_review.services.at_once import one_by_one
from annual_review.services.processes import FEWEST, in_processes
from tests.unit.rendering.site.years import a_public_year

SITE = Site((a_public_year(ReportingYear(2021)), a_public_year()), "https://reviews.example")


def test_it_has_the_same_bytes_and_tells_how_far_it_has_come() -> None:
    told: list[tuple[int, int]] = []

    with in_processes(2, FEWEST) as spread:
        made = dict(files_of(SITE, spread, lambda done, of: told.append((done, of))))

    assert made == dict(files_of(SITE))
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))


@pytest.mark.parametrize(("processes", "things"), [(1, FEWEST), (2, FEWEST - 1)])
def test_a_single_processor_and_few_things_have_no_processes(processes: int, things: int) -> None:
    with in_processes(processes, things) as spread:
        assert spread is one_by_one
