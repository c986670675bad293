from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import (
    Authority,
    AuthorityCode,
    AuthorityType,
    Register,
    UnknownAuthorityError,
    first_named,
)
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_register, an_authority

ISSUE_DATE = date(2020, 7, 22)
ENDED = date(2019, 3, 31)


@pytest.mark.parametrize(
    ("number", "said"),
    [(5, "E1, E2, E3, E4, E5"), (6, "E1, E2, E3, E4, E5 and 1 more")],
)
def test_the_first_five_are_named_and_the_others_counted(number: int, said: str) -> None:
    assert first_named([AuthorityCode(f"E{n + 1}") for n in range(number)], {}) == said


@pytest.mark.parametrize("type_", AuthorityType)
def test_every_type_but_other_is_compared(type_: AuthorityType) -> None:
    assert type_.is_compared == (type_.value != "other")


@pytest.mark.parametrize(
    ("began", "ended", "existed"),
    [
        (None, None, True),
        (None, "2019-03-31", False),
        (None, "2019-04-01", True),
        (None, "2020-03-31", True),
        (None, "2025-03-31", True),
        ("1974-04-01", None, True),
        ("2020-03-31", None, True),
        ("2020-04-01", None, False),
        ("2019-10-01", "2019-10-01", True),
        ("2020-04-01", "2021-03-31", False),
    ],
)
def test_an_authority_is_of_a_year_if_it_was_in_being_on_one_day_of_it(
    began: str | None, ended: str | None, *, existed: bool
) -> None:
    authority = an_authority(
        in_being_from=date.fromisoformat(began) if began else None,
        in_being_to=date.fromisoformat(ended) if ended else None,
    )

    assert authority.existed_in(YEAR) == existed


def test_an_authority_has_existed_from_its_first_day_on() -> None:
    authority = an_authority(in_being_from=date(2019, 4, 1), in_being_to=date(2021, 3, 31))

    assert not authority.existed_by(date(2019, 3, 31))
    assert authority.existed_by(date(2019, 4, 1))
    assert authority.existed_by(date(2023, 1, 1))  # cases arrive for years after its end


def test_an_authority_of_unknown_age_has_always_existed() -> None:
    assert an_authority().existed_by(date(1974, 4, 1))


def test_an_authority_is_abolished_from_its_last_day_on() -> None:
    authority = an_authority(in_being_to=ENDED)

    assert not authority.is_abolished_by(date(2019, 3, 30))
    assert authority.is_abolished_by(ENDED)
    assert not an_authority().is_abolished_by(date.max)


def test_a_register_goes_through_its_codes_in_order() -> None:
    assert list(a_register("E3", "E1", "E2")) == ["E1", "E2", "E3"]


def test_a_register_holds_a_code_once() -> None:
    with pytest.raises(ValueError, match="authority E1 is in the register twice"):
        a_register("E1", "E1")


def test_a_register_is_a_mapping_by_code() -> None:
    register = a_register("E1", "E2")

    assert len(register) == 2
    assert "E1" in register
    assert "E9" not in register
    assert register[AuthorityCode("E1")].code == "E1"
    assert register.get(AuthorityCode("E9")) is None


def test_an_unknown_code_is_named_by_the_error() -> None:
    with pytest.raises(UnknownAuthorityError) as error:
        a_register()[AuthorityCode("E9")]

    assert str(error.value) == "the register holds no authority E9"


