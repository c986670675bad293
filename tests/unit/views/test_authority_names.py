"""Authorities as people name them."""

from __future__ import annotations

import pytest

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.views.authority_names import (
    AuthorityNotFoundError,
    authorities_in,
    authority_in,
)
from tests.builders import a_register, an_authority

ROCHFORD, KENT, BARNET, HAVERING = "E07000075", "E10000016", "E09000003", "E09000016"
GATESHEAD_BEFORE, GATESHEAD = "E08000020", "E08000037"


def register(**named: str) -> Register:
    return a_register(*(an_authority(code, name=name) for code, name in named.items()))


def found(named: str) -> AuthorityCode:
    names = {
        ROCHFORD: "Rochford District Council",
        KENT: "King's Lynn and West Norfolk",
        BARNET: "Barnet",
        HAVERING: "High Barnet",
    }
    return authority_in(named, lambda: register(**names), tuple)


def test_a_code_is_taken_whether_the_register_holds_it_or_not() -> None:
    assert found(" e07000075 ") == ROCHFORD
    assert found("e06000099") == "E06000099"


@pytest.mark.parametrize("named", [GATESHEAD_BEFORE, GATESHEAD, "gateshead"])
def test_any_code_means_the_letter_that_there_is(named: str) -> None:
    gateshead = an_authority(GATESHEAD, name="Gateshead", former_codes=[GATESHEAD_BEFORE])

    def meant(*of_letters: str) -> AuthorityCode:
        codes = [AuthorityCode(each) for each in of_letters]
        return authority_in(named, lambda: a_register(gateshead), lambda: codes)

    assert meant() == GATESHEAD
    assert meant(ROCHFORD, GATESHEAD) == GATESHEAD
    assert meant(ROCHFORD, GATESHEAD_BEFORE) == GATESHEAD_BEFORE


def test_of_two_letters_a_code_means_its_own() -> None:
    gateshead = an_authority(GATESHEAD, name="Gateshead", former_codes=[GATESHEAD_BEFORE])
    both = [AuthorityCode(GATESHEAD), AuthorityCode(GATESHEAD_BEFORE)]

    found = authorities_in(
        ["gateshead", GATESHEAD_BEFORE], lambda: a_register(gateshead), lambda: both
    )

    assert found == both


@pytest.mark.parametrize("named", ["rochford", "ROCHFORD  district", "kings lynn", "west-norfolk"])
def test_a_part_of_a_name_is_enough(named: str) -> None:
    assert found(named) == (KENT if "n" in named else ROCHFORD)


def test_a_whole_name_wins_over_being_a_part_of_another() -> None:
    assert found("barnet") == BARNET


def test_several_are_listed_with_code_and_name() -> None:
    with pytest.raises(AuthorityNotFoundError) as raised:
        found("barne")

    assert str(raised.value).splitlines()[1:] == [
        f"{BARNET}  Barnet",
        f"{HAVERING}  High Barnet",
    ]


def test_of_very_many_the_first_are_listed() -> None:
    names = {f"E070000{number}": f"Council {number}" for number in range(10, 30)}

    with pytest.raises(AuthorityNotFoundError) as raised:
        authority_in("council", lambda: register(**names), tuple)

    lines = str(raised.value).splitlines()
    assert len(lines) == 14
    assert lines[-1] == "and 8 more"


@pytest.mark.parametrize("named", ["atlantis", "", " - "])
def test_who_is_not_there_is_told_what_to_do(named: str) -> None:
    with pytest.raises(AuthorityNotFoundError, match="no authority"):
        found(named)
