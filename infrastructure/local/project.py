"""Where things lie in this repository, for what runs on this machine."""

from pathlib import Path

from infrastructure.local.emulator import EmulatorPaths
from infrastructure.local.packaging import BuildPaths

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"


def emulator_paths(work: Path) -> EmulatorPaths:
    """Return the emulator that the project installs, working in a folder."""
    return EmulatorPaths(environment=ROOT / ".venvs" / "ministack", work=work)


def build_paths(own: Path) -> BuildPaths:
    """Return how the project's layers and functions are packed, into a folder of the caller's."""
    return BuildPaths(
        project=ROOT,
        uv=ROOT / "infrastructure" / "setup" / "uv.sh",
        python=emulator_paths(own).python,
        build=ROOT / "build",
        own=own,
    )
