"""The frozen records that letters print: read in the background, and kept by their hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final

from annual_review.adapters.files.input_files import InputFileError
from annual_review.services.at_once import in_threads
from annual_review.services.errors import PortError, RefusalError
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter

ReadRecord = Callable[[Letter], FrozenAuthority]

_READERS: Final = 8
"""How many are fetched at a time; a bucket answers slowly and many at once."""

_SECONDS_FOR_A_FEW: Final = 0.4
"""A few records are there within it: the first view then has all of them."""


@dataclass(slots=True)
class Records:
    """The records that this desk has read. One never changes: its hash names it."""

    _kept: dict[str, FrozenAuthority] = field(default_factory=dict)
    _unreadable: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _thread: Thread | None = None

    def of(self, letters: Iterable[Letter]) -> Mapping[str, FrozenAuthority]:
        """Return what is there of the records of some letters, by hash."""
        hashes = {letter.figures_sha256 for letter in letters}
        return {each: self._kept[each] for each in hashes if each in self._kept}

    def why_not(self, letter: Letter) -> str:
        """Say why the record of a letter can't be read; empty where nothing is known against it."""
        return self._unreadable.get(letter.figures_sha256, "")

    def missing(self, letters: Iterable[Letter]) -> Sequence[Letter]:
        """Return the letters whose record is neither read nor known to be unreadable."""
        return [
            letter
            for letter in letters
            if letter.figures_sha256 not in self._kept
            and letter.figures_sha256 not in self._unreadable
        ]

    def fetch(self, letters: Sequence[Letter], read: ReadRecord, *, again: bool) -> None:
        """Begin to read what is missing, unless that is under way; wait for it, but not for long.

        `again` tries what could not be read before.
        """
        with self._lock:
            if again and not self._is_reading:
                self._unreadable.clear()
            missing = self.missing(letters)
            if missing and not self._is_reading:
                self._thread = Thread(target=self._read, args=(missing, read), daemon=True)
                self._thread.start()
            thread = self._thread
        if thread and missing:
            thread.join(_SECONDS_FOR_A_FEW)

    @property
    def _is_reading(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _read(self, letters: Sequence[Letter], read: ReadRecord) -> None:
        def one(letter: Letter) -> None:
            try:
                self._kept[letter.figures_sha256] = read(letter)
            except (InputFileError, PortError, RefusalError, ValueError) as error:
                self._unreadable[letter.figures_sha256] = str(error)
            except Exception as error:  # noqa: BLE001 (a thread has nobody else to tell)
                # The message may hold what stands in letters: the page names the type alone.
                fault = f"The desk failed: {type(error).__name__}."
                self._unreadable[letter.figures_sha256] = fault

        for _ in in_threads(_READERS)(one, letters):
            pass
