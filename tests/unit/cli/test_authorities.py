"""Authorities as they are named on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

import pytest

from annual_review.cli.authorities import authority_in
from annual_review.console import CommandError
from annual_review.domain.authorities import Authority, AuthorityCode
from tests.builders import an_authority

ROCHFORD, KENT, BARNET, HAVERING = "E07000075", "E10000016", "E09000003", "E09000016"


def register(**named: str) -> Mapping[AuthorityCode, Authority]:
    return {
        AuthorityCode(code): replace(an_authority(code), name=name) for code, name in named.items()
    }


def found(named: str) -> AuthorityCode:
    names = {
        ROCHFORD: "Rochford District Council",
        KENT: "King's Lynn and West Norfolk",
        BARNET: "Barnet",
        HAVERING: "High Barnet",
    }
    return authority_in(named, lambda: register(**names))


def test_a_code_is_taken_without_reading_the_register() -> None:
    def unread() -> NoReturn:
        raise AssertionError

    assert authority_in(" e07000075 ", unread) == ROCHFORD


@pytest.mark.parametrize("named", ["rochford", "ROCHFORD  district", "kings lynn", "west-norfolk"])
def test_a_part_of_a_name_is_enough(named: str) -> None:
    assert found(named) == (KENT if "n" in named else ROCHFORD)


def test_a_whole_name_wins_over_being_a_part_of_another() -> None:
    assert found("barnet") == BARNET


def test_several_are_listed_with_code_and_name() -> None:
    with pytest.raises(CommandError) as raised:
        found("barne")

    assert raised.value.lines[1:] == (f"{BARNET}  Barnet", f"{HAVERING}  High Barnet")


def test_of_very_many_the_first_are_listed() -> None:
    names = {f"E070000{number}": f"Council {number}" for number in range(10, 30)}

    with pytest.raises(CommandError) as raised:
        authority_in("council", lambda: register(**names))

    assert len(raised.value.lines) == 14
    assert raised.value.lines[-1] == "and 8 more"


@pytest.mark.parametrize("named", ["atlantis", "", " - "])
def test_who_is_not_there_is_told_what_to_do(named: str) -> None:
    with pytest.raises(CommandError, match="no authority"):
        found(named)
