from __future__ import annotations

from datetime import date

from annual_review.domain.authorities import Register
from infrastructure.local.simulator import FATES, with_simulated_fates
from tests.builders import YEAR, an_authority, recipients

CODES = [f"E0700{number:04}" for number in range(10)]


def test_one_authority_each_meets_a_fate_and_all_others_keep_their_recipient() -> None:
    before = recipients(*CODES)

    after, fates = with_simulated_fates(before, Register(map(an_authority, CODES)), YEAR)

    assert sorted(fates.values()) == sorted(FATES)
    assert set(after) == set(before)
    for code, recipient in after.items():
        if code in fates:
            assert recipient.email == f"{fates[code]}+{code}@simulator.amazonses.com"
            assert recipient.copies == ()
        else:
            assert recipient == before[code]


def test_authorities_that_get_no_letter_of_their_own_are_passed_over() -> None:
    gone = an_authority(CODES[0], in_being_to=date(2020, 3, 31))
    coming = an_authority(CODES[1], in_being_from=date(2021, 4, 1))
    register = Register([gone, coming, *map(an_authority, CODES[2:])])

    _, fates = with_simulated_fates(recipients(*CODES[:2], *CODES[3:]), register, YEAR)

    assert list(fates) == CODES[3:8]
