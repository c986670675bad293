"""Verifying PDFs: what the validator finds, together with what it doesn't look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from infrastructure.verify.findings import Verdict
from infrastructure.verify.structure import structural_findings
from infrastructure.verify.verapdf import VeraPdf


def verify(files: Sequence[Path], engine: VeraPdf | None) -> Iterator[Verdict]:
    """Verify files one after the other; without an engine, by their structure alone.

    Raises:
        EngineFailedError: The validator ended before it had answered for every file.
    """
    validated: Iterable[Verdict] = (Verdict(file, ()) for file in files)
    if engine is not None and files:
        validated = engine.verify(files)
    for verdict in validated:
        structural = structural_findings(verdict.file.read_bytes())
        yield Verdict(verdict.file, (*verdict.findings, *structural))
