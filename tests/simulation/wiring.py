"""The services of one process, over the real adapters of the table and stand-ins for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.dispatch.approve_letters import ApproveLetters
from annual_review.services.dispatch.hold_letters import HoldLetters
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.resend_letter import ResendLetter
from annual_review.services.dispatch.send_letter import SendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.dispatch.settle_letter import SettleLetter
from annual_review.services.dispatch.track_delivery import SesNotification, TrackDelivery
from annual_review.services.figures.repair_year import RepairYear
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.letters.prepare_again import PrepareAgain
from annual_review.services.letters.prepare_letter import PrepareLetter
from annual_review.services.patience import Patience
from annual_review.services.recording.messages import Message
from annual_review.services.recording.record_decisions import RecordDecisions
from annual_review.services.recording.reset_case import ResetCase
from annual_review.services.review.load_notes import LoadNotes
from annual_review.services.review.review_paragraphs import ReviewParagraphs
from annual_review.services.year_end.close_year import CloseYear
from annual_review.services.year_end.overdue_days import DueDays
from annual_review.services.year_end.propose_reissue import ProposeReissue
from annual_review.services.year_end.reissue_letter import ReissueLetter
from annual_review.services.year_end.watch_letters import WatchLetters
from annual_review.services.year_end.year_phases import YearPhases
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR
from tests.fakes.rendering import PlainEditions, PlainRenderer
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.simulation.faults import Faults
from tests.simulation.mail import Mailer, MailService
from tests.simulation.processes import Process
from tests.simulation.queues import Arrivals, Confirmed, Documents, LetterRequests, Queue

ISSUE_DATE: Final = date(2020, 7, 22)


def issue_date(_year: ReportingYear) -> date:
    """Return when the letters of a year go out."""
    return ISSUE_DATE


def due_days(_year: ReportingYear) -> DueDays:
    """Return when what is due in a year."""
    return DueDays(date(2020, 4, 15), ISSUE_DATE, ISSUE_DATE + timedelta(days=7))


@dataclass
class Aws:
    """Everything that outlives a process."""

    faults: Faults
    table: FakeTable
    mail: MailService
    documents: InMemoryDocuments = field(default_factory=InMemoryDocuments)
    decisions: Queue[Any] = field(default_factory=Queue)
    to_prepare: Queue[LetterId] = field(default_factory=Queue)
    to_send: Queue[LetterId] = field(default_factory=Queue)
    reports: Queue[SesNotification] = field(default_factory=Queue)
    renderer: PlainRenderer = field(default_factory=PlainRenderer)
    approval_required: bool = True
    set_aside: set[str] = field(default_factory=set)
    """Events of which a person is asked whether they are right: all that was ever among them."""

    def dead_letters(self) -> dict[str, int]:
        """Return how many messages lie in each dead-letter queue, as status asks for them."""
        return {name: len(queue.dead) for name, queue in self._queues().items()}

    def replay(self) -> None:
        """Put all dead letters back; those that were set aside are confirmed."""
        self.decisions.dead = [
            Confirmed(body) if body in self.set_aside else body for body in self.decisions.dead
        ]
        for queue in self._queues().values():
            queue.replay()

    def _queues(self) -> dict[str, Queue[Any]]:
        return {
            "decisions": self.decisions,
            "prepare": self.to_prepare,
            "send": self.to_send,
            "delivery": self.reports,
        }

    def address_of(self, code: AuthorityCode) -> str:
        """Return the address of an authority that lies in the table."""
        address: str = self.table.items["RECIPIENTS", f"AUTHORITY#{code}"]["email"]["S"]
        return address

    def received_by(self, code: AuthorityCode) -> list[AuthorityCode]:
        """Return the authorities whose letters go to the recipient of one of them."""
        return [code, COUNTY] if code == ROCHFORD else [code]

    def faulty_tallies(self) -> list[TallyKey]:
        """Return the tallies that a repair is asked for."""
        return [TallyKey(code, YEAR) for code in (ROCHFORD, OTHER_DISTRICT)]


@dataclass(frozen=True)
class _Rejected:
    """Implements `DeadLetters`."""

    aws: Aws

    def put(self, message: Message, reason: str) -> None:
        assert reason.startswith("authority_changed"), f"nothing else is amiss: {reason}"
        assert not message.confirmed, f"it was confirmed: {message.body}"
        self.aws.set_aside.add(message.body)
        self.aws.decisions.dead.append(message.body)


@dataclass(frozen=True)
class Services:
    """What one process can do."""

    aws: Aws
    process: Process

    @property
    def table(self) -> Table:
        client: Any = FakeClient(
            self.aws.table,
            self.aws.faults.over_table(self.process),
            self.process.pause,
        )
        return Table(client, self.aws.table.name, lambda _attempt: self.process.pause())

    @property
    def patience(self) -> Patience:
        """Enough for some attempts; every wait lets others go on."""
        left = [40.0]

        def wait(_seconds: float) -> None:
            left[0] -= 1
            self.process.pause()

        return Patience(lambda: left[0], wait, lambda: 0.5)

    @property
    def letters(self) -> DynamoDBLetterStore:
        return DynamoDBLetterStore(self.table)

    @property
    def closes(self) -> DynamoDBCloseStore:
        return DynamoDBCloseStore(self.table)

    @property
    def paragraphs(self) -> DynamoDBParagraphStore:
        return DynamoDBParagraphStore(self.table)

    @property
    def directory(self) -> DynamoDBDirectory:
        return DynamoDBDirectory(self.table)

    @property
    def documents(self) -> Documents:
        return Documents(self.aws.documents, self.process, self.aws.faults)

    @property
    def prepare(self) -> LetterRequests:
        return LetterRequests(self.aws.to_prepare, self.process, self.aws.faults)

    @property
    def send(self) -> LetterRequests:
        return LetterRequests(self.aws.to_send, self.process, self.aws.faults)

    @property
    def arrivals(self) -> Arrivals:
        return Arrivals(self.aws.decisions, self.process, self.aws.faults)

    @property
    def editions(self) -> PlainEditions:
        return PlainEditions(self.aws.renderer, issue_date)

    @property
    def phases(self) -> YearPhases:
        return YearPhases(DynamoDBPhaseStore(self.table), self.closes, self.letters, self.documents)

    def record_decisions(self) -> RecordDecisions:
        return RecordDecisions(
            DynamoDBCaseStore(self.table),
            _Register(self.directory),
            _Rejected(self.aws),
            parse_event,
        )

    def close_year(self) -> CloseYear:
        return CloseYear(
            cases=DynamoDBCaseStore(self.table),
            directory=self.directory,
            arrivals=self.arrivals,
            documents=self.documents,
            closes=self.closes,
            letters=self.letters,
            prepare=self.prepare,
            issue_date=issue_date,
            phases=self.phases,
            volumes=DynamoDBVolumeStore(self.table),
        )

    def prepare_letter(self) -> PrepareLetter:
        return PrepareLetter(
            letters=self.letters,
            closes=self.closes,
            documents=self.documents,
            directory=self.directory,
            paragraphs=self.paragraphs,
            editions=self.editions,
            approval_required=self.aws.approval_required,
        )

    def prepare_again(self) -> PrepareAgain:
        return PrepareAgain(self.letters, self.prepare)

    def approve_letters(self) -> ApproveLetters:
        return ApproveLetters(self.letters, self.closes, self.paragraphs)

    def hold_letters(self) -> HoldLetters:
        return HoldLetters(self.letters, self.closes, self.prepare)

    def review_paragraphs(self) -> ReviewParagraphs:
        return ReviewParagraphs(self.paragraphs, self.letters, self.prepare)

    def load_notes(self) -> LoadNotes:
        return LoadNotes(self.paragraphs, self.letters, self.prepare)

    def load_register(self) -> LoadRegister:
        return LoadRegister(self.directory, self.letters, self.paragraphs, self.prepare, issue_date)

    def release_letters(self) -> ReleaseLetters:
        return ReleaseLetters(
            letters=self.letters,
            closes=self.closes,
            directory=self.directory,
            send=self.send,
            stops=self.sending_stops(),
            issue_date=issue_date,
            approval_required=self.aws.approval_required,
        )

    def send_letter(self) -> SendLetter:
        return SendLetter(
            letters=self.letters,
            documents=self.documents,
            mailer=Mailer(self.aws.mail, self.process),
            stops=self.sending_stops(),
            approval_required=self.aws.approval_required,
            mode=MailMode.LIVE,
        )

    def track_delivery(self) -> TrackDelivery:
        return TrackDelivery(self.letters)

    def sending_stops(self) -> SendingStops:
        return SendingStops(DynamoDBSendingStore(self.table))

    def settle_letter(self) -> SettleLetter:
        return SettleLetter(self.letters)

    def resend_letter(self) -> ResendLetter:
        return ResendLetter(
            letters=self.letters,
            closes=self.closes,
            directory=self.directory,
            prepare=self.prepare,
            send=self.send,
            stops=self.sending_stops(),
            issue_date=issue_date,
        )

    def propose_reissue(self) -> ProposeReissue:
        return ProposeReissue(
            cases=DynamoDBCaseStore(self.table),
            directory=self.directory,
            arrivals=self.arrivals,
            documents=self.documents,
            closes=self.closes,
            letters=self.letters,
            issue_date=issue_date,
            lacking=lambda _text, _day: (),
        )

    def reissue_letter(self) -> ReissueLetter:
        return ReissueLetter(self.documents, self.closes, self.letters, self.prepare)

    def reset_case(self) -> ResetCase:
        return ResetCase(DynamoDBCaseStore(self.table), _Register(self.directory))

    def repair_year(self) -> RepairYear:
        return RepairYear(DynamoDBRepairStore(self.table))

    def watch_letters(self) -> WatchLetters:
        planning = PlanLetters(self.documents, self.letters, self.prepare)
        return WatchLetters(self.phases, planning, self.sending_stops(), due_days)


@dataclass(frozen=True)
class _Register:
    """Implements `AuthorityLookup` without the copy that a process keeps for minutes."""

    directory: DynamoDBDirectory

    def find(self, code: Any) -> Any:  # noqa: ANN401 (as the directory has it)
        return self.directory.authority(code)


def messages_about(bodies: Sequence[str]) -> list[Message]:
    """Name the bodies of a batch."""
    return [Message(str(number), body) for number, body in enumerate(bodies)]  # type: ignore[arg-type]
