"""The room *Letters*: read one after another, approved as they were read, or held."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from annual_review.desk.desk import Desk
from annual_review.desk.reading import records
from annual_review.domain.letters import LetterState
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.documents import digest
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.review.review_sources import KeptLetters
from annual_review.wiring import review
from functions.prepare_letter import handler as prepare_letter
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import FakeContext, World, a_closed_year
from tests.unit.cli.test_review_command import NORTH, ODD, rehearse, write_year

_LETTERS: Final = "/2020/letters"
_PNG: Final = b"\x89PNG"
_NOT_FOUND: Final = 404


@pytest.fixture
def prepared(deployed: World) -> World:
    """Two letters, printed by the real renderer."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    prepare_letter.lambda_handler(deployed.batch("prepare"), FakeContext())
    return deployed


def letter_of(world: World, code: str = ROCHFORD) -> Letter:
    return world.letters.get(a_letter_id(code))


def path_of(code: str, query: str = "") -> str:
    return f"{_LETTERS}/{code}{query}"


def read_it(person: Person, code: str, query: str = "") -> str:
    """Open a letter, press the button that notes it as read, and return where that leads."""
    page = person.open(path_of(code, query)).text
    fields = dict(re.findall(r'name="(letter|message|next|choice)" value="([^"]*)"', page))
    return person.send(f"{path_of(code)}/read", **fields).url.path


def prepared_with_other_words(world: World, code: str) -> None:
    """Prepare a letter once more; it comes out as another message."""
    letter = letter_of(world, code)
    message = world.documents.get(letter.key("eml")).replace(b"22 July 2020", b"23 July 2020")
    other = replace(letter, message_sha256=digest(message))
    world.documents.put(other.key("eml"), message, "message/rfc822")
    world.letters.move(
        letter, Move(LetterState.PREPARED, NOON, "rendered", message_sha256=other.message_sha256)
    )


def test_letters_are_read_one_after_another_and_approved_as_they_were_read(
    prepared: World, ann: Person
) -> None:
    assert "0 of 2 read" in ann.read(_LETTERS)
    first, second = sorted((ROCHFORD, OTHER_DISTRICT))

    assert read_it(ann, first) == path_of(second)
    assert read_it(ann, second) == _LETTERS
    assert "2 of 2 read" in ann.read(_LETTERS)
    prepared_with_other_words(prepared, second)
    assert "1 of 2 read ; 1 changed since you read it" in ann.read(_LETTERS)

    proposed = ann.send(f"{_LETTERS}/approve-read")
    assert "1 letter would be approved." in words_of(proposed)
    assert "changed since it was read" in words_of(proposed)
    assert "has come: Dispatch sends them." in ann.confirm(proposed)
    assert letter_of(prepared, first).history[-1].why == "approved by Ann"
    assert letter_of(prepared, second).state is LetterState.PREPARED


def test_what_was_chosen_is_approved_as_it_lay_there_and_not_as_it_lies_there_later(
    prepared: World, ann: Person
) -> None:
    proposed = ann.send(f"{_LETTERS}/approve", authority=[ROCHFORD, OTHER_DISTRICT])
    assert "2 letters would be approved." in words_of(proposed)
    prepared_with_other_words(prepared, ROCHFORD)

    assert "This has changed since you looked, and nothing was done." in ann.confirm(proposed)
    assert letter_of(prepared).state is LetterState.PREPARED


def test_all_that_a_list_shows_are_approved_at_once_and_no_others(
    prepared: World, ann: Person
) -> None:
    page = ann.read(f"{_LETTERS}?words={ROCHFORD}")
    assert "Approve all 1 shown that are prepared" in page
    proposed = ann.send(f"{_LETTERS}/approve-shown", choice=f"?words={ROCHFORD}")
    assert "1 letter approved." in ann.confirm(proposed)
    assert letter_of(prepared).state is LetterState.APPROVED
    assert letter_of(prepared, OTHER_DISTRICT).state is LetterState.PREPARED
    again = ann.send(f"{_LETTERS}/approve-shown", choice=f"?words={ROCHFORD}")
    assert "None of the letters shown is waiting for approval." in words_of(again)


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("act", ["approve", "hold", "unhold"])
def test_where_no_letter_is_chosen_none_is_meant(ann: Person, act: str) -> None:
    answer = words_of(ann.send(f"{_LETTERS}/{act}", reason="asked for"))
    assert "Choose letters first" in answer


