"""The validator, started once for all; where it is missing, its tests are skipped and say so."""

from __future__ import annotations

import os

import pytest

from infrastructure.verify.verapdf import EngineMissingError, VeraPdf
from tests.unit.rendering.letters import a_renderer, facts_of


@pytest.fixture(scope="session")
def engine() -> VeraPdf:
    try:
        return VeraPdf.find()
    except EngineMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(f"In CI letters are not left unverified: {error}")
        pytest.skip(f"Letters are not verified: {error}")


@pytest.fixture(scope="session")
def letter() -> bytes:
    return a_renderer().render(facts_of(is_sample=True)).pdf
