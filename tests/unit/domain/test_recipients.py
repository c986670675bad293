from __future__ import annotations

import pytest

from annual_review.domain.recipients import email_address, without_dear


@pytest.mark.parametrize(
    "text",
    [
        "chief.executive@council.gov.example",
        "o'neill+letters@council.example",
        "A_B-c@x-y.example",
        f"{'x' * 64}@council.example",
    ],
)
def test_usual_addresses_are_taken_as_they_are(text: str) -> None:
    assert email_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "@council.example",
        "chief@",
        "chief@council",
        "chief@@council.example",
        "chief executive@council.example",
        " chief@council.example",
        ".chief@council.example",
        "chief.@council.example",
        "chief..executive@council.example",
        "chief@-council.example",
        "chief@council..example",
        "Chief <chief@council.example>",
        "a@b.example;c@d.example",
        "a@b.example, c@d.example",
        "chïef@council.example",
        f"{'x' * 65}@council.example",
        f"chief@{'x.' * 130}example",
        "a@b.example\n",
        "a@b.example\nBcc: everybody@c.example",
    ],
    ids=range(21),
)
def test_what_is_not_the_address_of_one_mailbox_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not an email address$"):
        email_address(text)


@pytest.mark.parametrize(
    "given",
    [
        "Dr Smith",
        "Dear Dr Smith",
        "Dear Dr Smith,",
        "dear  Dr Smith ,",
        "Dear: Dr Smith:",
        "DEAR Dear Dr Smith",
    ],
)
def test_one_dear_is_printed_whichever_way_it_is_given(given: str) -> None:
    assert without_dear(given) == "Dr Smith"


def test_a_name_that_begins_like_dear_is_kept() -> None:
    assert without_dear("Dearden") == "Dearden"
    assert without_dear("Mr Dear") == "Mr Dear"
