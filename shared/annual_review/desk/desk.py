"""What a desk stands on: a deployed system or the folder of a rehearsal, and who sits at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from annual_review.desk.acts import Acts
from annual_review.desk.figures.kept import Kept
from annual_review.desk.reading.drafts import Drafts
from annual_review.desk.reading.shelf import Shelf
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.authorities import named as named_in_words
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import RefusalError
from annual_review.services.wording import LONDON

if TYPE_CHECKING:
    from annual_review.rehearsal.preview_inputs import Inputs
    from annual_review.wiring.system import System

_SECONDS_THE_REGISTER_IS_KEPT: Final = 60.0


class RehearsalError(RefusalError):
    """The folder of a rehearsal has no such thing, or can't be changed."""


@dataclass(slots=True)
class Desk:
    """A desk on a deployed system, or on the folder of a rehearsal: one of the two is there.

    `by` is the person whose name every act bears.
    """

    by: str
    year: ReportingYear
    deployed: System | None = None
    rehearsal: Path | None = None
    acts: Acts = field(default_factory=Acts)
    kept: Kept = field(default_factory=Kept)
    drafts: Drafts = field(default_factory=Drafts)
    shelf: Shelf = field(default_factory=Shelf)
    clock: Callable[[], datetime] = lambda: datetime.now(LONDON)
    _register: Register | None = None
    _read_at: float = 0.0
    _inputs: Inputs | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def system(self) -> System:
        """The deployed system.

        Raises:
            RehearsalError: The desk shows a rehearsal.
        """
        if self.deployed is None:
            raise RehearsalError(
                f"This desk shows the rehearsal in {self.rehearsal}, which has no such page.\n"
                "Start a desk on a stack to see it."
            )
        return self.deployed

    @property
    def inputs(self) -> Inputs:
        """What was rehearsed with.

        Raises:
            InputFileError: A file of the rehearsal can't be read.
            RehearsalError: The desk is on a deployed system.
        """
        if self.rehearsal is None:
            raise RehearsalError("This desk is on a deployed system and not on a rehearsal.")
        with self._lock:
            if self._inputs is None:
                from annual_review.rehearsal.preview_inputs import read_inputs

                self._inputs = read_inputs(self.rehearsal)
            return self._inputs

    @property
    def register(self) -> Register:
        """The register, for the names on the pages; up to a minute old."""
        if self.deployed is None:
            return self.inputs.directory.register()
        with self._lock:
            now = time.monotonic()
            if self._register is None or now - self._read_at > _SECONDS_THE_REGISTER_IS_KEPT:
                self._register, self._read_at = self.deployed.directory.register(), now
            return self._register

    def name(self, code: AuthorityCode) -> str:
        """Return the name of an authority as lists show it, or its code where nobody knows it."""
        authority = self.register.find(code)
        return authority.name if authority else code

    def spoken(self, code: AuthorityCode) -> str:
        """Return an authority as sentences name it: "Rochford District Council (E07000075)"."""
        authority = self.register.find(code)
        return named_in_words(code, {code: authority.name} if authority else {})

    def act(self, reason: str = "") -> Act:
        """Return who acts now, and why."""
        return Act(self.by, self.clock(), reason.strip())
