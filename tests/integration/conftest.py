from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from annual_review.adapters.aws import aws_clients, dead_letter_queue
from annual_review.rendering import loaded_editions as editions
from functions.close_year import handler as close_year
from functions.prepare_letter import handler as prepare_letter
from functions.publish_year import handler as publish_year
from functions.record_decisions import handler as record_decisions
from functions.release_letters import handler as release_letters
from functions.send_letter import handler as send_letter
from functions.track_delivery import handler as track_delivery
from functions.watch_letters import handler as watch_letters
from tests.fakes.rendering import PlainRenderer
from tests.integration.dynamodb.both_tables import BothTables
from tests.integration.mail_server import account, granting
from tests.integration.operators import Operators
from tests.integration.world import (
    CREDENTIALS,
    World,
    create_table,
    deployed_beside_the_fake_table,
    deployed_in_moto,
    settings_of_functions,
)

FUNCTIONS: tuple[Any, ...] = (
    record_decisions,
    close_year,
    prepare_letter,
    release_letters,
    send_letter,
    track_delivery,
    watch_letters,
    publish_year,
)


@pytest.fixture(autouse=True)
def _no_way_to_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that open nothing, and no profile or endpoint of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def world(_no_way_to_aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with deployed_beside_the_fake_table(monkeypatch) as deployment:
        yield deployment


@pytest.fixture
def moto_world(_no_way_to_aws: None) -> Iterator[World]:
    """For what is about the table itself, or compares the fake one."""
    with deployed_in_moto() as deployment:
        yield deployment


@pytest.fixture
def both(_no_way_to_aws: None) -> Iterator[BothTables]:
    """The fake table beside that of moto, and nothing else of AWS."""
    with mock_aws():
        create_table()
        yield BothTables()


@pytest.fixture(autouse=True)
def _wired_again() -> None:
    """Every test starts a new process, as far as the functions can tell."""
    for module in FUNCTIONS:
        wiring = getattr(module, "wiring", None) or module.service
        wiring.cache_clear()


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world with the environment that the template gives the functions."""
    for name, value in settings_of_functions(world).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(aws_clients, "event_sources", lambda: world.event_sources)
    with account(granting(1_000_000.0)):
        yield world


class _Stdout:
    """Whatever stands for the standard output at the moment of writing."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


class Said:
    """All that functions have written: log lines, and counts in CloudWatch's embedded format."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        self._capsys = capsys
        self._caplog = caplog
        self._text = ""

    @property
    def text(self) -> str:
        """Everything, as it would stand in CloudWatch, with what libraries warned of."""
        captured = self._capsys.readouterr()
        self._text += captured.out + captured.err
        return self._text + self._caplog.text

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return every line of JSON."""
        return [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]

    def lines(self, code: str) -> list[dict[str, Any]]:
        """Return the log lines of one code."""
        return [each for each in self.records if each.get("message") == code]

    @property
    def counts(self) -> dict[str, int]:
        """Return what was counted, summed up by name."""
        total: Counter[str] = Counter()
        for each in self.records:
            for metrics in each.get("_aws", {}).get("CloudWatchMetrics", []):
                assert metrics["Namespace"] == "AnnualReview"
                for metric in metrics["Metrics"]:
                    total[metric["Name"]] += int(sum(each[metric["Name"]]))
        return dict(total)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Said:
    for module in FUNCTIONS:
        for log in logging.getLogger(module.__name__.split(".")[1]).handlers:
            if isinstance(log, logging.StreamHandler):
                log.setStream(_Stdout())
    return Said(capsys, caplog)


@pytest.fixture
def plain_letters(monkeypatch: pytest.MonkeyPatch) -> PlainRenderer:
    """Letters that are quick to print, in place of real ones."""
    renderer = PlainRenderer()
    monkeypatch.setattr(editions, "EditionRenderer", lambda *_: renderer)
    return renderer


@pytest.fixture
def operators(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operators:
    """Those who call the commands on the deployed system."""
    # SQS answers an empty receive at once in a test.
    monkeypatch.setattr(dead_letter_queue, "WAIT_SECONDS", 0)
    return Operators(world, tmp_path, monkeypatch)
