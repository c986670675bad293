from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.register_files import read_recipients
from annual_review.domain.recipients import Recipient
from tests.builders import ROCHFORD

HEADING = "code,addressee,job_title,salutation,email,cc"
ONE_MAILBOX = "write one mailbox, such as name@council.gov.uk; several in cc are joined by ;"


def recipient(folder: Path, *, email: str = "chief@rochford.example", cc: str = "") -> Recipient:
    line = f"E07000075,Mr Scrutton,Managing Director,Mr Scrutton,{email},{cc}"
    return read_recipients(file_of(folder, HEADING, line))[ROCHFORD]


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "recipients.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InputFileError) as refusal:
        read_recipients(path)
    return list(refusal.value.problems)


def test_a_recipient_is_read_whole(tmp_path: Path) -> None:
    found = recipient(tmp_path, cc="link.officer@rochford.example")

    assert (found.authority, found.addressee, found.job_title, found.salutation) == (
        "E07000075",
        "Mr Scrutton",
        "Managing Director",
        "Mr Scrutton",
    )
    assert found.email == "chief@rochford.example"
    assert found.copies == ("link.officer@rochford.example",)


@pytest.mark.parametrize(
    ("written", "copies"),
    [
        ("", ()),
        (" ; ", ()),
        ("a@b.example;c@d.example", ("a@b.example", "c@d.example")),
        (" a@b.example ; c@d.example ; ", ("a@b.example", "c@d.example")),
    ],
)
def test_copies_are_separated_by_semicolons(
    tmp_path: Path, written: str, copies: tuple[str, ...]
) -> None:
    assert recipient(tmp_path, cc=written).copies == copies


def test_the_column_of_copies_may_be_missing(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        "code,addressee,job_title,salutation,email",
        "E07000075,The Chief Executive,Chief Executive,Chief Executive,ce@rochford.example",
    )

    assert read_recipients(path)[ROCHFORD].copies == ()


@pytest.mark.parametrize(
    "email",
    [
        "chief.executive@council.gov.example",
        "o'neill+letters@council.example",
        " chief@council.example ",
        "A_B-c@x-y.example",
    ],
)
def test_usual_addresses_are_taken_without_the_spaces_around_them(
    tmp_path: Path, email: str
) -> None:
    assert recipient(tmp_path, email=email).email == email.strip()


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "is empty"),
        ("nobody", '"nobody" is not an email address'),
        ("a@b.example;c@d.example", '"a@b.example;c@d.example" is not an email address'),
        ('"a@b.example\nBcc: all@c.example"', '"a@b.example<U+000A>Bcc: all@c.example" holds an'),
        ("chief\u200b@b.example", "U+200B (ZERO WIDTH SPACE): type it again"),
    ],
)
def test_what_is_no_address_is_refused(tmp_path: Path, email: str, said: str) -> None:
    path = file_of(tmp_path, HEADING, f"E07000075,The Chief,Chief,Chief,{email},")

    (problem,) = problems(path)
    assert problem.startswith("line 2: email: ")
    assert said in problem


def test_a_copy_that_is_no_address_is_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADING, "E1,The Chief,Chief,Chief,ce@b.example,c@d.example;nobody")

    assert problems(path) == [f'line 2: cc: "nobody" is not an email address: {ONE_MAILBOX}']


def test_all_problems_of_all_lines_are_named_at_once_with_the_values_to_look_for(
    tmp_path: Path,
) -> None:
    path = file_of(
        tmp_path,
        HEADING,
        "E1,The Chief,,Chief,jane.doe@@b.example,",
        "E2,The Chief,Chief,Chief,ce@b.example,",
        "E2,The Chief,Chief,Chief,ce@b.example,",
    )

    found = problems(path)

    assert found == [
        "line 2: job_title: is empty",
        f'line 2: email: "jane.doe@@b.example" is not an email address: {ONE_MAILBOX}',
        "line 4: the code E2 is on line 3 already",
    ]


def test_a_letter_goes_to_no_more_mailboxes_than_one_message_may(tmp_path: Path) -> None:
    copies = [f"officer-{number}@rochford.example" for number in range(50)]
    assert len(recipient(tmp_path, cc=";".join(copies[1:])).copies) == 49

    path = file_of(tmp_path, HEADING, f"E1,The Chief,Chief,Chief,ce@b.example,{';'.join(copies)}")

    assert problems(path) == [
        "line 2: has 51 mailboxes, and a letter goes to 50 at most: take some out of cc"
    ]


@pytest.mark.parametrize("column", ["addressee", "job_title", "salutation"])
def test_nobody_is_addressed_over_several_lines(tmp_path: Path, column: str) -> None:
    cells = {"addressee": "A", "job_title": "B", "salutation": "C"} | {column: '"two\nlines"'}
    path = file_of(tmp_path, HEADING, f"E1,{','.join(cells.values())},ce@b.example,")

    (problem,) = problems(path)
    assert f"{column}: " in problem


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    assert problems(file_of(tmp_path, "code,email", "E1,ce@b.example")) == [
        "line 1: the column addressee is missing",
        "line 1: the column job_title is missing",
        "line 1: the column salutation is missing",
    ]


@pytest.mark.parametrize(
    "address", ["=ce@b.example", "+ce@b.example", "-ce@b.example", f"ce@{'b' * 64}.example"]
)
def test_an_address_that_is_a_formula_or_no_domain_is_refused(tmp_path: Path, address: str) -> None:
    path = file_of(tmp_path, HEADING, f"E1,The Chief,Chief,Chief,{address},")

    assert "is not an email address" in problems(path)[0]


def test_a_code_in_small_letters_is_no_other_authority(tmp_path: Path) -> None:
    row = "The Chief,Chief,Chief,ce@b.example,"
    path = file_of(tmp_path, HEADING, f"e07000075,{row}", f"Abc,{row}", f"ABC,{row}")

    assert problems(path) == [
        'line 2: code: "e07000075" has a small letter: write E07000075',
        "line 4: the code ABC is on line 3 already",
    ]
