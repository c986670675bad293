"""Paragraphs at the desk: decided one after another, with the letter beside the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx2 import Response

from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.desk.desk import Desk
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import LONGEST_TEXT, Paragraph, Status
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.services.letters.own_performance import LoadedNote, Note
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from functions.prepare_letter import handler
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_compliance_outcome
from tests.fakes.rendering import PlainRenderer
from tests.integration.desk.browsing import Person, words_of
from tests.integration.world import FakeContext, World, a_closed_year, handed_back
from tests.unit.cli.test_command_line import SOUND
from tests.unit.cli.test_command_line import Desk as Commands

LIST = "/2020/paragraphs"
LATE = f"{LIST}/{ROCHFORD}/late_remedies"
NOTE = f"{LIST}/{OTHER_DISTRICT}/note-1"
HOSTILE = "<script>alert(1)</script> said the <b>council</b>."


def prepare(world: World) -> None:
    assert handed_back(handler.lambda_handler(world.batch("prepare"), FakeContext())) == []


def paragraph(world: World, path: str = LATE) -> Paragraph:
    code, id_ = path.split("/")[-2:]
    kept = DynamoDBParagraphStore(world.table).get(YEAR, FIRST_REVISION, AuthorityCode(code))
    assert kept
    return kept.get(id_)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the form has no {name}"
    return found[1]


def form_of(person: Person, path: str) -> dict[str, str]:
    """What the form of a page would send, untouched."""
    page = person.open(path).text
    names = ("seen", "known", "onward", "was")
    form = {name: hidden(page, name) for name in names if f'name="{name}"' in page}
    return {**form, "text": form["was"]}


@pytest.fixture
def year(deployed: World, plain_letters: PlainRenderer, monkeypatch: pytest.MonkeyPatch) -> World:
    """A late remedy of Rochford, and a hostile note about another district; both are proposed."""
    assert plain_letters.rendered == []
    monkeypatch.setenv("APPROVAL_REQUIRED", "true")
    late = a_compliance_outcome(outcome=ComplianceOutcome.LATE)
    deployed.cases.commit(CaseChange((CaseWrite(late, None),)))
    note = LoadedNote(Note(OTHER_DISTRICT, Family.LATE_ANSWERS, HOSTILE), "Ann", NOON, 0)
    DynamoDBParagraphStore(deployed.table).add_note(YEAR, note, None)
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    prepare(deployed)
    return deployed


def test_an_editor_goes_from_the_list_through_all_of_them(year: World, ann: Person) -> None:
    listed = ann.read(LIST)
    assert "0 of 2 reviewed" in listed
    assert "2 paragraphs in 2 letters; 2 to review, in 2 letters." in listed

    kept = ann.send(f"{LATE}/keep", **form_of(ann, LATE))
    assert kept.url.path == NOTE, "the next that waits for a review"
    assert "late_remedies: kept by Ann" in words_of(kept)
    assert "1 of 2 reviewed" in words_of(kept)
    assert paragraph(year).status is Status.KEPT

    edited = ann.send(f"{NOTE}/edit", **form_of(ann, NOTE) | {"text": "We asked\nthree times."})
    assert edited.url.path == LIST, "none is left"
    assert "2 of 2 reviewed" in words_of(edited)
    assert "note-1: edited by Ann" in words_of(edited)
    assert paragraph(year, NOTE).text == "We asked three times."
    assert len(year.requests("prepare")) == len([LATE, NOTE]), "the letters are prepared again"


@pytest.mark.usefixtures("year")
def test_a_filter_stays_while_one_paragraph_follows_another(ann: Person) -> None:
    assert "1 shown" in ann.read(f"{LIST}?origin=note")
    assert "1 of 1" in ann.read(f"{NOTE}?origin=note&status=proposed")
    kept = ann.send(f"{NOTE}/keep?origin=note", **form_of(ann, f"{NOTE}?origin=note"))
    assert (kept.url.path, kept.url.params["origin"]) == (LIST, "note")
    assert "No paragraph matches." in ann.read(f"{LIST}?origin=note&status=proposed")


def test_a_paragraph_is_removed_with_a_reason_and_the_removal_undone(
    year: World, ann: Person
) -> None:
    form = form_of(ann, LATE)
    refused = ann.send(f"{LATE}/remove", **form, reason=" … ")
    assert "Give a reason" in words_of(refused)
    assert paragraph(year).status is Status.PROPOSED

    removed = ann.send(f"{LATE}/remove", **form, reason="told by telephone")
    assert "late_remedies: removed by Ann, 22 July 2020, 13:00: told by telephone" in words_of(
        removed
    )

    undone = ann.send(f"{LATE}/undo", seen=hidden(removed.text, "seen"))
    assert undone.url.path == LATE
    assert "undone by Ann, 22 July 2020, 13:00: removed by Ann" in words_of(undone)
    assert paragraph(year).status is Status.PROPOSED
    assert "0 of 2 reviewed" in ann.read(LIST)


def test_somebody_slower_is_refused_and_shown_what_has_changed_and_keeps_their_text(
    year: World, sit_down: Callable[[str], Person]
) -> None:
    ann, ben = sit_down("Ann"), sit_down("Ben")
    hers, his = form_of(ann, LATE), form_of(ben, LATE)
    ann.send(f"{LATE}/edit", **hers | {"text": "Hers."})

    refused = ben.send(f"{LATE}/edit", **his | {"text": "His."})

    said = words_of(refused)
    assert "somebody changed them since you read them" in said
    assert "New: late_remedies, edited by Ann, 22 July 2020, 13:00. It reads now: “Hers.”" in said
    assert ">His.</textarea>" in refused.text
    assert paragraph(year).text == "Hers."

    again = {"seen": hidden(refused.text, "seen"), "text": "His."}
    ben.send(f"{LATE}/edit", **again)
    assert paragraph(year).text == "His.", "who has seen the change may decide"


def test_keeping_does_not_lose_what_was_typed(year: World, ann: Person) -> None:
    refused = ann.send(f"{LATE}/keep", **form_of(ann, LATE) | {"text": "Better."})
    assert "You have changed the text, and nothing was done" in words_of(refused)
    assert ">Better.</textarea>" in refused.text
    assert paragraph(year).status is Status.PROPOSED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the text is empty"),
        ("One.\n\nTwo.", "one paragraph at a time"),
        ("x" * (LONGEST_TEXT + 1), "1201 characters"),
        ("A \N{SNOWMAN}.", "the letter's font lacks U+2603 (SNOWMAN)"),
    ],
)
def test_a_text_that_no_letter_can_print_is_told_while_it_is_typed_and_not_kept(
    year: World, ann: Person, text: str, why: str
) -> None:
    typed = ann.send(f"{LATE}/letter", text=text)
    assert why in words_of(typed)
    assert "<img" not in typed.text
    assert why in words_of(ann.send(f"{LATE}/edit", **form_of(ann, LATE) | {"text": text}))
    assert paragraph(year).status is Status.PROPOSED


def test_a_change_says_whether_it_takes_an_approval_back(year: World, ann: Person) -> None:
    assert "The letter is prepared." in ann.read(f"{LATE}/standing")
    ann.send(f"{LATE}/keep", **form_of(ann, LATE))
    assert "is being prepared" in ann.read(f"{LATE}/standing")
    prepare(year)
    ann.desk.system.approve_letters().approve(YEAR, ann.desk.act(), only=[ROCHFORD])
    assert "a change withdraws its approval" in ann.read(f"{LATE}/standing")


@pytest.mark.usefixtures("year")
def test_texts_of_others_are_shown_and_never_obeyed(ann: Person) -> None:
    for page in (ann.open(LIST).text, ann.open(NOTE).text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.fixture
def rehearsed(tmp_path: Path) -> Person:
    """Ann at a desk that shows a rehearsal, in which a late remedy and a note are proposed."""
    folder = Commands(tmp_path)
    folder.events(SOUND)
    folder.write("N.csv", f"code,family,text\nE07000001,late_answers,{HOSTILE}\n")
    assert folder.rehearse("--notes", "N.csv").returncode == 0
    return Person(Desk("Ann", YEAR, rehearsal=tmp_path / "out/2020", clock=lambda: NOON))


def drawn(person: Person, text: str) -> Response:
    """Return the page's picture of the letter with a text."""
    return person.send(f"{LIST}/E07000001/note-1/letter", text=text)


