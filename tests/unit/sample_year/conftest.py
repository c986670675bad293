"""The real register, the published figures, and one sample year for all stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from annual_review.adapters.files.register_files import read_register
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import YearFigures, figures_of_year
from annual_review.domain.reporting_year import ReportingYear
from annual_review.sample_year import (
    PublishedFigures,
    SampleYear,
    Targets,
    make_sample_year,
    read_published,
    read_targets,
)

_ROOT = Path(__file__).parents[3]
_SAMPLE = _ROOT / "events" / "sample_years" / "2020"
_YEAR = ReportingYear(2020)

Published = Mapping[AuthorityCode, PublishedFigures]


@cache
def the_register() -> Register:
    return read_register(_ROOT / "infrastructure" / "register" / "authorities-2020.csv")


@cache
def the_published() -> Published:
    return read_published(_SAMPLE / "published.csv")


@cache
def the_targets() -> Targets:
    return read_targets(_SAMPLE / "targets.toml")


@cache
def simulated(seed: int) -> SampleYear:
    return make_sample_year(the_register(), _YEAR, the_published(), the_targets(), seed)


@pytest.fixture
def register() -> Register:
    return the_register()


@pytest.fixture
def year() -> ReportingYear:
    return _YEAR


@pytest.fixture
def published() -> Published:
    return the_published()


@pytest.fixture
def targets() -> Targets:
    return the_targets()


@pytest.fixture
def sample() -> SampleYear:
    return simulated(2020)


@pytest.fixture
def figures(sample: SampleYear) -> YearFigures:
    return figures_of_year(_YEAR, the_register(), sample.expected.tallies)


@pytest.fixture
def simulate() -> Callable[[int], SampleYear]:
    """Simulate the year with another seed."""
    return simulated


@pytest.fixture
def simulate_with() -> Callable[[Published, Targets], SampleYear]:
    """Simulate the year with other published figures or targets."""

    def with_(published: Published, targets: Targets) -> SampleYear:
        return make_sample_year(the_register(), _YEAR, published, targets, seed=1)

    return with_
