"""The ports behind which the year end keeps its records, over memory and over the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.letters import InMemoryCloseStore, InMemoryLetterStore
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.adapters.memory.phases import InMemoryPhaseStore
from annual_review.adapters.memory.publication import InMemoryChallengeStore, InMemoryHistoryStore
from annual_review.adapters.memory.sending import InMemorySendingStore
from annual_review.adapters.memory.volumes import InMemoryVolumeStore
from annual_review.domain.authorities import Register
from annual_review.domain.letters import LetterState
from annual_review.services.directory import Directory, DirectoryLookup
from annual_review.services.dispatch.sending_stops import SendingStore
from annual_review.services.figures.repair_year import RepairStore
from annual_review.services.letters.close_store import CloseStore
from annual_review.services.letters.directory_store import DirectoryStore
from annual_review.services.letters.letter import Letter, LetterStore, Move
from annual_review.services.letters.own_performance import ParagraphStore
from annual_review.services.publication.publication_store import ChallengeStore, HistoryStore
from annual_review.services.recording.record_decisions import CaseStore
from annual_review.services.year_end.closing.year_volume import VolumeStore
from annual_review.services.year_end.year_phases import PhaseStore
from tests.builders import NOON


class Cases(CaseStore, RepairStore, Protocol):
    """Cases and tallies, as they are recorded and as they are repaired."""


class Directories(DirectoryStore, Directory, DirectoryLookup, Protocol):
    """The register and its recipients, as they are changed, read whole and looked up."""


@dataclass(frozen=True)
class Stores:
    """Every store that is written to under conditions."""

    letters: LetterStore
    closes: CloseStore
    paragraphs: ParagraphStore
    phases: PhaseStore
    volumes: VolumeStore
    sending: SendingStore
    cases: Cases
    directory: Directories
    history: HistoryStore
    challenges: ChallengeStore


def in_memory() -> Stores:
    letters = InMemoryLetterStore()
    return Stores(
        letters,
        InMemoryCloseStore(letters),
        InMemoryParagraphStore(letters),
        InMemoryPhaseStore(),
        InMemoryVolumeStore(),
        InMemorySendingStore(),
        InMemoryCaseStore(),
        InMemoryDirectory(Register(()), {}, letters),
        InMemoryHistoryStore(),
        InMemoryChallengeStore(),
    )


def in_the_table(table: Table) -> Stores:
    return Stores(
        DynamoDBLetterStore(table),
        DynamoDBCloseStore(table),
        DynamoDBParagraphStore(table),
        DynamoDBPhaseStore(table),
        DynamoDBVolumeStore(table),
        DynamoDBSendingStore(table),
        DynamoDBRepairStore(table),
        DynamoDBDirectory(table),
        DynamoDBHistoryStore(table),
        DynamoDBChallengeStore(table),
    )


def moved_away_and_back(letters: LetterStore, letter: Letter) -> Letter:
    """Let somebody else take a letter to another state, and back to the one it was in."""
    there = letters.move(letter, Move(LetterState.HELD, NOON, "away"))
    return letters.move(there, Move(letter.state, NOON, "and back"))
