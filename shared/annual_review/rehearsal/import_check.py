"""Checking a file of past events: its lines one by one, then recorded in memory, as they would be.

The second reading finds what no line shows by itself: that two contradict each other, that an
authority is in no register, that a line is nothing new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from annual_review.adapters.files.csv_tables import Notice
from annual_review.adapters.files.import_files import EventRecord, ImportFile, ImportLine
from annual_review.adapters.memory.trial_cases import TrialCaseStore
from annual_review.rehearsal.recording import Recorded, record_messages
from annual_review.services.errors import UnavailableError
from annual_review.services.progress import Progress, no_progress
from annual_review.services.recording.messages import Message, MessageId
from annual_review.services.recording.record_decisions import AuthorityLookup, CaseStore


@dataclass(slots=True)
class ImportCheck:
    """What the check of a file found.

    `refused` says by its number of each line that is sound by itself why it would be rejected all
    the same; `unsound` are the lines that are not.
    """

    source: ImportFile
    cases: TrialCaseStore
    recorded: Recorded
    refused: dict[int, str] = field(default_factory=dict)
    unsound: list[ImportLine] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines hold something."""
        return self.recorded.events + len(self.unsound)

    @property
    def rejected(self) -> int:
        """How many of them can't be recorded."""
        return len(self.refused) + len(self.unsound)

    @property
    def sound(self) -> int:
        """How many can."""
        return self.lines - self.rejected

    @property
    def problems(self) -> Sequence[ImportLine]:
        """Every line that can't be recorded, in their order. The file is read once more for it."""
        if not self.refused:
            return self.unsound
        return [line for line in self.source.lines(refused=self.refused) if line.problem]

    @property
    def events(self) -> Iterator[EventRecord]:
        """The events that can be recorded, in their order, read from the file again."""
        lines = self.source.lines(refused=self.refused)
        return (line.event for line in lines if line.event is not None)


def check_import(
    source: ImportFile,
    authorities: AuthorityLookup,
    stored: CaseStore,
    notice: Notice | None = None,
    progress: Progress = no_progress,
) -> ImportCheck:
    """Check a file of past events against a register and the cases that are stored.

    Raises:
        InputFileError: A CSV file can't be read, or has not the columns of its mapping.
        OSError: It can't be read.
        UnavailableError: The cases that are stored could not be read.
    """
    cases = TrialCaseStore(stored)
    check = ImportCheck(source, cases, Recorded(cases))
    for report in record_messages(_sound(check, notice), authorities, check.recorded):
        if report.handed_back:
            raise UnavailableError(f"stored cases can't be read: {', '.join(report.errors)}")
        check.refused |= {int(id_): reason for id_, reason in report.reasons.items()}
        progress(check.lines, check.lines)
    return check


def _sound(check: ImportCheck, notice: Notice | None) -> Iterator[Message]:
    """Go through the lines that are sound by themselves, and note the others."""
    for line in check.source.lines(notice):
        if line.event is None:
            check.unsound.append(line)
        else:
            body = json.dumps(line.event, ensure_ascii=False)
            yield Message(MessageId(str(line.number)), body)
