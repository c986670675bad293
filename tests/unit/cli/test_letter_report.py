from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.files.dispatch_file import csv_of
from annual_review.cli.commands.year_end.report_view import page_of
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.letter_history import EventKind, MailEvent, NotedReport
from annual_review.services.year_end.letter_report import LetterReport, report_letters
from annual_review.services.year_end.year_phases import YearRead
from annual_review.views.letter_report import sums_of, verdict_of
from tests.builders import COUNTY, NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter
from tests.fakes.letters import MISLEADING

S, E, K = LetterState, MailEvent, EventKind
TO = (EmailAddress("chief@rochford.example"), EmailAddress("leader@rochford.example"))


def a_sent_letter(
    state: LetterState,
    authority: str = ROCHFORD,
    *,
    why: str = "Delivery",
    claimed: EventKind = K.ABOUT_TO_BE_SENT,
    about_copies: MailEvent | None = None,
) -> Letter:
    """Build a letter that was claimed at noon, accepted a second later, and ended after two."""
    noted = NotedReport(about_copies, is_about_copies=True) if about_copies else None
    lines = [
        Event(NOON, S.PLANNED, "planned", K.PLANNED),
        Event(NOON, S.CLAIMED, "about to be sent", claimed),
        Event(NOON, S.ACCEPTED, "accepted for sending", K.ACCEPTED),
        *([Event(NOON, S.ACCEPTED, f"copy: {about_copies}", K.REPORTED, noted)] if noted else []),
        *([Event(NOON, state, why)] if state is not S.ACCEPTED else []),
    ]
    history = tuple(
        replace(each, at=NOON + timedelta(seconds=place)) for place, each in enumerate(lines, -1)
    )
    return replace(a_letter(state, authority=authority), history=history, attempts=1, recipients=TO)


def report(*letters: Letter) -> LetterReport:
    named = {letter.id.authority: "A council" for letter in letters}
    return report_letters(YearRead(YEAR, is_closed=True, names=named, all_letters=letters))


def test_how_a_letter_ended_is_not_what_was_noted_of_it_later() -> None:
    bounced = a_sent_letter(S.BOUNCED, why="Bounce Permanent General")
    remarks = (
        NotedReport(E.DELIVERY_DELAY, "MailboxFull"),
        NotedReport(E.BOUNCE, "Transient General"),
        NotedReport(E.BOUNCE, "Permanent General", is_about_copies=True),
    )
    later = tuple(Event(NOON, S.BOUNCED, "noted later", K.REPORTED, each) for each in remarks)

    [told] = report(replace(bounced, history=(*bounced.history, *later))).letters

    assert told.how == "Bounce Permanent General"
    assert [event.why for event in told.letter.history][-3:] == ["noted later"] * 3


def test_a_complaint_stays_how_a_letter_ended_when_its_reader_was_spoken_to() -> None:
    complained = a_sent_letter(S.COMPLAINED, why="Complaint abuse")
    spoken_to = Event(NOON, S.COMPLAINED, "settled as spoken-to by a.b", K.SETTLED)

    [told] = report(replace(complained, history=(*complained.history, spoken_to))).letters

    assert told.how == "Complaint abuse"


def test_a_letter_is_told_with_its_times_and_its_end() -> None:
    [told] = report(a_sent_letter(S.BOUNCED, why="Bounce Permanent General")).letters

    assert told.claimed_at == NOON
    assert told.accepted_at == NOON + timedelta(seconds=1)
    assert told.ended_at == NOON + timedelta(seconds=2)
    assert told.how == "Bounce Permanent General"
    assert (told.is_diverted, told.bounced_copies) == (False, ())


def test_a_letter_on_its_way_has_no_end() -> None:
    found = report(a_sent_letter(S.ACCEPTED))

    assert found.letters[0].ended_at is None
    assert (found.ended, found.not_ended) == ({}, {S.ACCEPTED: 1})
    assert not found.adds_up


def test_copies_that_bounced_and_mail_that_was_diverted_are_read_from_the_history() -> None:
    bounced = a_sent_letter(S.DELIVERED, about_copies=E.BOUNCE)
    diverted = a_sent_letter(
        S.DELIVERED, OTHER_DISTRICT, claimed=K.ABOUT_TO_BE_DIVERTED, about_copies=E.DELIVERY
    )

    first, second = report(bounced, diverted).letters

    assert (first.bounced_copies, second.bounced_copies) == (("copy: Bounce",), ())
    assert (first.is_diverted, second.is_diverted) == (False, True)


def test_a_letter_that_failed_when_diverted_and_was_then_sent_is_not_diverted() -> None:
    refused = a_sent_letter(S.FAILED, claimed=K.ABOUT_TO_BE_DIVERTED)
    sent = a_sent_letter(S.DELIVERED)

    [told] = report(replace(sent, history=(*refused.history, *sent.history))).letters

    assert not told.is_diverted


