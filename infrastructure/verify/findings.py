"""What verifying a PDF comes to: nothing found, or the rules it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a PDF breaks.

    `meaning` is what the rule asks for and what was found instead, `where` the first place.
    """

    source: str
    rule: str
    meaning: str
    where: str = ""
    times: int = 1

    def __str__(self) -> str:
        times = "" if self.times == 1 else f" ({self.times} times)"
        where = f" [{self.where}]" if self.where else ""
        return f"{self.source} {self.rule}: {self.meaning}{times}{where}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one file; it passed where that is nothing."""

    file: Path
    findings: tuple[BrokenRule, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule is broken."""
        return not self.findings
