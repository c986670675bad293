"""Play schedules by their seeds, and tell of one that fails how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.chance import Chance
from tests.simulation.schedule import Schedule
from tests.simulation.shrink import shrunk


@dataclass(frozen=True)
class Failure:
    """A schedule that broke a promise: which one, and what had happened."""

    broken: str
    choices: Sequence[int]
    happened: Sequence[str]


def play(chance: Chance) -> Failure | None:
    """Play one schedule."""
    schedule = Schedule(chance)
    try:
        schedule.play()
    except AssertionError as error:
        happened = [*schedule.happened, *(f"fault: {each}" for each in schedule.faults.met)]
        return Failure(str(error), tuple(chance.choices), happened)
    return None


def play_seed(seed: int) -> None:
    """Play the schedule of a seed.

    Raises:
        AssertionError: It failed; the message holds the shortest schedule found that fails so too.
    """
    failure = play(Chance(seed))
    if failure is None:
        return
    kind = _kind(failure)

    def fails(choices: Sequence[int]) -> bool:
        found = play(Chance(choices=choices))
        return found is not None and _kind(found) == kind

    shorter = play(Chance(choices=shrunk(failure.choices, fails))) or failure
    told = "\n".join(shorter.happened)
    raise AssertionError(f"seed {seed}: {shorter.broken}\n{told}\nchoices: {list(shorter.choices)}")


def _kind(failure: Failure) -> str:
    """Tell one way to fail from another: by its words, without names and numbers."""
    return " ".join(word for word in failure.broken.split()[:8] if word.isalpha())
