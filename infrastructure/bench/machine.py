"""The machine that a measurement ran on: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from infrastructure.bench.letters import WEASYPRINT_ENVIRONMENT
from infrastructure.local.project import emulator_paths

_GIB = 2**30


def describe(now: datetime, versions: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return names and values: when, on what, how busy it was, and with which versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return [
        ("Date", f"{now:%Y-%m-%d %H:%M} UTC"),
        ("Processor", f"{os.cpu_count()} cores of {_processor()}"),
        ("Memory", f"{memory:.0f} GiB"),
        ("Load before the run (1, 5, 15 minutes)", load()),
        ("System", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        *versions,
    ]


def recording_versions() -> Sequence[tuple[str, str]]:
    """Return what decides how fast decisions are recorded."""
    emulator = _version_in(emulator_paths(Path()).environment, "ministack")
    return [
        ("boto3", version("boto3")),
        ("Powertools", version("aws-lambda-powertools")),
        ("Emulator", f"ministack {emulator}"),
    ]


def start_versions() -> Sequence[tuple[str, str]]:
    """Return what decides how fast functions start."""
    libraries = {"boto3": "boto3", "Powertools": "aws-lambda-powertools", "Pydantic": "pydantic"}
    return [(name, version(library)) for name, library in libraries.items()]


def rendering_versions() -> Sequence[tuple[str, str]]:
    """Return what decides how fast letters are rendered."""
    weasyprint = _version_in(WEASYPRINT_ENVIRONMENT, "weasyprint")
    return [("typst", version("typst")), ("WeasyPrint", weasyprint)]


def load() -> str:
    """Return how many processes wanted to run, on average of 1, 5 and 15 minutes."""
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


def is_busy() -> bool:
    """Tell whether more than half the cores had work in the last minute, on average."""
    return os.getloadavg()[0] > (os.cpu_count() or 1) / 2


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if about.exists():
        for line in about.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version_in(environment: Path, package: str) -> str:
    """Return the version of a package in an environment that is not this one's."""
    found = sorted(environment.glob(f"lib/python*/site-packages/{package}-*.dist-info"))
    return found[0].name.removesuffix(".dist-info").rpartition("-")[2] if found else "unknown"
