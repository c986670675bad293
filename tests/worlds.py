"""A world: the whole year end over the adapters in memory, with faults where a test wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from annual_review.adapters.events import parse_event
from annual_review.adapters.memory.arrivals import InMemoryDeadLetters
from annual_review.adapters.memory.cases import InMemoryCaseStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.adapters.memory.letters import InMemoryCloseStore, InMemoryLetterQueue
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.adapters.memory.phases import InMemoryPhaseStore
from annual_review.adapters.memory.sending import InMemorySendingStore
from annual_review.adapters.memory.volumes import InMemoryVolumeStore
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.cases import CaseState, DecisionOutcome
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.recipients import Recipient
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
from annual_review.services.dispatch.track_delivery import TrackDelivery
from annual_review.services.documents import authority_figures_name, digest
from annual_review.services.figures.explain_comparisons import ExplainComparisons
from annual_review.services.figures.explain_figures import ExplainFigures
from annual_review.services.figures.frozen_authority import FrozenAuthority, read_authority_record
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.figures.repair_year import RepairYear
from annual_review.services.letters.letter_recipients import mailboxes
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.letters.plan_letters import PlanLetters
from annual_review.services.letters.prepare_again import PrepareAgain
from annual_review.services.letters.prepare_letter import Preparation, PrepareLetter
from annual_review.services.recording.record_decisions import RecordDecisions
from annual_review.services.recording.reset_case import ResetCase
from annual_review.services.review.load_notes import LoadNotes
from annual_review.services.review.review_paragraphs import ReviewParagraphs
from annual_review.services.review.take_note_back import TakeNoteBack
from annual_review.services.year_end.close_year import CloseReport, CloseYear
from annual_review.services.year_end.overdue_days import DueDays
from annual_review.services.year_end.propose_reissue import ProposeReissue
from annual_review.services.year_end.reissue_letter import ReissueLetter
from annual_review.services.year_end.watch_letters import WatchLetters
from annual_review.services.year_end.year_phases import YearPhases
from tests.builders import (
    NOON,
    ROCHFORD,
    YEAR,
    a_decision,
    a_letter,
    a_letter_id,
    a_register,
    messages,
    recipients,
)
from tests.fakes.faults import Faults
from tests.fakes.letters import LawfulLetterStore
from tests.fakes.mail import ScriptedMailer
from tests.fakes.patience import endless
from tests.fakes.rendering import PlainEditions, PlainRenderer

AFTER_THE_YEAR: Final = datetime(2020, 4, 8, 9, tzinfo=UTC)
ISSUE_DATE: Final = date(2020, 7, 22)
THE_MESSAGE: Final = b"Subject: Annual Review letter\r\n\r\nDear Chief Executive"
NO_GLYPH: Final = "字"
"""A character that the font of these letters lacks."""


def issue_date(year: ReportingYear) -> date:
    return ISSUE_DATE.replace(year=year.ends)


def due_days(year: ReportingYear) -> DueDays:
    issued = issue_date(year)
    return DueDays(date(year.ends, 4, 15), issued, issued + timedelta(days=7))


@dataclass
class World:
    """Everything there is, and the services over it.

    The adapters themselves never fail; the services get at them through `faults`.
    """

    register: Register = field(default_factory=a_register)
    receiving: Mapping[AuthorityCode, Recipient] | None = None
    directory: InMemoryDirectory = field(init=False)
    cases: InMemoryCaseStore = field(default_factory=InMemoryCaseStore)
    dead_letters: InMemoryDeadLetters = field(default_factory=InMemoryDeadLetters)
    documents: InMemoryDocuments = field(default_factory=InMemoryDocuments)
    letters: LawfulLetterStore = field(default_factory=LawfulLetterStore)
    paragraphs: InMemoryParagraphStore = field(init=False)
    closes: InMemoryCloseStore = field(init=False)
    phases: InMemoryPhaseStore = field(default_factory=InMemoryPhaseStore)
    volumes: InMemoryVolumeStore = field(default_factory=InMemoryVolumeStore)
    sending: InMemorySendingStore = field(default_factory=InMemorySendingStore)
    to_prepare: InMemoryLetterQueue = field(default_factory=InMemoryLetterQueue)
    to_send: InMemoryLetterQueue = field(default_factory=InMemoryLetterQueue)
    renderer: PlainRenderer = field(default_factory=PlainRenderer)
    mailer: ScriptedMailer = field(default_factory=ScriptedMailer)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        """Put together what changes in one write."""
        receiving = recipients(*self.register) if self.receiving is None else self.receiving
        self.directory = InMemoryDirectory(self.register, receiving, self.letters)
        self.paragraphs = InMemoryParagraphStore(self.letters)
        self.closes = InMemoryCloseStore(self.letters)

    def under(self, faults: Faults) -> World:
        """Return the same world, reached through faults."""
        other = copy(self)
        other.faults = faults
        return other

    def record_decisions(self) -> RecordDecisions:
        return RecordDecisions(
            cases=self.faults.over(self.cases),
            authorities=self.faults.over(self.directory),
            dead_letters=self.faults.over(self.dead_letters),
            parse=parse_event,
        )

    def close_year(self) -> CloseYear:
        return CloseYear(
            cases=self.faults.over(self.cases),
            directory=self.faults.over(self.directory),
            arrivals=self.faults.over(self.dead_letters),
            documents=self.faults.over(self.documents),
            closes=self.faults.over(self.closes),
            letters=self.faults.over(self.letters),
            prepare=self.faults.over(self.to_prepare),
            issue_date=issue_date,
            phases=self.year_phases(),
            volumes=self.faults.over(self.volumes),
        )

    def year_phases(self) -> YearPhases:
        return YearPhases(
            phases=self.faults.over(self.phases),
            closes=self.faults.over(self.closes),
            letters=self.faults.over(self.letters),
            documents=self.faults.over(self.documents),
        )

    def watch_letters(self) -> WatchLetters:
        return WatchLetters(
            years=self.year_phases(),
            planning=PlanLetters(
                self.faults.over(self.documents),
                self.faults.over(self.letters),
                self.faults.over(self.to_prepare),
            ),
            stops=self.sending_stops(),
            days=due_days,
        )

    def load_register(self) -> LoadRegister:
        return LoadRegister(
            directory=self.faults.over(self.directory),
            letters=self.faults.over(self.letters),
            paragraphs=self.faults.over(self.paragraphs),
            prepare=self.faults.over(self.to_prepare),
            issue_date=issue_date,
        )

    def review_paragraphs(self) -> ReviewParagraphs:
        return ReviewParagraphs(
            paragraphs=self.faults.over(self.paragraphs),
            letters=self.faults.over(self.letters),
            prepare=self.faults.over(self.to_prepare),
        )

    def load_notes(self) -> LoadNotes:
        return LoadNotes(
            paragraphs=self.faults.over(self.paragraphs),
            letters=self.faults.over(self.letters),
            prepare=self.faults.over(self.to_prepare),
        )

    def take_note_back(self) -> TakeNoteBack:
        return TakeNoteBack(
            paragraphs=self.faults.over(self.paragraphs),
            letters=self.faults.over(self.letters),
            prepare=self.faults.over(self.to_prepare),
        )

    def propose_reissue(self) -> ProposeReissue:
        return ProposeReissue(
            cases=self.faults.over(self.cases),
            directory=self.faults.over(self.directory),
            arrivals=self.faults.over(self.dead_letters),
            documents=self.faults.over(self.documents),
            closes=self.faults.over(self.closes),
            letters=self.faults.over(self.letters),
            issue_date=issue_date,
            lacking=lambda text, _day: [each for each in text if each == NO_GLYPH],
        )

    def reissue_letter(self) -> ReissueLetter:
        return ReissueLetter(
            documents=self.faults.over(self.documents),
            closes=self.faults.over(self.closes),
            letters=self.faults.over(self.letters),
            prepare=self.faults.over(self.to_prepare),
        )

    def reconcile_year(self) -> ReconcileYear:
        return ReconcileYear(cases=self.faults.over(self.cases))

    def repair_year(self) -> RepairYear:
        return RepairYear(store=self.faults.over(self.cases))

    def reset_case(self) -> ResetCase:
        return ResetCase(self.faults.over(self.cases), self.directory)

    def explain_figures(self) -> ExplainFigures:
        return ExplainFigures(self.cases, self.directory, self.documents, self.closes)

    def explain_comparisons(self) -> ExplainComparisons:
        return ExplainComparisons(self.cases, self.directory, self.documents, self.closes)

    def prepare_letter(
        self, *, is_sample: bool = False, approval_required: bool = True
    ) -> PrepareLetter:
        return PrepareLetter(
            letters=self.faults.over(self.letters),
            closes=self.faults.over(self.closes),
            documents=self.faults.over(self.documents),
            directory=self.faults.over(self.directory),
            paragraphs=self.faults.over(self.paragraphs),
            editions=PlainEditions(self.renderer, issue_date),
            approval_required=approval_required,
            is_sample=is_sample,
        )

    def approve_letters(self) -> ApproveLetters:
        return ApproveLetters(
            letters=self.faults.over(self.letters),
            closes=self.faults.over(self.closes),
            paragraphs=self.faults.over(self.paragraphs),
        )

    def hold_letters(self) -> HoldLetters:
        return HoldLetters(
            letters=self.faults.over(self.letters),
            closes=self.faults.over(self.closes),
            prepare=self.faults.over(self.to_prepare),
        )

    def settle_letter(self) -> SettleLetter:
        return SettleLetter(letters=self.faults.over(self.letters))

    def sending_stops(self) -> SendingStops:
        return SendingStops(self.faults.over(self.sending))

    def resend_letter(self) -> ResendLetter:
        return ResendLetter(
            letters=self.faults.over(self.letters),
            closes=self.faults.over(self.closes),
            directory=self.faults.over(self.directory),
            prepare=self.faults.over(self.to_prepare),
            send=self.faults.over(self.to_send),
            stops=self.sending_stops(),
            issue_date=issue_date,
        )

    def prepare_again(self) -> PrepareAgain:
        return PrepareAgain(
            letters=self.faults.over(self.letters), prepare=self.faults.over(self.to_prepare)
        )

    def release_letters(self, *, approval_required: bool = False) -> ReleaseLetters:
        return ReleaseLetters(
            letters=self.faults.over(self.letters),
            closes=self.faults.over(self.closes),
            directory=self.faults.over(self.directory),
            send=self.faults.over(self.to_send),
            stops=self.sending_stops(),
            issue_date=issue_date,
            approval_required=approval_required,
        )

    def send_letter(
        self, *, approval_required: bool = False, mode: MailMode = MailMode.LIVE
    ) -> SendLetter:
        return SendLetter(
            letters=self.faults.over(self.letters),
            documents=self.faults.over(self.documents),
            mailer=self.faults.over(self.mailer),
            stops=self.sending_stops(),
            approval_required=approval_required,
            mode=mode,
        )

    def track_delivery(self) -> TrackDelivery:
        return TrackDelivery(letters=self.faults.over(self.letters))

    def record(self, *states: CaseState) -> None:
        """Record states, one message each."""
        report = self.record_decisions().record(messages(*states), endless())
        assert not report.handed_back
        assert not report.reasons

    def close(self, at: datetime = AFTER_THE_YEAR) -> CloseReport:
        """Close the year; where a test records nothing in it, with one decision that was advice."""
        tallies = self.cases.tallies([TallyKey(code, YEAR) for code in self.register])
        is_anyone_left = any(not each.in_being_to for each in self.register.values())
        if is_anyone_left and not any(each.decisions for each in tallies.values()):
            someone = next(code for code, each in self.register.items() if not each.in_being_to)
            self.record(a_decision(DecisionOutcome.ADVICE_GIVEN, "19-0000", authority=someone))
        return self.close_year().close(YEAR, at, endless())

    def prepare(self, authority: str = ROCHFORD, at: datetime = AFTER_THE_YEAR) -> Preparation:
        return self.prepare_letter().prepare(a_letter_id(authority), at)

    def put_letter(
        self, state: LetterState, authority: str = ROCHFORD, *, letter: LetterId | None = None
    ) -> None:
        """Put a letter there with its message, in any state, whatever led to it."""
        sha256 = digest(THE_MESSAGE)
        put = a_letter(state, authority=authority, at=NOON, message_sha256=sha256)
        if letter is not None:
            put = replace(put, id=letter)
        if state is LetterState.APPROVED:
            put = replace(put, approved_sha256=sha256)
        code = put.id.authority
        put = replace(put, recipients=mailboxes(recipients(code)[code]))
        self.letters.plan(put)
        self.documents.put(put.key("eml"), THE_MESSAGE, "message/rfc822")

    def state_of(self, authority: str = ROCHFORD) -> LetterState:
        return self.letters.get(a_letter_id(authority)).state

    def frozen_document(self, name: str) -> bytes:
        """Return a document of the year's latest close."""
        close = self.closes.latest(YEAR)
        assert close is not None
        return self.documents.get(f"{close.folder}/{name}")

    def frozen(self, authority: str = ROCHFORD) -> FrozenAuthority:
        """Return the frozen record of one authority."""
        name = authority_figures_name(AuthorityCode(authority))
        return read_authority_record(self.frozen_document(name))

    def frozen_year(self) -> dict[str, Any]:
        """Return the frozen record of the year."""
        record: dict[str, Any] = json.loads(self.frozen_document("figures.json"))
        return record
