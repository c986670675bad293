"""Measuring letters: how fast each way renders the same ones.

The ways take turns every few letters, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import contextlib
import copyreg
import json
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import IO, Final, cast

from annual_review.console import counting, warn
from annual_review.rendering.editions.edition import Edition, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms import pdf
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterFacts
from infrastructure.bench.typst_ways import EDITION, FACTS, OFFICE, TEMPLATES, read_only
from infrastructure.local.project import ROOT
from infrastructure.verify.sample_letters import SAMPLE_YEAR, sample_letters

A_TURN: Final = 20
"""Letters that a way renders before the next way's turn."""

BARE: Final = "bare typst"
PRINTED: Final = "PDF (ours)"
RENDERED: Final = "whole letter (ours)"
WEASYPRINT: Final = "WeasyPrint"
WEASYPRINT_ENVIRONMENT: Final = ROOT / ".venvs" / "bench"

_TYPST_WAYS: Final = {BARE: "bare", PRINTED: "printer", RENDERED: "renderer"}

# Facts hold read-only mappings, which pickle does not know how to write.
copyreg.pickle(MappingProxyType, lambda mapping: (read_only, (dict(mapping),)))


class WayMissingError(Exception):
    """A way can't be taken on this machine; the message says why."""


@dataclass(slots=True)
class LetterSpeed:
    """What a way took: the seconds of each letter of each turn."""

    way: str
    turns: list[list[float]] = field(default_factory=list)

    @property
    def letters_a_second(self) -> float:
        """Letters rendered in a second, over all turns."""
        return len(self._letters) / sum(self._letters)

    @property
    def latency(self) -> float:
        """Seconds that one letter takes, once the way is warm: the median letter."""
        return median(self._letters)

    @property
    def _letters(self) -> list[float]:
        return [seconds for turn in self.turns for seconds in turn]

    def times(self, other: LetterSpeed) -> float:
        """Return how many times as long as another way this one takes: in the median turn."""
        return median(sum(a) / sum(b) for a, b in zip(self.turns, other.turns, strict=True))


@dataclass(frozen=True, slots=True)
class LetterMeasurements:
    """All that was measured: of so many letters, the speed of each way."""

    letters: int
    speeds: Mapping[str, LetterSpeed]


def measure_letters(every: int) -> LetterMeasurements:
    """Render every n-th letter of the sample year in all ways.

    A way that this machine lacks something for is left out, with a warning.
    """
    edition = load_edition(SHIPPED_EDITIONS, SAMPLE_YEAR)
    facts = sample_letters(edition)[::every]
    with tempfile.TemporaryDirectory(prefix="annual-review-") as work, contextlib.ExitStack() as on:
        folder = Path(work)
        _fill(folder, edition, facts)
        ways: dict[str, Way] = {}
        for name, command in commands(folder).items():
            try:
                ways[name] = on.enter_context(started(name, command))
            except WayMissingError as error:
                warn(str(error))
        starts = range(0, len(facts), A_TURN)
        turns = [(way, start) for start in starts for way in ways.values()]
        for way, start in counting("Letters in every way", turns, len(turns)):
            way.take_turn(start, min(start + A_TURN, len(facts)))
        speeds = {name: way.speed for name, way in ways.items()}
    return LetterMeasurements(len(facts), speeds)


def _fill(folder: Path, edition: Edition, letters: Sequence[LetterFacts]) -> None:
    renderer = EditionRenderer(edition, OFFICE)
    (folder / FACTS).write_bytes(pickle.dumps(letters))
    (folder / EDITION).write_text(json.dumps(edition.year), encoding="utf-8")
    for template in TEMPLATES.glob("*.typ"):
        shutil.copyfile(template, folder / template.name)
    for number, facts in enumerate(letters):
        # Exactly what the printer hands to the typesetter.
        words = pdf._as_json(compose(edition, facts))  # noqa: SLF001
        (folder / f"words-{number:04}.json").write_text(words, encoding="utf-8")
        (folder / f"{number:04}.html").write_text(renderer.render(facts).html, encoding="utf-8")


def commands(folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the program of each way."""
    module = "infrastructure.bench.typst_ways"
    ours = {
        name: [sys.executable, "-m", module, way, str(folder)] for name, way in _TYPST_WAYS.items()
    }
    python = WEASYPRINT_ENVIRONMENT / "bin" / "python"
    theirs = [str(python), "-m", "infrastructure.bench.weasyprint_way", str(folder)]
    return {**ours, WEASYPRINT: theirs}


class Way:
    """The running process of a way, which has rendered its first letter."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.speed = LetterSpeed(name)
        self._process = process

    def take_turn(self, first: int, end: int) -> None:
        """Render the letters from the first on to the one before the end."""
        asked = cast("IO[str]", self._process.stdin)
        asked.write(f"{first} {end}\n")
        asked.flush()
        self.speed.turns.append(cast("list[float]", answer_of(self._process)))


@contextlib.contextmanager
def started(name: str, command: Sequence[str]) -> Iterator[Way]:
    """Start a way and wait for its first letter.

    Raises:
        WayMissingError: It ended instead; the message repeats what it said last.
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
            )
        except FileNotFoundError as error:
            raise WayMissingError(f"{name} is left out: {error.filename} is not there") from error
        with process:
            try:
                if answer_of(process) is None:
                    complaints.seek(0)
                    said = complaints.read().decode(errors="replace").strip()
                    last = said.rpartition("\n")[2]
                    raise WayMissingError(f"{name} is left out: {last}")
                yield Way(name, process)
            finally:
                process.kill()


def answer_of(process: subprocess.Popen[str]) -> list[float] | None:
    """Return the next answer; none if the process has ended."""
    line = cast("IO[str]", process.stdout).readline()
    answer: list[float] | None = json.loads(line) if line else None
    return answer