@pytest.mark.usefixtures("prepared")
def test_what_is_the_same_for_all_letters_is_read_once_for_a_page(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ReportingYear] = []

    def counted(year: ReportingYear) -> date:
        asked.append(year)
        return date(2020, 7, 22)

    monkeypatch.setattr(review, "expected_issue_date", counted)
    ann.open(_LETTERS)
    assert asked == [YEAR]


@pytest.mark.usefixtures("prepared")
def test_a_hold_leads_to_the_next_letter_of_those_that_are_shown(ann: Person) -> None:
    first, second = sorted((ROCHFORD, OTHER_DISTRICT))
    page = ann.open(path_of(first, "?state=prepared")).text
    fields = dict(re.findall(r'name="(next|choice|reading|authority)" value="([^"]*)"', page))
    proposed = ann.send(f"{_LETTERS}/hold", **fields, reason="<script>alert(1)</script>")
    ann.confirm(proposed)

    done = ann.open(proposed.url.path).text
    assert f'href="{path_of(second)}?state=prepared"' in done
    held = ann.open(path_of(first)).text
    assert "<script>alert" not in held
    assert "held by Ann: &lt;script&gt;alert(1)&lt;/script&gt;" in held
    proposed = ann.send(f"{_LETTERS}/unhold", authority=first)
    assert "1 letter no longer held." in ann.confirm(proposed)


def test_a_flag_is_that_of_the_letter_as_it_lies_there_now(prepared: World, ann: Person) -> None:
    flag = "changed since approved"
    assert flag not in ann.read(_LETTERS)
    letter = letter_of(prepared)
    approved = Move(LetterState.APPROVED, NOON, "approved", approved_sha256=letter.message_sha256)
    prepared.letters.move(letter, approved)
    planned = Move(LetterState.PLANNED, NOON, "to be prepared again")
    prepared.letters.move(letter_of(prepared), planned)
    prepared_with_other_words(prepared, ROCHFORD)

    assert flag in ann.read(f"{_LETTERS}?flag=CHANGED_SINCE_APPROVED")
    assert "1 of 2 letters shown" in ann.read(f"{_LETTERS}?flag=CHANGED_SINCE_APPROVED")


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=held", "0 of 2"),
        ("?words=rochf", "0 of 2"),
        (f"?words={ROCHFORD}", "1 of 2"),
        ("?flag=SMALL_NUMBERS&sort=-uphold_rate", "2 of 2"),
        ("?flag=SUCCESSOR", "0 of 2"),
        ("?reading=read", "0 of 2"),
        ("?type=county", "0 of 2"),
        ("?sort=nonsense&flag=nonsense", "2 of 2"),
    ],
)
def test_the_address_says_which_letters_are_shown(ann: Person, query: str, shown: str) -> None:
    assert f"{shown} letters shown" in ann.read(f"{_LETTERS}{query}")


def test_what_is_shown_of_a_letter_comes_out_of_its_message(prepared: World, ann: Person) -> None:
    letter = letter_of(prepared)
    asked = f"?letter={letter.id.tag}&message={letter.message_sha256}"
    path = path_of(ROCHFORD)
    assert ann.open(f"{path}/page/1.png{asked}").status_code == _NOT_FOUND, "not shown yet"
    prepared.documents.put(letter.key("html"), b"2 of 12 upheld", "text/html")
    ann.open(path)

    for picture in ("thumbnail/1", "thumbnail/2", "page/1"):
        assert ann.open(f"{path}/{picture}.png{asked}").content.startswith(_PNG)
    assert ann.open(f"{path}/page/99.png{asked}").status_code == _NOT_FOUND
    html = ann.open(f"{path}/letter.html{asked}")
    assert "2 of 12 upheld" not in html.text
    assert "sandbox; default-src 'none'" in html.headers["content-security-policy"]
    assert ann.open(f"{path}/letter.pdf{asked}").content.startswith(b"%PDF")