def test_the_letter_is_drawn_with_the_text_as_it_is_typed(rehearsed: Person) -> None:
    as_it_is = drawn(rehearsed, HOSTILE)
    typed = drawn(rehearsed, "We asked three times.")
    begun = drawn(rehearsed, "W")

    assert "21 of 1,200 characters. On page 2 of 3." in words_of(typed)
    pictures = [re.findall(r'src="(.*?\.png)"', each.text)[0] for each in (as_it_is, typed)]
    first, second = (rehearsed.open(each) for each in pictures)
    assert first.content.startswith(b"\x89PNG")
    assert first.content != second.content

    [address] = re.findall(r'src="(.*?)#paragraph"', typed.text)
    email = rehearsed.open(address)
    assert '<mark id="paragraph">We asked three times.</mark>' in email.text
    assert email.headers["content-security-policy"].startswith("sandbox;")
    [address] = re.findall(r'src="(.*?)#paragraph"', begun.text)
    assert '><mark id="paragraph">W</mark><' in rehearsed.open(address).text
    [address] = re.findall(r'src="(.*?)#paragraph"', as_it_is.text)
    assert "<script>alert" not in rehearsed.open(address).text
    assert not rehearsed.open(f"{address.rpartition('/')[0]}/9.png").is_success


def test_a_rehearsal_is_read_and_not_changed(rehearsed: Person) -> None:
    assert "3 paragraphs in 2 letters; 3 to review, in 2 letters." in rehearsed.read(LIST)
    page = rehearsed.open(f"{LIST}/E07000001/note-1").text
    assert "&lt;script&gt;" in page
    assert 'method="post" action="/2020/paragraphs/E07000001/note-1/remove' not in page
    kept = rehearsed.send(f"{LIST}/E07000001/note-1/keep", text=HOSTILE, was=HOSTILE, seen="0")
    assert "This desk shows the rehearsal" in words_of(kept)
