"""What the sample year is simulated from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_REPOSITORY: Final = Path(__file__).resolve().parents[3]
REGISTER: Final = _REPOSITORY / "infrastructure" / "register" / "authorities-2020.csv"
SAMPLE_YEARS: Final = _REPOSITORY / "events" / "sample_years"
SEED: Final = 2020
