"""The journal of a year: out of the records that others keep, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.publication.challenges import Challenge
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import (
    SendingChange,
    SendingRecord,
    SendingStep,
)
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.year_end.closing.year_volume import VolumeRecord
from annual_review.services.year_end.journal import (
    JournalKind,
    YearRecords,
    as_acts,
    chosen_entries,
    journal_of,
)
from annual_review.services.year_end.year_phases import PhaseRecord
from tests.builders import COUNTY, NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter

_HOUR = timedelta(hours=1)


def records(**others: object) -> YearRecords:
    nothing: dict[str, object] = {
        "phases": PhaseRecord(YEAR),
        "closes": (),
        "volumes": VolumeRecord(YEAR),
        "repairs": (),
        "letters": (),
        "paragraphs": (),
        "notes": (),
        "sending": SendingRecord(YEAR),
        "challenges": (),
        "publications": PublicationHistory(),
    }
    return YearRecords(YEAR, **(nothing | others))  # type: ignore[arg-type]


def with_history(authority: str, *history: Event) -> Letter:
    return replace(a_letter(authority=authority), history=history)


def approved(by: str | None = "Ann") -> Event:
    why = f"approved by {by or 'somebody'}"
    return Event(NOON, LetterState.APPROVED, why, EventKind.APPROVED, by=by)


def test_what_people_did_is_told_and_what_functions_did_to_letters_is_not() -> None:
    rendered = Event(NOON - _HOUR, LetterState.PREPARED, "rendered", EventKind.RENDERED)
    letter = with_history(ROCHFORD, rendered, approved())
    register = Event(
        NOON + _HOUR, LetterState.PLANNED, "register changed", EventKind.TAKEN_BACK, by="Ben"
    )
    other = with_history(OTHER_DISTRICT, rendered, register)

    told = [(each.by, each.what) for each in journal_of(records(letters=[letter, other]))]

    assert told == [("Ben", "taken back"), ("Ann", "approved")]


def test_a_line_from_before_names_were_kept_apart_is_told_without_one() -> None:
    letter = with_history(ROCHFORD, approved(by=None))
    (entry,) = journal_of(records(letters=[letter]))
    assert (entry.by, entry.why) == ("", "approved by somebody")


def test_the_newest_comes_first_and_one_moment_has_one_order() -> None:
    stopped = SendingStep(SendingChange.STOPPED, NOON, "send_letter", "Paused")
    objected = Challenge(YEAR, ROCHFORD, 1, "Ms Able", NOON + _HOUR, "too many", "Cat")
    paragraphs = LetterParagraphs(YEAR, a_letter().id.revision, ROCHFORD).added(
        Family.LATE_ANSWERS, "It was late.", Act("Dan", NOON)
    )
    told = journal_of(
        records(
            letters=[with_history(ROCHFORD, approved())],
            paragraphs=[paragraphs],
            sending=SendingRecord(YEAR, history=(stopped,)),
            challenges=[objected],
        )
    )
    assert [each.kind.value for each in told] == ["challenge", "letter", "paragraph", "sending"]
    assert [each.by for each in told] == ["Cat", "Ann", "Dan", "send_letter"]


def test_publications_of_other_years_are_not_told() -> None:
    steps = [
        PublicationStep(NOON, PublicationState.APPROVED, PublicationName("abc"), year, "Eve")
        for year in (YEAR, ReportingYear(2021))
    ]
    (entry,) = journal_of(records(publications=PublicationHistory(tuple(steps))))
    assert (entry.by, entry.what, entry.about) == ("Eve", "approved", "publication abc")


def test_one_act_on_many_letters_is_one_act() -> None:
    letters = [
        with_history(ROCHFORD, approved()),
        with_history(OTHER_DISTRICT, approved("Ben")),
        with_history(COUNTY, approved()),
    ]
    told = [
        (each.by, each.about, each.authorities)
        for each in as_acts(journal_of(records(letters=letters)))
    ]
    assert told == [
        ("Ann", "2 letters", (ROCHFORD, COUNTY)),
        ("Ben", f"letter 2020-1-{OTHER_DISTRICT}", (OTHER_DISTRICT,)),
    ]


def test_entries_are_chosen_by_person_kind_and_authority() -> None:
    letters = [
        with_history(ROCHFORD, approved()),
        with_history(OTHER_DISTRICT, approved("Ben")),
    ]
    told = journal_of(records(letters=letters))

    assert [each.by for each in chosen_entries(told, by="Ben")] == ["Ben"]
    assert [each.by for each in chosen_entries(told, authority=ROCHFORD)] == ["Ann"]
    assert not chosen_entries(told, kinds=[JournalKind.NOTE])
    assert [*chosen_entries(told)] == told