def test_a_message_that_somebody_changed_is_shown_to_nobody(prepared: World, ann: Person) -> None:
    key = letter_of(prepared).key("eml")
    prepared.documents.put(key, prepared.documents.get(key) + b" ", "message/rfc822")

    told = ann.read(path_of(ROCHFORD))

    assert "somebody changed or removed it" in told
    assert f"annual-review prepare 2020 --only {ROCHFORD}" in told


def test_a_year_without_letters_says_what_comes_first(ann: Person) -> None:
    told = ann.read(_LETTERS)
    assert "the year 2020 has no letters: close it first" in told
    assert "annual-review close 2020" in told
    assert "refused" not in told


def test_a_record_that_cannot_be_read_is_told_where_its_figures_would_stand(
    prepared: World, sit_down: Callable[[str], Person]
) -> None:
    (key,) = (each for each in prepared.kept() if each.endswith(f"authorities/{ROCHFORD}.json"))
    prepared.documents.put(key, b"{}", "application/json")

    told = sit_down("Ben").read(_LETTERS)
    assert "is not the record that letter" in told
    assert "Reading the flags" not in told, "or it would be tried for ever"


@pytest.mark.usefixtures("prepared")
def test_flags_come_as_they_are_read_and_the_page_tells_how_far_they_are(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = Event()
    read = KeptLetters.frozen

    def slowly(source: KeptLetters, letter: Letter) -> FrozenAuthority:
        may_go_on.wait(timeout=10)
        return read(source, letter)

    monkeypatch.setattr(KeptLetters, "frozen", slowly)
    monkeypatch.setattr(records, "_SECONDS_FOR_A_FEW", 0)
    page = ann.open(_LETTERS)
    assert "Checking letters for flags: 0 of 2" in words_of(page)
    assert 'hx-trigger="every 1s"' in page.text
    assert "small numbers" not in page.text

    may_go_on.set()
    monkeypatch.setattr(records, "_SECONDS_FOR_A_FEW", None)
    page = ann.open(_LETTERS)
    assert "small numbers" in page.text
    assert "hx-trigger" not in page.text


def test_the_letters_of_a_rehearsal_are_read_without_any_act(tmp_path: Path) -> None:
    write_year(tmp_path, [NORTH, NORTH])
    rehearse(tmp_path)
    person = Person(Desk("Ann", YEAR, rehearsal=tmp_path / "out/2020"))

    page = person.open(_LETTERS).text
    assert "Northbridge &amp; &lt;b&gt;Co&lt;/b&gt;" in page
    assert "can&#39;t be printed" in page
    assert 'method="post"' not in page
    opened = person.open(path_of(NORTH)).text
    picture = re.search(r'src="([^"]*/page/1\.png[^"]*)"', opened)
    assert picture
    assert person.open(picture[1].replace("&amp;", "&")).content.startswith(_PNG)
    assert 'method="post"' not in opened
    assert "there are no pages to read" in person.read(path_of(ODD))


@pytest.mark.parametrize("content", [b"[]", b"null", b"[" * 100_000, b"{"])
def test_a_file_of_a_rehearsal_that_can_t_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    write_year(tmp_path, [NORTH])
    rehearse(tmp_path)
    folder = tmp_path / "out/2020"
    spoilt = folder / f"frozen/authorities/{NORTH}.json"
    spoilt.write_bytes(content)
    (folder / "figures.json").write_bytes(content)
    person = Person(Desk("Ann", YEAR, rehearsal=folder))
    assert f"{spoilt} can't be used" in person.read(f"/2020/letters/{NORTH}")
    assert f"{spoilt.name}: " in person.read("/2020/letters")
    assert "figures.json can't be used" in person.read("/2020/figures")
