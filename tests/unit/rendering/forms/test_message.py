"""The MIME message: complete, fixed to the byte, and closed to whoever would add a header."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.files.register_files import read_register
from annual_review.domain.cases import Subject
from annual_review.domain.letters import LetterId
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.message import (
    Attachment,
    MailboxError,
    build_message,
    mailbox,
    named_mailbox,
)
from annual_review.rendering.renderer import EditionRenderer
from annual_review.rendering.text.file_names import file_names
from annual_review.services.letters.rendering import XLSX, LetterFacts, UnprintableLetterError
from tests.builders import YEAR, a_tally
from tests.unit.rendering.letters import OFFICE, an_addressee, facts_of
from tests.unit.rendering.variants import ALL_VARIANTS

# Long lines, signs that are encoded, and what other programs take for the end of a line.
TEXTS = st.lists(
    st.sampled_from(
        [
            "x" * 50,
            " ",
            "\t",
            "=",
            "é",
            "–",
            "\n",
            "\x0c",
            "\x85",
            "\u2028",
            "--=_0_2020-1-E07000075",
        ]
    )
).map("".join)
SAMPLE_REGISTER = Path(__file__).parents[4] / "infrastructure/register/authorities-2020.csv"
COPIES = ("link.officer@rochford.example", "leader@rochford.example")


def parsed(renderer: EditionRenderer, facts: LetterFacts) -> EmailMessage:
    return message_from_bytes(renderer.render(facts).message, policy=policy.default)


def test_it_goes_from_the_office_to_the_recipient_and_the_copies(
    renderer: EditionRenderer,
) -> None:
    message = parsed(renderer, facts_of(recipient=an_addressee(copies=COPIES)))

    assert str(message["From"].addresses[0]) == str(mailbox(OFFICE))
    assert message["Reply-To"] == "annual.review@ombudsman.example"
    assert message["To"] == "managing.director@rochford.example"
    assert message["Cc"] == ", ".join(COPIES)
    assert message["Subject"] == "Annual Review letter 2020: Rochford District Council"
    assert message["X-Annual-Review-Letter"] == "2020-1-E07000075"


def test_date_and_message_id_are_left_to_the_mail_service(renderer: EditionRenderer) -> None:
    message = parsed(renderer, facts_of())

    assert "Date" not in message
    assert "Message-ID" not in message
    assert "Cc" not in message


def test_it_holds_every_form_and_both_files_under_sensible_names(renderer: EditionRenderer) -> None:
    letter = renderer.render(facts_of())
    message = message_from_bytes(letter.message, policy=policy.default)

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    *_, text, html, pdf, cases = message.walk()
    assert text.get_content() == letter.text.replace("\n", "\r\n")
    assert html.get_content() == letter.html.replace("\n", "\r\n")
    assert pdf.get_content() == letter.pdf
    assert pdf.get_filename() == "Annual Review letter 2020 - Rochford District Council.pdf"
    assert cases.get_content() == letter.case_list
    assert cases.get_filename() == "Case list 2020 - Rochford District Council.xlsx"


def test_names_in_other_letters_survive_the_headers(renderer: EditionRenderer) -> None:
    name = "Cyngor Bwrdeistref Sirol Ŵrecsam & Łódź, a long name that must be folded somewhere"
    message = parsed(renderer, facts_of(name=name, is_sample=True))
    *_, pdf, _ = message.walk()

    assert message["Subject"] == f"SAMPLE – Annual Review letter 2020: {name}"
    assert pdf.get_filename() == "Letter 2020 - Cyngor Bwrdeistref Sirol Ŵrecsam & Łódź, a.pdf"


def test_a_name_in_other_letters_has_a_plain_one_beside_it(renderer: EditionRenderer) -> None:
    message = renderer.render(facts_of(name="Łódź")).message

    assert b' filename="Annual Review letter 2020 - Lodz.pdf"' in message
    assert b' name="Annual Review letter 2020 - Lodz.pdf"' in message


@pytest.mark.parametrize("is_reissue", [False, True])
def test_every_authority_finds_its_name_on_files_whose_headers_no_reader_has_to_join(
    *, is_reissue: bool
) -> None:
    office = named_mailbox("annual.review@ombudsman.example", "Local Government Ombudsman")
    for code, authority in read_register(SAMPLE_REGISTER).items():
        stem = f"Annual Review letter 2020 - {authority.name}{' - re-issued' if is_reissue else ''}"
        names = file_names(stem, 2020, authority.name, is_reissue=is_reissue)
        written = build_message(
            letter=LetterId.from_tag(f"2020-1-{code}"),
            sender=office,
            reply_to=office,
            recipient=an_addressee(),
            subject="Annual Review letter 2020",
            text="",
            html="",
            attachments=[
                Attachment(names.letter, "application/pdf", b""),
                Attachment(names.case_list, XLSX, b""),
            ],
        )

        *_, pdf, cases = message_from_bytes(written, policy=policy.default).walk()
        assert b"*" not in written
        assert max(map(len, written.split(b"\r\n"))) <= 76
        for part, name in ((pdf, names.letter), (cases, names.case_list)):
            assert part.get_filename() == part["Content-Type"].params["name"] == name
            # The longest names lose their last words.
            assert f" - {authority.name.split()[0]}" in name
            assert ("re-issued" in name) is is_reissue


def test_a_sender_without_a_name_has_that_of_the_edition() -> None:
    edition = load_edition(SHIPPED_EDITIONS, YEAR)
    renderer = EditionRenderer(edition, "letters@ombudsman.example")

    (sender,) = parsed(renderer, facts_of())["From"].addresses
    assert sender.display_name == edition.author
    assert sender.addr_spec == "letters@ombudsman.example"


def test_answers_go_to_the_address_in_the_letterhead() -> None:
    edition = load_edition(SHIPPED_EDITIONS, YEAR)
    letterhead = edition.letterhead.model_copy(update={"email": "answers@ombudsman.example"})
    changed = edition.model_copy(update={"letterhead": letterhead})
    letter = EditionRenderer(changed, OFFICE).render(facts_of())

    message = message_from_bytes(letter.message, policy=policy.default)
    assert message["Reply-To"] == "answers@ombudsman.example"
    assert "answers@ombudsman.example" in letter.text


@pytest.mark.parametrize("sample", [True, False], ids=["sample", "letter"])
@pytest.mark.parametrize(
    "name",
    [
        "Cyngor Bwrdeistref Sirol Rhondda Cynon Tâf – Ŵyl Ŷd Ŵŷ",
        "Gmina Łódź Żółć Ćma Ńa Świętokrzyskie Ąę",
        "Kunsill Lokali ta’ Ħaż-Żabbar, Ġgantija, Ċirkewwa, Għajnsielem",
    ],
)
def test_a_subject_keeps_every_space_wherever_it_is_folded(
    renderer: EditionRenderer, name: str, *, sample: bool
) -> None:
    subject = parsed(renderer, facts_of(name=name, is_sample=sample))["Subject"]

    mark = "SAMPLE – " if sample else ""
    assert subject == f"{mark}Annual Review letter 2020: {name}"


def test_it_is_seven_bit_with_crlf_line_ends_and_short_lines(renderer: EditionRenderer) -> None:
    message = renderer.render(facts_of(name="Łódź & Ŵrecsam", is_sample=True)).message

    assert message.isascii()
    assert message.count(b"\n") == message.count(b"\r\n") == message.count(b"\r")
    lines = [each for each in message.split(b"\r\n") if not each.startswith(b" filename*=")]
    assert max(map(len, lines)) <= 78
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert len(message) < 200_000


def test_the_largest_authority_fits_into_a_message_of_200_kilobytes(
    renderer: EditionRenderer,
) -> None:
    subjects = {f"subject:{each.value}": 70 for each in Subject}
    busy = a_tally(upheld=210, not_upheld=120, referred_back=300, on_time=150, late=20, **subjects)

    assert len(renderer.render(facts_of(busy, name="A" * 60, is_sample=True)).message) < 200_000


@pytest.mark.parametrize(
    "address",
    [
        "a@rochford.example\r\nBcc: all@rochford.example",
        "a@rochford.example\nBcc: all@rochford.example",
        "a@rochford.example, b@rochford.example",
        "a@rochford.example\x00",
        "a b@rochford.example",
        "ą@rochford.example",
        "rochford.example",
        "",
    ],
)
def test_an_address_that_is_not_one_mailbox_stops_the_letter(
    renderer: EditionRenderer, address: str
) -> None:
    for recipient in (an_addressee(email=address), an_addressee(copies=(address,))):
        with pytest.raises(UnprintableLetterError, match="correct it among the recipients"):
            renderer.render(facts_of(recipient=recipient))
    with pytest.raises(MailboxError):
        EditionRenderer(load_edition(SHIPPED_EDITIONS, YEAR), address)


@pytest.mark.parametrize("content", [b"", b"\x00", bytes(range(256)) * 3, b"%PDF" * 57])
@given(text=TEXTS, html=TEXTS)
def test_every_text_and_file_is_read_back_as_it_was(text: str, html: str, content: bytes) -> None:
    office = mailbox(OFFICE)
    written = build_message(
        letter=LetterId.from_tag("2020-1-E07000075"),
        sender=office,
        reply_to=office,
        recipient=an_addressee(),
        subject="Annual Review letter 2020",
        text=text,
        html=html,
        attachments=[Attachment("a.pdf", "application/pdf", content)],
    )

    message = message_from_bytes(written, policy=policy.default)
    *_, plain, page, file = message.walk()
    assert plain.get_content() == crlf(text)
    assert page.get_content() == crlf(html)
    assert file.get_content() == content
    assert [part.defects for part in message.walk()] == [[]] * 5


def crlf(text: str) -> str:
    """End every line as mail does, the last one too."""
    return "".join(f"{line}\r\n" for line in text.removesuffix("\n").split("\n"))


def test_no_name_can_add_a_header(renderer: EditionRenderer) -> None:
    injected = "Council\r\nBcc: all@rochford.example\r\n\r\n--=_0_2020-1-E07000075"
    facts = facts_of(name=injected, recipient=an_addressee(addressee=injected, salutation=injected))
    message = parsed(renderer, facts)

    assert "Bcc" not in message
    assert len(list(message.walk())) == 6
    assert message["Subject"] == f"Annual Review letter 2020: {' '.join(injected.split())}"


def test_the_longest_letter_is_under_200_kb_with_everything_attached() -> None:
    sizes = {str(each): len(each.rendered.message) for each in ALL_VARIANTS}

    assert max(sizes.values()) < 200 * 1024