class TestWhoAnswers:
    """Rule 6: an abolished authority still has its letter, sent to its successor."""

    def test_an_authority_in_being_receives_its_own_letter(self) -> None:
        assert a_register().answering_for(ROCHFORD, ISSUE_DATE) == (ROCHFORD,)

    def test_a_successor_receives_the_letter_of_an_abolished_authority(self) -> None:
        register = a_register(
            an_authority(in_being_to=ENDED, successors=[OTHER_DISTRICT]), OTHER_DISTRICT
        )

        assert register.answering_for(ROCHFORD, ISSUE_DATE) == (OTHER_DISTRICT,)

    def test_an_authority_that_ends_after_the_letters_day_receives_its_own_letter(self) -> None:
        register = a_register(
            an_authority(in_being_to=date(2020, 7, 23), successors=[OTHER_DISTRICT]),
            OTHER_DISTRICT,
        )

        assert register.answering_for(ROCHFORD, ISSUE_DATE) == (ROCHFORD,)

    def test_both_successors_of_a_divided_authority_answer_in_the_order_named(self) -> None:
        register = a_register(
            an_authority(in_being_to=ENDED, successors=[OTHER_DISTRICT, COUNTY]),
            COUNTY,
            OTHER_DISTRICT,
        )

        assert register.answering_for(ROCHFORD, ISSUE_DATE) == (OTHER_DISTRICT, COUNTY)

    def test_the_successor_of_a_successor_answers_once_that_one_is_abolished_too(self) -> None:
        register = a_register(
            an_authority("A", in_being_to=ENDED, successors=["B"]),
            an_authority("B", in_being_to=date(2020, 3, 31), successors=["C"]),
            "C",
        )

        assert register.answering_for(AuthorityCode("A"), ISSUE_DATE) == ("C",)
        assert register.answering_for(AuthorityCode("A"), date(2020, 3, 30)) == ("B",)

    def test_two_ways_to_one_successor_name_it_once(self) -> None:
        register = a_register(
            an_authority("A", in_being_to=ENDED, successors=["B", "C"]),
            an_authority("B", in_being_to=ENDED, successors=["D"]),
            an_authority("C", in_being_to=ENDED, successors=["D"]),
            "D",
        )

        assert register.answering_for(AuthorityCode("A"), ISSUE_DATE) == ("D",)

    def test_nobody_answers_where_there_is_no_successor(self) -> None:
        register = a_register(an_authority(in_being_to=ENDED))

        assert register.answering_for(ROCHFORD, ISSUE_DATE) == ()

    def test_authorities_that_name_each_other_as_successors_end_the_search(self) -> None:
        register = a_register(
            an_authority("A", in_being_to=ENDED, successors=["B"]),
            an_authority("B", in_being_to=ENDED, successors=["A"]),
        )

        assert register.answering_for(AuthorityCode("A"), ISSUE_DATE) == ()

    def test_a_successor_that_the_register_does_not_hold_stands_as_it_is(self) -> None:
        register = a_register(an_authority(in_being_to=ENDED, successors=["E06000099"]))

        assert register.answering_for(ROCHFORD, ISSUE_DATE) == ("E06000099",)


@st.composite
def tangled_registers(draw: st.DrawFn) -> Register:
    codes = [f"E{number}" for number in range(draw(st.integers(1, 6)))]
    return Register(
        an_authority(
            code,
            in_being_to=draw(st.sampled_from([None, ENDED, date(2021, 3, 31)])),
            successors=draw(st.lists(st.sampled_from([*codes, "E99"]), max_size=3)),
        )
        for code in codes
    )


@given(tangled_registers())
def test_whoever_answers_is_in_being_and_answers_once(register: Register) -> None:
    for code in register:
        answering = register.answering_for(code, ISSUE_DATE)
        assert len(set(answering)) == len(answering)
        for each in answering:
            assert each not in register or not register[each].is_abolished_by(ISSUE_DATE)


class TestAChangedCode:
    NOW = an_authority("E2", former_codes=["E1", "E0"])

    def test_any_of_its_codes_finds_the_authority_and_one_counts_it(self) -> None:
        register = a_register(self.NOW, "E9")

        assert [register.find(AuthorityCode(code)) for code in ("E2", "E1", "E0")] == [self.NOW] * 3
        assert list(register) == ["E2", "E9"]
        assert set(register.every_code) == {"E2", "E1", "E0", "E9"}
        assert register.present_code(AuthorityCode("E0")) == "E2"
        assert register.present_code(AuthorityCode("E5")) == "E5"

    @pytest.mark.parametrize("other", [an_authority("E1"), an_authority("E3", former_codes=["E1"])])
    def test_nobody_else_may_have_one_of_its_codes(self, other: Authority) -> None:
        with pytest.raises(ValueError, match="E1"):
            a_register(self.NOW, other)

    def test_its_predecessors_letters_go_to_it_under_its_present_code(self) -> None:
        gone = an_authority("E8", in_being_to=date(2019, 3, 31), successors=["E1"])

        found = a_register(self.NOW, gone).answering_for(AuthorityCode("E8"), date(2020, 7, 22))

        assert found == ("E2",)
