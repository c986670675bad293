"""Where the editions lie: beside the package, in the repository as in the layer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SHIPPED_EDITIONS: Final = Path(__file__).resolve().parents[3] / "editions"
"""The folder with one folder for each edition."""