@given(st.lists(st.sampled_from(MISLEADING), min_size=5, max_size=5))
def test_the_words_of_a_history_are_printed_and_nothing_is_read_out_of_them(
    words: list[str],
) -> None:
    letter = a_sent_letter(
        S.BOUNCED, claimed=K.ABOUT_TO_BE_DIVERTED, about_copies=E.BOUNCE, why="Bounce"
    )
    lines = zip(letter.history, words, strict=True)
    reworded = replace(letter, history=tuple(replace(each, why=why) for each, why in lines))

    [told], [other] = report(letter).letters, report(reworded).letters

    assert (other.how, other.bounced_copies) == (words[4], (words[3],))
    same = replace(other, letter=told.letter, bounced_copies=told.bounced_copies)
    assert (same, other.is_diverted) == (told, told.is_diverted)


def test_a_letter_that_was_replaced_is_told_and_not_counted() -> None:
    first = a_sent_letter(S.BOUNCED)
    second = a_sent_letter(S.DELIVERED)
    second = replace(second, id=replace(second.id, dispatch=Dispatch(2)))

    found = report(first, second)

    assert [each.letter for each in found.letters] == [second]
    assert [each.letter for each in found.replaced] == [first]
    assert found.ended == {S.DELIVERED: 1}
    assert found.adds_up


def test_who_has_no_letter_and_who_has_one_too_many_are_named() -> None:
    found = report_letters(
        YearRead(
            YEAR,
            is_closed=True,
            names={ROCHFORD: "A", COUNTY: "B"},
            all_letters=(a_sent_letter(S.DELIVERED), a_sent_letter(S.DELIVERED, OTHER_DISTRICT)),
        )
    )

    assert (found.without, found.too_many) == ((COUNTY,), (OTHER_DISTRICT,))
    assert verdict_of(found) == (
        f"The letters do not add up: there is none for B ({COUNTY}); {OTHER_DISTRICT} have one and"
        " are not in the figures."
    )


def test_letters_on_their_way_are_no_error_of_the_sums() -> None:
    found = report(a_sent_letter(S.DELIVERED), a_sent_letter(S.ACCEPTED, OTHER_DISTRICT))

    assert not found.adds_up
    assert verdict_of(found) == (
        "There is one letter for each authority; 1 has not come to an end yet."
    )


@given(st.lists(st.sampled_from(S), min_size=1, max_size=9))
def test_the_sums_come_to_as_many_as_there_are_authorities(states: list[LetterState]) -> None:
    letters = [a_sent_letter(state, f"E0700000{place}") for place, state in enumerate(states)]
    sums = sums_of(report(*letters))

    assert sum(each.count for each in sums if not each.is_total) == len(states)
    assert {each.count for each in sums if each.is_total} == {len(states)}


def test_no_text_in_the_table_is_taken_for_a_formula() -> None:
    letter = a_sent_letter(S.HELD, why='=HYPERLINK("http://x")')

    [row] = csv.DictReader(io.StringIO(csv_of(report(letter)).decode()))

    assert row["how"] == '\'=HYPERLINK("http://x")'
    assert row["claimed"] == "2020-07-22T13:00:00+01:00"


class _Reader(HTMLParser):
    """Reads the tables of a page as a screen reader meets them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(*letters: Letter, at: datetime = NOON) -> tuple[str, _Reader]:
    text = page_of(report(*letters), at)
    reader = _Reader()
    reader.feed(text)
    return text, reader


def test_what_people_wrote_is_printed_literally() -> None:
    text, reader = page(a_sent_letter(S.HELD, why="<script>alert(1)</script> & more"))

    assert "<script>alert" not in text
    assert "<script>alert(1)</script> & more" in reader.text


def test_every_row_and_column_of_the_page_is_named_for_those_who_cannot_see_it() -> None:
    _, reader = page(a_sent_letter(S.DELIVERED), a_sent_letter(S.ACCEPTED, OTHER_DISTRICT))

    html = dict(reader.elements)["html"]
    assert html["lang"] == "en-GB"
    headings = [attrs for tag, attrs in reader.elements if tag == "th"]
    assert all(each.get("scope") in {"row", "col"} for each in headings)
    assert sum(each.get("role") == "rowheader" for each in headings) == 2
    assert [tag for tag, _ in reader.elements if tag in {"h1", "h2"}] == ["h1", "h2", "h2"]
    buttons = [attrs for tag, attrs in reader.elements if tag == "button"]
    assert len(buttons) == sum(each.get("role") == "columnheader" for each in headings)


def test_the_page_needs_nothing_from_outside() -> None:
    text, reader = page(a_sent_letter(S.DELIVERED))

    assert not [attrs for _, attrs in reader.elements if "src" in attrs or "href" in attrs]
    assert "url(" not in text
    assert "@import" not in text


def test_the_same_letters_at_the_same_time_give_the_same_page() -> None:
    assert page(a_sent_letter(S.DELIVERED))[0] == page(a_sent_letter(S.DELIVERED))[0]
