"""`make bench`: measure recording, letters, a year end and starts; write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annual_review.console import out, progress
from infrastructure.bench.letters import measure_letters
from infrastructure.bench.letters_report import HEADING as LETTERS_HEADING
from infrastructure.bench.letters_report import letters_report
from infrastructure.bench.machine import (
    describe,
    is_busy,
    load,
    recording_versions,
    rendering_versions,
    start_versions,
)
from infrastructure.bench.measure import Measured, measure
from infrastructure.bench.report import report
from infrastructure.bench.start import measured as measured_start
from infrastructure.bench.start import starts
from infrastructure.bench.start_report import HEADING as START_HEADING
from infrastructure.bench.start_report import start_report
from infrastructure.bench.ways import WAYS
from infrastructure.bench.workload import stream
from infrastructure.bench.year_end_report import HEADING as YEAR_END_HEADING
from infrastructure.bench.year_end_report import year_end_report
from infrastructure.local.aws import Client
from infrastructure.local.emulator import emulator
from infrastructure.local.packaging import package
from infrastructure.local.project import ROOT, build_paths, emulator_paths
from infrastructure.local.run import YEAR
from infrastructure.local.run import main as play
from infrastructure.local.stages import read_stages

PAGE: Final = ROOT / "docs" / "benchmarks.md"
SHARES: Final = (0, 10, 50)
BATCHES: Final = (1, 10, 100)
PARTS: Final = ("recording", "letters", "year-end", "start")
KEPT: Final = "## Measured once\n"
"""With what the end of the page begins: kept as it is, since nothing measures it again."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the page; a part that is not asked for stays as it is."""
    options = _options(arguments)
    parts = _parts(options.out)
    measures = {
        "recording": _recording,
        "letters": _letters,
        "year-end": _year_end,
        "start": _start,
    }
    for part in [options.part] if options.part else PARTS:
        parts[part] = measures[part](options)
    page = "\n".join(part.strip("\n") + "\n" for part in parts.values() if part)
    options.out.write_text(page, encoding="utf-8")
    out.print(f"Written: {options.out}", markup=False)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--part", choices=PARTS, help="measure this alone, and leave the rest of the page as it is"
    )
    parser.add_argument("--quick", action="store_true", help="fewer events and letters")
    parser.add_argument("--out", type=Path, default=PAGE, help=f"page to write (default: {PAGE})")
    options = parser.parse_args(arguments)
    options.events = 200 if options.quick else 1000
    options.every = 10 if options.quick else 1
    options.turns = 5 if options.quick else 15
    given = [f"--part {options.part}"] * bool(options.part) + ["--quick"] * options.quick
    options.command = "make bench" + (f' ARGS="{" ".join(given)}"' if given else "")
    return options


def _parts(page: Path) -> dict[str, str]:
    """Return the parts of the page as it stands; one that was never measured is empty."""
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    before, kept_heading, kept = written.partition(KEPT)
    before, start_heading, start = before.partition(START_HEADING)
    before, year_end_heading, year_end = before.partition(YEAR_END_HEADING)
    recording, letters_heading, letters = before.partition(LETTERS_HEADING)
    return {
        "recording": recording,
        "letters": letters_heading + letters,
        "year-end": year_end_heading + year_end,
        "start": start_heading + start,
        "kept": kept_heading + kept,
    }


def _recording(options: argparse.Namespace) -> str:
    machine = describe(datetime.now(UTC), recording_versions())
    with (
        tempfile.TemporaryDirectory(prefix="annual-review-") as work,
        emulator(emulator_paths(Path(work) / "emulator")) as aws,
    ):
        ways = _side_by_side(aws.client("dynamodb"), options.events)
    return report(options.command, [*machine, _load_after()], ways)


def _letters(options: argparse.Namespace) -> str:
    machine = describe(datetime.now(UTC), rendering_versions())
    measured = measure_letters(options.every)
    return letters_report(options.command, [*machine, _load_after()], measured)


def _year_end(options: argparse.Namespace) -> str:
    machine = describe(datetime.now(UTC), [*recording_versions(), *rendering_versions()])
    was_busy = is_busy()
    with tempfile.TemporaryDirectory(prefix="annual-review-") as work:
        play(["--out", work])
        folder = Path(work) / str(YEAR)
        stages = read_stages(folder)
        letters = len(list((folder / "letters").glob("*.pdf")))
    machine = [*machine, _load_after()]
    return year_end_report(options.command, machine, stages, letters, was_busy=was_busy)


def _start(options: argparse.Namespace) -> str:
    machine = describe(datetime.now(UTC), start_versions())
    was_busy = is_busy()
    with tempfile.TemporaryDirectory(prefix="annual-review-") as work:
        paths = build_paths(Path(work))
        layers = package(paths).layers
        all_starts = starts(paths)
        measured = []
        with progress("Starts", len(all_starts)) as step:
            for each in all_starts:
                measured.append(measured_start(each, options.turns))
                step(len(measured), len(all_starts))
        megabytes = {name: paths.unpacked(name) / 10**6 for name in layers}
    machine = [*machine, _load_after()]
    return start_report(options.command, machine, measured, megabytes, was_busy=was_busy)


def _load_after() -> tuple[str, str]:
    return "Load after the run", load()


def _side_by_side(dynamodb: Client, events: int) -> list[Measured]:
    measured = []
    streams = [stream(events, percent) for percent in SHARES]
    total = len(streams) * len(BATCHES) * len(WAYS)
    with progress("Three ways", total) as step:
        for mixed in streams:
            for batch in BATCHES:
                for way in WAYS:
                    measured.append(measure(dynamodb, way, mixed, batch))
                    step(len(measured), total)
    return measured


if __name__ == "__main__":
    main()
