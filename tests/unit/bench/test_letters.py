"""The ways to render letters, driven with stand-ins: a program that answers, and one that can't."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from annual_review.services.letters.rendering import LetterFacts
from infrastructure.bench import letters, serving
from infrastructure.bench.letters import (
    BARE,
    PRINTED,
    RENDERED,
    WEASYPRINT,
    WayMissingError,
    measure_letters,
    started,
)
from tests.builders import a_tally
from tests.unit.rendering.letters import facts_of

SERVES_TWO = "from infrastructure.bench.serving import serve; serve('ab', str.upper)"


def test_a_way_answers_for_every_letter_of_a_turn() -> None:
    with started("any", [sys.executable, "-c", SERVES_TWO]) as way:
        way.take_turn(0, 2)
        way.take_turn(1, 2)

    assert list(map(len, way.speed.turns)) == [2, 1]
    assert way.speed.latency > 0


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["/nowhere/python"], "any is left out: /nowhere/python is not there"),
        ([sys.executable, "-c", "raise OSError('no libpango')"], "left out: OSError: no libpango"),
    ],
)
def test_a_way_that_the_machine_lacks_something_for_says_what(
    command: Sequence[str], why: str
) -> None:
    with pytest.raises(WayMissingError, match=why), started("any", command):
        pass


def test_serving_renders_one_letter_and_then_those_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rendered: list[str] = []
    monkeypatch.setattr(sys, "stdin", io.StringIO("0 2\n2 3\n"))

    serving.serve("abc", rendered.append)

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(answer) for answer in answers] == [0, 2, 1]
    assert "".join(rendered) == "aabc"


def test_all_ways_of_ours_render_the_same_letters_and_one_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def two_letters(_edition: object) -> Sequence[LetterFacts]:
        return [facts_of(), facts_of(a_tally(upheld=7), name="Łódź"), facts_of(name="left out")]

    monkeypatch.setattr(letters, "sample_letters", two_letters)
    monkeypatch.setattr(letters, "A_TURN", 1)
    monkeypatch.setattr(letters, "WEASYPRINT_ENVIRONMENT", tmp_path)

    measured = measure_letters(every=2)

    assert measured.letters == 2
    assert list(measured.speeds) == [BARE, PRINTED, RENDERED]
    assert all(list(map(len, speed.turns)) == [1, 1] for speed in measured.speeds.values())
    assert f"{WEASYPRINT} is left out" in capsys.readouterr().err
