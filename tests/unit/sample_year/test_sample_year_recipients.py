"""Letters of the sample year go to job titles at addresses that can't exist."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.sample_year import RECIPIENT_COLUMNS, recipients, write_recipients

ROCHFORD = "E07000075"


def test_every_authority_of_the_register_has_a_recipient(register: Register) -> None:
    rows = recipients(register)
    assert [row["code"] for row in rows] == list(register)
    assert all(tuple(row) == RECIPIENT_COLUMNS and all(row.values()) for row in rows)


def test_recipients_are_job_titles_but_for_the_acceptance_case(register: Register) -> None:
    for row in recipients(register):
        title = {row["addressee"], row["job_title"], row["salutation"]}
        if row["code"] == ROCHFORD:
            assert title == {"Mr Scrutton", "Managing Director"}
            assert row["addressee"] == row["salutation"] == "Mr Scrutton"
        else:
            assert title == {"Chief Executive"}


def test_no_address_can_exist_and_no_two_are_the_same(register: Register) -> None:
    rows = recipients(register)
    address = re.compile(r"[a-z.]+@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.example")
    assert all(address.fullmatch(row["email"]) and address.fullmatch(row["cc"]) for row in rows)
    assert len({row["email"] for row in rows}) == len({row["cc"] for row in rows}) == len(register)


def test_authorities_of_one_name_or_of_none_in_latin_letters_have_their_codes_for_domain() -> None:
    register = Register(
        Authority(AuthorityCode(code), name, AuthorityType.DISTRICT)
        for code, name in (("E1", "Bourne Council"), ("E2", "Bourne  Council"), ("E3", "Ω"))
    )
    assert [row["email"].split("@")[1] for row in recipients(register)] == [
        "bourne-council.example",
        "e2.example",
        "e3.example",
    ]


def test_the_file_holds_the_rows(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "recipients.csv"
    write_recipients(register, path)
    with path.open(encoding="utf-8", newline="") as lines:
        assert list(csv.DictReader(lines)) == recipients(register)
