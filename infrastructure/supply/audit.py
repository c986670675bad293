"""`make audit`: asks for known weaknesses of the libraries that are shipped.

pip-audit asks the package index for its advisories; it has no way to read them from a file. Without
a network, or behind a mirror that keeps no advisories, nobody can be asked: then this says so, with
the day of the last answer, and lets the gate go on. What is found stops it, unless a waiver says
why not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

_PROJECT: Final = Path(__file__).resolve().parents[2]
_LOCK_FILE: Final = _PROJECT / "shared" / "requirements.txt"
_PIP_AUDIT: Final = _PROJECT / ".venvs" / "audit" / "bin" / "pip-audit"
_LAST: Final = _PROJECT / "build" / "audited.json"
_SECONDS: Final = 120

_NEVER_ANSWERED: Final = "no full answer came yet on this machine"

WAIVED: Final[Mapping[str, str]] = {}
"""Advisories that don't concern us, by their id, each with its reason."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was answered: how many libraries are known, and what is wrong with which."""

    asked: int
    known: int
    weaknesses: tuple[str, ...]


def read_answer(answer: str) -> Audit:
    """Read what pip-audit answers; nothing that can be read means that nobody was reached."""
    try:
        libraries: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(0, 0, ())
    known = [each for each in libraries if "skip_reason" not in each]
    found = tuple(
        f"{each['name']} {each['version']}: {weakness['id']}"
        f" (put right in {', '.join(weakness['fix_versions']) or 'no version yet'})"
        for each in known
        for weakness in each["vulns"]
        if not {weakness["id"], *weakness.get("aliases", ())} & WAIVED.keys()
    )
    return Audit(len(libraries), len(known), found)


def verdict(audit: Audit, last: date | None, today: date) -> tuple[int, str]:
    """Return the exit code of an audit, and what to say of it."""
    if audit.weaknesses:
        return 1, "\n".join(["Known weaknesses:", *(f"  {each}" for each in audit.weaknesses)])
    if audit.asked and audit.known == audit.asked:
        return 0, f"No known weakness in {audit.known} libraries."
    age = f"the last full answer is {(today - last).days} days old" if last else _NEVER_ANSWERED
    told = f"{audit.known} of {audit.asked} libraries" if audit.asked else "no library"
    return 0, f"AUDIT SKIPPED: {told} could be asked about; {age}."


def main() -> int:
    """Ask, tell, and remember the day of a full answer."""
    audit, today = read_answer(_ask()), datetime.now(UTC).date()
    last = date.fromisoformat(json.loads(_LAST.read_text())["on"]) if _LAST.exists() else None
    code, told = verdict(audit, last, today)
    sys.stdout.write(f"{told}\n")
    if audit.asked and audit.known == audit.asked:
        _LAST.parent.mkdir(exist_ok=True)
        _LAST.write_text(json.dumps({"on": today.isoformat()}))
    return code


def _ask() -> str:
    options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "5")
    command = [str(_PIP_AUDIT), "--requirement", str(_LOCK_FILE), *options, "--format", "json"]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout


if __name__ == "__main__":
    raise SystemExit(main())
