"""How much a function does until it is ready, beside what boto3 and its clients do alone.

Seconds of a start say more about what else a machine does than about the start. Calls of functions,
Python's and C's, are the same in every run, so that a test can hold their ratio. For the page,
where ratios of time are wanted too, both take turns and the quickest of each counts.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from infrastructure.layers.contents import CLIENTS, clients_called, functions_of, layers_of
from infrastructure.layers.imports import reached
from infrastructure.local.invocations import logical_id, variables_of_samples
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
_RUN: Final = "import os, sys; exec(sys.argv[1]); os._exit(0)"
"""Ends at once: what Python tidies up at its end is no part of a start."""

_ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True, slots=True)
class Started:
    """A process that starts: what it runs, from which folders, in which environment."""

    python: Path
    folders: tuple[Path, ...]
    code: str
    variables: tuple[tuple[str, str], ...] = ()

    def command(self, program: str) -> Sequence[str]:
        """Return the command that has a program run the code."""
        return [str(self.python), "-S", "-c", program, self.code]

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment that it runs in."""
        path = ":".join(map(str, self.folders))
        return {**_ENVIRONMENT, **dict(self.variables), "PYTHONPATH": path}


@dataclass(frozen=True, slots=True)
class Start:
    """The start of a function until its clients are ready, and that of the SDK with the same."""

    function: str
    own: Started
    sdk: Started

    @property
    def calls(self) -> int:
        """How many functions are called."""
        return _calls(self.own)

    @property
    def calls_of_sdk(self) -> int:
        """How many the SDK calls alone."""
        return _calls(self.sdk)

    @property
    def ratio(self) -> float:
        """How many times as much is called as by the SDK alone."""
        return self.calls / self.calls_of_sdk

    def seconds(self, turns: int) -> tuple[float, float]:
        """Return the processor's seconds of both, the fewest of so many turns."""
        pairs = [(_seconds(self.own), _seconds(self.sdk)) for _ in range(turns)]
        return min(own for own, _ in pairs), min(sdk for _, sdk in pairs)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the start of a function costs and what the SDK's does; seconds are the processor's."""

    function: str
    calls: int
    calls_of_sdk: int
    seconds: float
    seconds_of_sdk: float
    turns: int


def measured(start: Start, turns: int) -> Measured:
    """Measure a start, as both take turns; the quickest of each counts."""
    seconds, of_sdk = start.seconds(turns)
    return Measured(start.function, start.calls, start.calls_of_sdk, seconds, of_sdk, turns)


def starts(paths: BuildPaths) -> list[Start]:
    """Return every function's: in its layers as they were packed, and with the SDK as it comes."""
    return [_start(paths, function) for function in functions_of(paths.project)]


def _start(paths: BuildPaths, function: str) -> Start:
    """Return the start of a function as on Lambda, where it is wired while it is imported."""
    handler = f"functions.{function}.handler"
    modules = reached([handler], [paths.project / "shared", paths.project]).modules
    clients = clients_called(modules)
    layers = tuple(
        folder
        for layer in reversed(layers_of(paths.project, function))
        for folder in (paths.code(layer), paths.libraries(layer))
    )
    variables = dict(variables_of_samples()[logical_id(function)])
    # Nobody is asked for anything: neither local AWS nor, by a sender, how fast it may send.
    variables = {name: each for name, each in variables.items() if "ENDPOINT_URL" not in name}
    variables |= {"MAIL_MODE": "off"} if "MAIL_MODE" in variables else {}
    variables["AWS_LAMBDA_FUNCTION_NAME"] = function
    # Wiring has made the first clients; those that are made when they are needed are made here.
    rest = "".join(f"; {CLIENTS}.{each}()" for each in clients)
    alone = "".join(f"; boto3.client({each!r})" for each in clients.values())
    return Start(
        function,
        Started(
            paths.python, layers, f"import {handler}, {CLIENTS}{rest}", tuple(variables.items())
        ),
        Started(paths.python, (paths.all_libraries,), f"import boto3{alone}"),
    )


@cache
def _calls(started: Started) -> int:
    ran = subprocess.run(
        started.command(_COUNT), env=started.environment, check=True, capture_output=True
    )
    return int(ran.stdout.split()[-1])


def _seconds(started: Started) -> float:
    process = subprocess.Popen(
        started.command(_RUN), env=started.environment, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return used.ru_utime + used.ru_stime
