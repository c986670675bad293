"""The web pages of the local mail server, fed with friendly and with hostile messages."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from infrastructure.local.mail_archive import MailArchive
from infrastructure.local.mail_events import Acceptance, events_about
from infrastructure.local.mail_pages import MailPages
from infrastructure.local.mail_request import read_send_email
from infrastructure.local.mail_server import Page

NOON = datetime(2020, 7, 22, 12, 30, 15, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
PDF = b"%PDF-1.7 \x00\xff"


class Desk:
    """A mail server's archive and pages, and somebody who sends to it."""

    def __init__(self, folder: Path) -> None:
        self.archive = MailArchive(folder)
        self._pages = MailPages(self.archive)

    def send(
        self,
        to: str = "chief@x.example",
        *,
        subject: str = "Annual Review letter 2020",
        letter: str = "2020-1-E07000075",
        text: str = "Dear Chief Executive",
        html: str | None = "<p>Dear Chief Executive</p>",
        attached: str | None = "letter.pdf",
    ) -> str:
        """Send a message, a second after the one before; return what it is called."""
        message = EmailMessage()
        message["From"] = "Ombudsman <letters@ombudsman.example>"
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        if attached is not None:
            message.add_attachment(PDF, maintype="application", subtype="pdf", filename=attached)
        request = {
            "Content": {"Raw": {"Data": b64encode(message.as_bytes()).decode()}},
            "EmailTags": [{"Name": "letter", "Value": letter}],
            "ConfigurationSetName": "letters",
        }
        mail = read_send_email(json.dumps(request).encode())
        at = NOON + timedelta(seconds=len(self.archive))
        events = events_about(mail, Acceptance("id-1", at, "000000000000", "eu-west-2"))
        return self.archive.keep(mail, "id-1", at, events).name

    def get(self, path: str) -> Page:
        return self._pages.show(path)

    def html(self, path: str) -> str:
        page = self.get(path)
        assert page.kind == "text/html; charset=utf-8"
        return page.content.decode()

    def words(self, path: str) -> str:
        """What a person reads on a page."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.html(path))).split())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_before_the_first_message_the_list_says_so(desk: Desk) -> None:
    assert "No message yet." in desk.words("/")


def test_the_list_tells_of_each_message_the_newest_first(desk: Desk) -> None:
    desk.send("first@x.example")
    desk.send("bounce@simulator.amazonses.com", letter="2020-1-E10000012")

    words = desk.words("/")

    assert "2 messages" in words
    assert words.index("bounce@simulator.amazonses.com") < words.index("first@x.example")
    assert "2020-1-E10000012 12:30:16 bounced" in words
    assert "2020-1-E07000075 12:30:15 delivered" in words


def test_the_list_can_be_searched(desk: Desk) -> None:
    desk.send("first@x.example")
    desk.send("chief+bounce@x.example", letter="2020-1-E10000012")

    words = desk.words("/?q=BOUNCED")

    assert "1 of 2 messages" in words
    assert "2020-1-E10000012" in words
    assert "2020-1-E07000075" not in words


def test_messages_of_another_year_go_to_another_folder_and_the_list_has_all(
    desk: Desk, tmp_path: Path
) -> None:
    desk.send(letter="2023-1-E07000075")
    desk.archive.keep_in(tmp_path / "2024")
    desk.send(letter="2024-1-E07000075")

    assert [path.stem for path in tmp_path.glob("*.eml")] == ["2023-1-E07000075"]
    assert [path.stem for path in (tmp_path / "2024").iterdir()] == ["2024-1-E07000075"]
    assert "2 messages" in desk.words("/")


def test_a_letter_that_came_twice_is_two_messages(desk: Desk) -> None:
    assert [desk.send(), desk.send()] == ["2020-1-E07000075", "2020-1-E07000075.2"]
    assert "2 messages" in desk.words("/")
    assert desk.get("/messages/2020-1-E07000075.2").status == 200


def test_every_link_of_the_pages_leads_somewhere(desk: Desk) -> None:
    name = desk.send()

    for path in ("/", "/?q=x", f"/messages/{name}", f"/messages/{name}/text", "/nowhere"):
        for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', desk.html(path)):
            assert desk.get(link).status == 200, link


def test_a_message_is_shown_with_its_addresses_and_fate(desk: Desk) -> None:
    name = desk.send("complaint@simulator.amazonses.com")

    words = desk.words(f"/messages/{name}")

    assert "From Ombudsman <letters@ombudsman.example>" in words
    assert "To complaint@simulator.amazonses.com" in words
    assert "Fate delivered and complained" in words
    assert "letter.pdf (11 bytes)" in words


def test_its_text_and_headers_have_views_of_their_own(desk: Desk) -> None:
    name = desk.send(text="Dear Sir & Madam")

    assert "Dear Sir & Madam" in desk.words(f"/messages/{name}/text")
    assert "MIME-Version 1.0" in desk.words(f"/messages/{name}/headers")


def test_a_message_without_html_is_shown_as_text(desk: Desk) -> None:
    name = desk.send(html=None)

    assert "Dear Chief Executive" in desk.words(f"/messages/{name}")
    assert "<iframe" not in desk.html(f"/messages/{name}")


def test_the_html_runs_in_a_frame_that_can_do_nothing(desk: Desk) -> None:
    name = desk.send(html=f"{SCRIPT}<img src='https://tracker.example/x.png'>")

    page = desk.html(f"/messages/{name}")
    body = desk.get(f"/messages/{name}/body.html")

    assert SCRIPT not in page
    (frame,) = re.findall(r"<iframe[^>]*>", page)
    assert 'sandbox=""' in frame
    assert "title=" in frame
    policy = body.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "img-src data:"} <= set(policy)
    assert not any("script-src" in each or "https:" in each for each in policy)


def test_names_and_texts_of_a_message_are_never_markup(desk: Desk) -> None:
    name = desk.send(
        f'"{SCRIPT}" <chief@x.example>', subject=SCRIPT, text=SCRIPT, attached=f"{SCRIPT}.pdf"
    )

    for path in (
        "/",
        "/?q=" + quote(SCRIPT),
        *(f"/messages/{name}{v}" for v in ("", "/text", "/headers")),
    ):
        html = desk.html(path)
        assert "<script" not in html
        assert "&lt;script" in html


@pytest.mark.parametrize("path", ["/", "/messages/2020-1-E07000075", "/nowhere"])
def test_the_pages_themselves_run_no_script_and_load_nothing_from_elsewhere(
    desk: Desk, path: str
) -> None:
    desk.send()

    page = desk.get(path)

    assert b"<script" not in page.content
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not re.search(rb'(?:href|src|action)="(?!/|#)', page.content)


def test_an_attachment_is_saved_whole_under_its_name(desk: Desk) -> None:
    name = desk.send(attached="Annual Review – Môn.pdf")

    page = desk.get(f"/messages/{name}/attachments/0")

    assert page.content == PDF
    assert page.kind == "application/octet-stream"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Disposition"] == (
        'attachment; filename="Annual Review _ M_n.pdf"; '
        "filename*=UTF-8''Annual%20Review%20%E2%80%93%20M%C3%B4n.pdf"
    )


def test_a_name_cannot_break_out_of_a_header(desk: Desk) -> None:
    name = desk.send(attached='a"; filename="b.exe')

    said = desk.get(f"/messages/{name}/attachments/0").headers["Content-Disposition"]

    assert said.startswith('attachment; filename="a__ filename__b.exe"; ')


def test_the_message_can_be_saved_as_it_came(desk: Desk, tmp_path: Path) -> None:
    name = desk.send()

    page = desk.get(f"/messages/{name}/message.eml")

    assert page.content == (tmp_path / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/messages/unknown",
        "/messages/..%2f..%2fetc%2fpasswd",
        "/messages/2020-1-E07000075/attachments/1",
        "/messages/2020-1-E07000075/attachments/x",
        "/messages/2020-1-E07000075/other",
    ],
)
def test_what_is_not_there_is_said_not_to_be(desk: Desk, path: str) -> None:
    desk.send()

    assert desk.get(path).status == 404
    assert "There is nothing here" in desk.words(path)


def test_an_automatic_answer_is_not_told_as_mail_that_did_not_arrive(desk: Desk) -> None:
    desk.send("ooto@simulator.amazonses.com")

    assert "delivered and answered automatically" in desk.words("/")
