"""One item of every kind, as the adapters write it: for authority E07000075 in 2020."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from annual_review.adapters.dynamodb import keys
from annual_review.adapters.dynamodb.case_items import VERSION, case_item
from annual_review.adapters.dynamodb.directory_table import entry_item, superseding_items
from annual_review.adapters.dynamodb.letter_items import letter_item, move_request
from annual_review.adapters.dynamodb.letter_table import close_item
from annual_review.adapters.dynamodb.paragraph_table import note_item, paragraphs_item
from annual_review.adapters.dynamodb.phase_table import phase_item
from annual_review.adapters.dynamodb.publication_table import challenge_item, history_item
from annual_review.adapters.dynamodb.repair_table import repair_item
from annual_review.adapters.dynamodb.table import Item, key_values, number
from annual_review.adapters.dynamodb.years.sending_table import sending_item
from annual_review.adapters.dynamodb.years.volume_table import volume_item
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.cases import (
    CaseReference,
    Compliance,
    ComplianceOutcome,
    Decision,
    DecisionOutcome,
    Reset,
    Subject,
    Version,
)
from annual_review.domain.figures import YearVolume
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, Dispatch, LetterId, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.sending_stops import SendingRecord, StopReason
from annual_review.services.figures.closes import Close
from annual_review.services.figures.repair_year import Repair
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.letters.own_performance import LoadedNote, Note
from annual_review.services.year_end.closing.year_volume import VolumeAcceptance, VolumeRecord
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep

YEAR: Final = ReportingYear(2020)
CODE: Final = AuthorityCode("E07000075")
TALLY: Final = TallyKey(CODE, YEAR)

_CASE: Final = CaseReference("19012345")
_DAY: Final = date(2019, 11, 5)
_AT: Final = datetime(2019, 11, 5, 10, tzinfo=UTC)
_MAILBOX: Final = EmailAddress("chief.executive@district.example")


def cases() -> tuple[Item, ...]:
    """Write a decision with all that it may have, and a compliance outcome."""
    decision = Decision(
        reference=_CASE,
        version=Version(1),
        authority=CODE,
        decided_on=_DAY,
        outcome=DecisionOutcome.UPHELD,
        satisfactory_remedy=False,
        subject=Subject.HOUSING,
        recorded_at=_AT,
        public_report="https://ombudsman.example/19012345",
        previous_authorities=(AuthorityCode("E07000076"),),
        confirmed="confirmed/decisions/0f0f.json",
        resets=(Reset(_AT, "a.person", "version 900 was a typing error", _AT, Version(900)),),
    )
    compliance = Compliance(_CASE, Version(1), CODE, _DAY, ComplianceOutcome.ON_TIME, _AT)
    return case_item(decision), case_item(compliance)


def tallies() -> tuple[Item, ...]:
    """Write a tally in which nothing was counted yet: every measure is an attribute."""
    return ({**key_values(keys.tally_item_key(TALLY)), VERSION: number(1)},)


def letters() -> tuple[Item, ...]:
    """Write a letter that has come as far as it may, and the second dispatch of a re-issue."""
    letter = Letter(LetterId(YEAR, FIRST_REVISION, CODE), LetterState.APPROVED, "")
    text = "…"
    move = Move(LetterState.ACCEPTED, _AT, text, text, text, (_MAILBOX,), approved_sha256=text)
    again = Letter(
        LetterId(YEAR, Revision(2), CODE, Dispatch(2)), letter.state, "", sent_to=_MAILBOX
    )
    moved = move_request(letter, move, text)["ExpressionAttributeNames"].values()
    return {
        **letter_item(move.applied_to(letter)),
        **{name: number(0) for name in moved},
    }, letter_item(again)


def closes() -> tuple[Item, ...]:
    """Write the close of a re-issue."""
    return (close_item(Close(YEAR, FIRST_REVISION, "…", _AT, CODE)),)


def repairs() -> tuple[Item, ...]:
    """Write the record of a repair."""
    return (repair_item(Repair(TALLY, 1, _AT, "", "", NOTHING_COUNTED, Tally())),)


def paragraphs() -> tuple[Item, ...]:
    """Write the paragraphs of a letter."""
    return (paragraphs_item(LetterParagraphs(YEAR, FIRST_REVISION, CODE)),)


def notes() -> tuple[Item, ...]:
    """Write a note that was taken back."""
    note = Note(CODE, Family.LATE_ANSWERS, "…")
    return (note_item(YEAR, LoadedNote(note, "", _AT, 1, Act("", _AT))),)


def phases() -> tuple[Item, ...]:
    """Write the phase of a year."""
    return (phase_item(PhaseRecord(YEAR, (PhaseStep(_AT, YearPhase.CLOSED, ""),))),)


def volumes() -> tuple[Item, ...]:
    """Write the record of a volume that was accepted."""
    volume = YearVolume(2, 1)
    return (volume_item(VolumeRecord(YEAR, (VolumeAcceptance(volume, _AT, "", ""),))),)


def sending() -> tuple[Item, ...]:
    """Write the record of a year whose sending was stopped."""
    letter = LetterId(YEAR, FIRST_REVISION, CODE)
    stopped = SendingRecord(YEAR, (letter.tag,), version=1)
    return (sending_item(stopped.stopped(letter, _AT, "", StopReason.PAUSED)),)


def authorities() -> tuple[Item, ...]:
    """Write an entry of the register with all that it may have."""
    whole = Authority(CODE, "…", AuthorityType.DISTRICT, _DAY, _DAY, (CODE,), 1, (CODE,))
    seen = SeenEntry(whole, 0, superseded=(0,))
    return (entry_item(seen, "…"), *(item for item, _ in superseding_items(seen)))


def recipients() -> tuple[Item, ...]:
    """Write who receives the letters of an authority."""
    return (entry_item(SeenEntry(Recipient(CODE, "…", "…", "…", _MAILBOX), 0), "…"),)


def challenges() -> tuple[Item, ...]:
    """Write a challenge that was answered by a re-issue."""
    answer = Answer(Verdict.CHANGED, "", _AT, "…", Revision(2))
    return (challenge_item(Challenge(YEAR, CODE, 1, "", _AT, "", "", answer), 2),)


def publications() -> tuple[Item, ...]:
    """Write the history of publications."""
    step = PublicationStep(_AT, PublicationState.LIVE, PublicationName("…"), YEAR, "")
    return (history_item(PublicationHistory((step,))),)
