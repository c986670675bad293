"""Play as many schedules as one has time for: `make simulate ARGS="--schedules 20000 --seed 7"`."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from tests.simulation.playing import play_seed

_PORTION: Final = 25
_SEEDS_APART: Final = 1_000_000_007
"""So that the schedules of two neighbouring seeds are not the same, shifted by one."""


def main(
    schedules: Annotated[int, typer.Option(min=1, help="How many schedules are played.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Which ones: the same seed, the same.")] = 0,
    processes: Annotated[int, typer.Option(min=1, help="How many are played at once.")] = 2,
) -> None:
    """Simulate year ends in which everything happens at once, and everything fails.

    Each schedule is drawn from a seed, and one that breaks a promise is told with its seed and the
    shortest way found to break it.

    Exit status: 0, or 1 when a schedule broke a promise.
    """
    console, begun = Console(), time.monotonic()
    first = seed * _SEEDS_APART
    seeds = range(first, first + schedules)
    portions = [seeds[begin : begin + _PORTION] for begin in range(0, schedules, _PORTION)]
    failures: list[str] = []
    with ProcessPoolExecutor(processes) as pool, Progress(console=console) as progress:
        task = progress.add_task("Schedules", total=schedules)
        for done in as_completed([pool.submit(_play, portion) for portion in portions]):
            played, broken = done.result()
            failures += broken
            progress.advance(task, played)
    for failure in failures:
        console.print(failure, markup=False, highlight=False)
    rate = schedules / (time.monotonic() - begun)
    console.print(f"{schedules} schedules, {len(failures)} failed; {rate:.0f} a second.")
    raise typer.Exit(1 if failures else 0)


def _play(seeds: range) -> tuple[int, list[str]]:
    failures = []
    for seed in seeds:
        try:
            play_seed(seed)
        except AssertionError as error:
            failures.append(str(error))
    return len(seeds), failures


if __name__ == "__main__":
    typer.run(main)
