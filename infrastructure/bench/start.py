"""How much a function does until it is ready, beside what boto3 and its clients do alone.

Seconds of a start say more about what else a machine does than about the start. Calls of functions,
Python's and C's, are the same in every run, so that a test can hold their ratio.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from infrastructure.layers.contents import functions_of, layers_of, services_called
from infrastructure.layers.imports import reached
from infrastructure.local.packaging import BuildPaths

_COUNT: Final = """
import sys
calls = 0
def count(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")
sys.setprofile(count)
exec(sys.argv[1])
sys.setprofile(None)
print(calls)
"""
_ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True, slots=True)
class Start:
    """The calls until a function and its clients are ready, and those of the SDK alone."""

    function: str
    calls: int
    calls_of_sdk: int

    @property
    def ratio(self) -> float:
        """How many times as much is called as by the SDK alone."""
        return self.calls / self.calls_of_sdk


def starts(paths: BuildPaths) -> list[Start]:
    """Count for every function: in its layers as they were packed, and with the SDK as it comes."""
    return [_start(paths, function) for function in functions_of(paths.project)]


def _start(paths: BuildPaths, function: str) -> Start:
    handler = f"functions.{function}.handler"
    modules = reached([handler], [paths.project / "shared", paths.project]).modules
    clients = "".join(f"; boto3.client({each!r})" for each in sorted(services_called(modules)))
    layers = tuple(
        folder
        for layer in reversed(layers_of(paths.project, function))
        for folder in (paths.code(layer), paths.libraries(layer))
    )
    return Start(
        function,
        _calls(paths.python, layers, f"import {handler}, boto3{clients}"),
        _calls(paths.python, (paths.all_libraries,), f"import boto3{clients}"),
    )


@cache
def _calls(python: Path, folders: tuple[Path, ...], code: str) -> int:
    command: Sequence[str] = [str(python), "-S", "-c", _COUNT, code]
    path = ":".join(map(str, folders))
    environment = _ENVIRONMENT | {"PYTHONPATH": path}
    return int(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
