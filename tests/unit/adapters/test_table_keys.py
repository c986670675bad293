from __future__ import annotations

import re
from pathlib import Path

import pytest

from annual_review.adapters.dynamodb import keys
from annual_review.adapters.dynamodb.table import Key, key_values
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CasePart, CaseReference
from annual_review.domain.letters import Dispatch, LetterId
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import TallyKey
from tests.builders import ROCHFORD, YEAR

TALLY = TallyKey(ROCHFORD, YEAR)
SECOND = Revision(2)


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (
            keys.case_item_key(CaseKey(CaseReference("19"), CasePart.DECISION)),
            ("CASE#19", "DECISION"),
        ),
        (keys.tally_item_key(TALLY), ("AUTHORITY#E07000075", "TALLY#2020")),
        (keys.directory_key(keys.REGISTER, ROCHFORD), ("REGISTER", "AUTHORITY#E07000075")),
        (keys.close_key(YEAR, SECOND), ("CLOSES#2020", "000002")),
        (
            keys.letter_item_key(LetterId(YEAR, SECOND, ROCHFORD)),
            ("YEAR#2020", "LETTER#000002#E07000075"),
        ),
        (
            keys.letter_item_key(LetterId(YEAR, SECOND, ROCHFORD, Dispatch(3))),
            ("YEAR#2020", "LETTER#000002#E07000075#003"),
        ),
        (
            keys.paragraphs_key(YEAR, SECOND, ROCHFORD),
            ("YEAR#2020", "PARAGRAPHS#000002#E07000075"),
        ),
        (
            keys.note_key(YEAR, ROCHFORD, "0123456789abcdef" * 4),
            ("YEAR#2020", "NOTE#E07000075#0123456789abcdef0123456789abcdef"),
        ),
        (keys.repair_key(TALLY, 7), ("YEAR#2020", "REPAIR#E07000075#000007")),
        (keys.phase_key(YEAR), ("YEAR#2020", "PHASE")),
    ],
)
def test_what_is_stored_stays_where_it_is(built: Key, expected: Key) -> None:
    assert built == expected


def test_every_key_is_taken_apart_as_it_was_built() -> None:
    letter = LetterId(YEAR, SECOND, ROCHFORD, Dispatch(3))
    case = CaseKey(CaseReference("19"), CasePart.COMPLIANCE)

    assert keys.case_key_of(key_values(keys.case_item_key(case))) == case
    assert keys.tally_key_of(key_values(keys.tally_item_key(TALLY))) == TALLY
    assert keys.tally_of_index(keys.index_partition(TALLY)) == TALLY
    assert keys.letter_id_of(key_values(keys.letter_item_key(letter))) == letter
    assert keys.close_key_of(key_values(keys.close_key(YEAR, SECOND))) == (YEAR, SECOND)
    assert keys.repair_key_of(key_values(keys.repair_key(TALLY, 7))) == (TALLY, 7)
    paragraphs = (YEAR, SECOND, ROCHFORD)
    assert keys.paragraphs_key_of(key_values(keys.paragraphs_key(*paragraphs))) == paragraphs
    note = keys.note_key(YEAR, ROCHFORD, "0" * 64)
    assert keys.note_authority_of(key_values(note)) == ROCHFORD
    entry = keys.directory_key(keys.RECIPIENTS, AuthorityCode("E1"))
    assert keys.directory_code_of(key_values(entry)) == "E1"


def test_no_other_module_spells_a_key() -> None:
    room = Path(keys.__file__).parent
    spelled = {
        path.name
        for path in room.glob("*.py")
        if re.search(r'"(?:[A-Z]+#|REGISTER"|RECIPIENTS"|PHASE")', path.read_text(encoding="utf-8"))
    }

    assert spelled == {"keys.py"}
