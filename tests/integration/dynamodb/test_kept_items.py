"""Items as an earlier version wrote them: still read, and still written the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from annual_review.adapters.dynamodb.case_items import case_item, case_state, tally
from annual_review.adapters.dynamodb.directory_table import (
    authority_item,
    authority_of,
    recipient_item,
    recipient_of,
)
from annual_review.adapters.dynamodb.letter_items import letter_item, letter_of
from annual_review.adapters.dynamodb.letter_table import close_item, close_of
from annual_review.adapters.dynamodb.paragraph_table import note_of, paragraphs_item, paragraphs_of
from annual_review.adapters.dynamodb.phase_table import phase_item, phase_of
from annual_review.adapters.dynamodb.publication_table import (
    challenge_item,
    challenge_of,
    history_item,
    history_of,
)
from annual_review.adapters.dynamodb.repair_table import repair_item, repair_of
from annual_review.adapters.dynamodb.years.volume_table import volume_item, volume_of_item
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.figures import YearVolume
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Dispatch, LetterId, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import ChangeKind, Origin, Paragraph, ParagraphChange, Status
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.domain.tallies import MEASURES, StoredTally, Tally, TallyKey
from annual_review.domain.year_phases import YearPhase
from annual_review.services.errors import MalformedItemError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.repair_year import Repair
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from annual_review.services.letters.own_performance import LoadedNote, Note
from annual_review.services.year_end.closing.year_volume import VolumeAcceptance, VolumeRecord
from annual_review.services.year_end.year_phases import PhaseRecord, PhaseStep
from tests.builders import (
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
)

KEPT = json.loads(Path(__file__).with_name("kept_items.json").read_text(encoding="utf-8"))
AT = datetime(2020, 5, 1, 9, 30, 0, 250000, tzinfo=UTC)
ADDRESS = EmailAddress("chief@rochford.example")
LETTER = LetterId(YEAR, FIRST_REVISION, ROCHFORD, Dispatch(2))
CHANGE = ParagraphChange(ChangeKind.PROPOSED, "a.person", AT, None, "Words.", "why")
PARAGRAPH = Paragraph(
    "p1", Family.LATE_ANSWERS, Origin.FIGURES, "Words.", "Other words.", Status.PROPOSED, (CHANGE,)
)
FIRST, NEXT = sorted(MEASURES)[:2]
EVENTS = (
    Event(AT, LetterState.PLANNED, "planned"),
    Event(
        AT,
        LetterState.ACCEPTED,
        "sent",
        EventKind.NOTE,
        NotedReport(MailEvent.BOUNCE, "5.1.1", is_about_copies=True),
    ),
)

Write = Callable[[Any], Any]
KINDS: dict[str, tuple[object, Write, Write]] = {
    "decision": (
        replace(an_upheld_decision("1"), service_improvements=("Train",), public_report="Yes"),
        case_item,
        case_state,
    ),
    "decision without report": (an_upheld_decision("2", version=3), case_item, case_state),
    "withdrawal": (a_withdrawal("3"), case_item, case_state),
    "compliance": (a_compliance_outcome("4"), case_item, case_state),
    "planned letter": (
        Letter(LetterId(YEAR, FIRST_REVISION, ROCHFORD), LetterState.PLANNED, "f" * 64),
        letter_item,
        letter_of,
    ),
    "sent letter": (
        Letter(
            LETTER,
            LetterState.ACCEPTED,
            "f" * 64,
            "m" * 64,
            "id",
            2,
            (ADDRESS,),
            EVENTS,
            "m" * 64,
            ADDRESS,
            7,
        ),
        letter_item,
        letter_of,
    ),
    "close": (Close(YEAR, FIRST_REVISION, "f" * 64, AT), close_item, close_of),
    "re-issue": (Close(YEAR, FIRST_REVISION, "f" * 64, AT, ROCHFORD), close_item, close_of),
    "authority": (
        Authority(
            ROCHFORD,
            "Rochford",
            AuthorityType.DISTRICT,
            date(1974, 4, 1),
            date(2020, 3, 31),
            (AuthorityCode("E07000076"),),
            87_000,
        ),
        authority_item,
        authority_of,
    ),
    "changed authority": (
        an_authority("E08000037", name="Gateshead", former_codes=["E08000020"]),
        authority_item,
        authority_of,
    ),
    "recipient": (
        Recipient(ROCHFORD, "A Person", "Chief Executive", "A Person", ADDRESS, (ADDRESS,)),
        recipient_item,
        recipient_of,
    ),
    "paragraphs": (
        LetterParagraphs(YEAR, FIRST_REVISION, ROCHFORD, (PARAGRAPH,), 2),
        paragraphs_item,
        paragraphs_of,
    ),
    "phase": (
        PhaseRecord(YEAR, (PhaseStep(AT, next(iter(YearPhase)), "why"),)),
        phase_item,
        lambda item: PhaseRecord(YEAR, phase_of(item)),
    ),
    "publications": (
        PublicationHistory(
            (
                PublicationStep(
                    AT,
                    PublicationState.GOING_LIVE,
                    PublicationName("f" * 64),
                    YEAR,
                    "a.person",
                    "why",
                ),
            )
        ),
        history_item,
        history_of,
    ),
    "challenge": (
        Challenge(
            YEAR,
            ROCHFORD,
            2,
            "Their officer",
            AT,
            "3 were ours",
            "a.person",
            Answer(Verdict.CHANGED, "a.person", AT, revision=FIRST_REVISION),
        ),
        lambda challenge: challenge_item(challenge, 2),
        challenge_of,
    ),
    "volume": (
        VolumeRecord(YEAR, (VolumeAcceptance(YearVolume(5, 11), AT, "a.person", "why"),)),
        volume_item,
        lambda item: VolumeRecord(YEAR, volume_of_item(item)),
    ),
    "repair": (
        Repair(
            TallyKey(ROCHFORD, YEAR),
            1,
            AT,
            "a.person",
            "why",
            StoredTally({FIRST: 2}, 4),
            Tally({FIRST: 3, NEXT: 1}),
        ),
        repair_item,
        repair_of,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_item_is_read_and_written_as_ever(kind: str) -> None:
    record, write, read = KINDS[kind]

    assert write(record) == KEPT[kind]
    assert read(KEPT[kind] | {"of_a_later_version": {"S": "x"}}) == record


def test_a_kept_note_is_read() -> None:
    item = {
        "pk": {"S": "YEAR#2020"},
        "sk": {"S": f"NOTE#{ROCHFORD}#{'a' * 32}"},
        "family": {"S": Family.LATE_ANSWERS.value},
        "text": {"S": "Words."},
        "by": {"S": "a.person"},
        "at": {"S": AT.isoformat()},
        "place": {"N": "3"},
        "written_by": {"S": "token"},
    }
    note = Note(ROCHFORD, Family.LATE_ANSWERS, "Words.")

    assert note_of(item) == LoadedNote(note, "a.person", AT, 3)


NEEDED = {
    "withdrawal": "reason",
    "letter": "state",
    "close": "figures_sha256",
    "re-issue": "figures_sha256",
    "authority": "name",
    "recipient": "email",
    "paragraphs": "paragraphs",
    "phase": "history",
    "publications": "steps",
    "challenge": "text",
    "volume": "history",
    "repair": "by",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_without_an_attribute_is_told_by_its_key_and_nothing_of_its_content(
    kind: str,
) -> None:
    _, _, read = KINDS[kind]
    name = NEEDED.get(kind.rsplit(" ", maxsplit=1)[-1], "outcome")
    item = {key: value for key, value in KEPT[kind].items() if key != name}

    with pytest.raises(MalformedItemError) as told:
        read(item)

    assert f"{item['pk']['S']} {item['sk']['S']}" in str(told.value)
    assert name in str(told.value)
    assert "chief@" not in str(told.value)
    assert not told.value.retryable


def test_a_tally_whose_count_is_no_number_is_malformed() -> None:
    item = {"pk": {"S": "AUTHORITY#E07000075"}, "sk": {"S": "TALLY#2020"}, "upheld": {"S": "1"}}

    with pytest.raises(MalformedItemError, match="AUTHORITY#E07000075 TALLY#2020"):
        tally(item)
