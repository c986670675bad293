"""What each stage of a run took: seconds, and the calls that local AWS served meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from annual_review.console import progress
from annual_review.services.progress import Progress
from infrastructure.local.aws import LocalAws
from infrastructure.local.starter import CALLS_PATH

STAGES_JSON: Final = "stages.json"
_ANSWERS_WITHIN_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run.

    Attributes:
        title: What the run calls it.
        seconds: How long it took.
        calls: How many calls were served, by `who service operation`: `root s3 GET`. None are known
            of an emulator that does not count.
    """

    title: str
    seconds: float
    calls: Counter[str]


@dataclass(slots=True)
class Stages:
    """Measures stages one after the other, and shows the progress of each.

    Attributes:
        done: The stages that have ended, in their order.
        of: The year that stages are of, where several are played.
        count: Returns the calls that were served so far; to be set once there is local AWS.
    """

    done: list[Stage] = field(default_factory=list)
    of: str = ""
    count: Callable[[], Counter[str]] = Counter

    @contextlib.contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Progress]:
        """Measure what happens in the block, as a stage that shows its progress."""
        title = f"{title}, {self.of}" if self.of else title
        before, started = self.count(), time.monotonic()
        with progress(title, total) as step:
            yield step
        seconds = time.monotonic() - started
        self.done.append(Stage(title, round(seconds, 1), self.count() - before))

    def write(self, folder: Path) -> None:
        """Write the stages into a folder, as JSON."""
        content = json.dumps([_as_dict(stage) for stage in self.done], indent=1)
        (folder / STAGES_JSON).write_text(content + "\n", encoding="utf-8")


def _as_dict(stage: Stage) -> dict[str, object]:
    return {"title": stage.title, "seconds": stage.seconds, "calls": dict(stage.calls)}


def read_stages(folder: Path) -> Sequence[Stage]:
    """Read the stages that a run wrote into a folder."""
    content = json.loads((folder / STAGES_JSON).read_text(encoding="utf-8"))
    return [Stage(s["title"], s["seconds"], Counter(s["calls"])) for s in content]


def calls_served(aws: LocalAws) -> Counter[str]:
    """Return the calls that an emulator has served; none if it does not count."""
    address = urlsplit(aws.endpoint).netloc
    connection = http.client.HTTPConnection(address, timeout=_ANSWERS_WITHIN_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", CALLS_PATH)
        answer = connection.getresponse()
        return Counter(json.loads(answer.read()) if answer.status == HTTPStatus.OK else {})
