"""Paragraphs from proposal to print: prepared, reviewed, prepared anew, and never unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import LetterState
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import ParagraphError, Signed, Status
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import PortError
from annual_review.services.letters import Move
from annual_review.services.load_notes import LoadNotes, NotesReport
from annual_review.services.own_performance import Note, ParagraphsChangedError
from annual_review.services.prepare_letter import Preparation
from annual_review.services.review_paragraphs import Request, ReviewError, ReviewParagraphs
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
)
from tests.fakes.faults import CRASHES, PORT_ERRORS, Fault, Faults, ProcessDiedError
from tests.fakes.patience import endless
from tests.worlds import AFTER_THE_YEAR, World

ANN = Signed("Ann", AFTER_THE_YEAR)
ASKED = Request(YEAR, ROCHFORD, ANN)
LATE = "late_remedies"
NOTE = Note(ROCHFORD, Family.LATE_ANSWERS, "We asked three times.")


def a_closed_world(*outcomes: ComplianceOutcome) -> World:
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    chosen = outcomes or (ComplianceOutcome.LATE,)
    world.record(
        *(
            a_compliance_outcome(f"19-{number}", outcome=outcome)
            for number, outcome in enumerate(chosen)
        )
    )
    world.close()
    list(world.to_prepare.take())
    return world


def review(world: World) -> ReviewParagraphs:
    return ReviewParagraphs(world.paragraphs, world.letters, world.to_prepare)


def load(world: World, *notes: Note, is_dry_run: bool = False) -> NotesReport:
    service = LoadNotes(world.faults.over(world.paragraphs), world.letters, world.to_prepare)
    return service.load(YEAR, notes, ANN, is_dry_run=is_dry_run)


def printed(world: World) -> tuple[str, ...]:
    """Return the paragraphs in the letter as it lies in the bucket."""
    message = world.documents.get(world.letters.get(a_letter_id()).key("eml")).decode()
    facts = [each for each in world.renderer.rendered if f"{each!r}" in message]
    return facts[-1].paragraphs


def prepare_queued(world: World) -> list[Preparation]:
    return [
        world.prepare_letter().prepare(letter, AFTER_THE_YEAR) for letter in world.to_prepare.take()
    ]


class TestPreparing:
    def test_a_letter_prints_what_its_frozen_figures_say(self) -> None:
        outcomes = ComplianceOutcome.LATE, ComplianceOutcome.LATE, ComplianceOutcome.NOT_COMPLIED
        world = a_closed_world(*outcomes)

        world.prepare()

        assert printed(world) == (
            f"found: {ROCHFORD} in 2020: late_remedies, 2 cases, year 1; 19-0 19-1",
            f"found: {ROCHFORD} in 2020: not_complied, 1 cases, year 1; 19-2",
        )

    def test_a_letter_remembers_the_years_that_were_frozen_before(self) -> None:
        world = World()
        for year in (2019, 2020):
            day = ReportingYear(year).first_day
            late = ComplianceOutcome.LATE
            world.record(a_compliance_outcome(f"{year}", recorded_on=day, outcome=late))
            at = AFTER_THE_YEAR.replace(year=year)
            world.close_year().close(ReportingYear(year), at, endless())

        world.prepare()

        assert len(printed(world)) == 2
        assert "late_remedies_again, 1 cases, year 2; 2020" in printed(world)[1]

    def test_a_letter_with_nothing_to_say_keeps_no_paragraphs(self) -> None:
        world = a_closed_world(ComplianceOutcome.ON_TIME)

        world.prepare()

        assert printed(world) == ()
        assert world.paragraphs.of_year(YEAR) == ()

    def test_preparing_again_proposes_nothing_again(self) -> None:
        world = a_closed_world()
        world.prepare()
        before = world.paragraphs.of_year(YEAR)

        assert world.prepare(at=AFTER_THE_YEAR + timedelta(days=1)) is Preparation.UNCHANGED
        assert world.paragraphs.of_year(YEAR) == before

    def test_without_approvals_nothing_is_printed_that_nobody_has_seen(self) -> None:
        world = a_closed_world()
        service = world.prepare_letter(approval_required=False)
        service.prepare(a_letter_id(), AFTER_THE_YEAR)
        assert printed(world) == ()

        review(world).keep(ASKED, [LATE])
        service.prepare(a_letter_id(), AFTER_THE_YEAR)

        assert len(printed(world)) == 1

    def test_a_letter_waits_for_its_review_and_then_for_being_prepared_with_it(self) -> None:
        world = a_closed_world()
        world.prepare()
        assert world.paragraphs.unreviewed(YEAR) == {ROCHFORD}

        review(world).edit(ASKED, LATE, "It was late once.")
        assert world.paragraphs.unreviewed(YEAR) == {ROCHFORD}

        assert prepare_queued(world) == [Preparation.PREPARED]
        assert printed(world) == ("It was late once.",)
        assert world.paragraphs.unreviewed(YEAR) == frozenset()

    def test_what_is_kept_as_it_reads_can_be_approved_at_once(self) -> None:
        world = a_closed_world()
        world.prepare()

        review(world).keep(ASKED, [LATE])

        assert world.paragraphs.unreviewed(YEAR) == frozenset()

    @pytest.mark.parametrize("outcome", [ComplianceOutcome.LATE, ComplianceOutcome.ON_TIME])
    @pytest.mark.parametrize("call", range(12))
    @pytest.mark.parametrize("is_last", [False, True])
    def test_a_change_at_any_moment_of_preparing_is_in_the_letter(
        self, call: int, outcome: ComplianceOutcome, *, is_last: bool
    ) -> None:
        """Who prepares the letter because of the change may be done before this one, or after."""
        world = a_closed_world(outcome)
        world.prepare()
        world.renderer.wording = "second wording"

        def somebody_adds() -> None:
            if len(faults.calls) == call:
                review(world).add(ASKED, Family.EARLIER_YEARS, "My words.")
                if not is_last:
                    prepare_queued(world)

        faults = Faults(before_each=somebody_adds)
        world.under(faults).prepare()
        prepare_queued(world)

        if call < len(faults.calls):
            (kept,) = world.paragraphs.of_year(YEAR)
            assert "My words." in printed(world)
            assert printed(world) == kept.printed == kept.texts(with_unreviewed=True)

    @pytest.mark.parametrize("fault", [*CRASHES, *(Fault(each) for each in PORT_ERRORS)], ids=str)
    @pytest.mark.parametrize("call", range(14))
    def test_breaking_off_anywhere_and_preparing_again_proposes_once(
        self, fault: Fault, call: int
    ) -> None:
        world = a_closed_world()
        load(world, NOTE)
        expected = a_closed_world()
        load(expected, NOTE)
        expected.prepare()

        try:
            world.under(Faults({call: fault})).prepare()
        except (ProcessDiedError, PortError):
            world.prepare()

        assert printed(world) == printed(expected)
        (kept,) = world.paragraphs.of_year(YEAR)
        assert [len(each.history) for each in kept.paragraphs] == [1, 1]


class TestReviewing:
    def test_every_change_asks_for_the_letter_anew_and_is_remembered(self) -> None:
        world = a_closed_world()
        world.prepare()

        review(world).edit(ASKED, LATE, "Better.")
        review(world).remove(ASKED, LATE, "told by telephone")
        done = review(world).add(ASKED, Family.LATE_ANSWERS, "Slow.")

        assert list(world.to_prepare.take()) == [a_letter_id()] * 3
        paragraph = done.after.get(LATE)
        assert [(each.by, each.what.value) for each in paragraph.history] == [
            ("figures of revision 1", "proposed"),
            ("Ann", "edited"),
            ("Ann", "removed"),
        ]
        assert done.after.texts(with_unreviewed=False) == ("Slow.",)

    def test_a_dry_run_shows_the_change_and_makes_none(self) -> None:
        world = a_closed_world()
        world.prepare()
        before = world.paragraphs.of_year(YEAR)

        done = review(world).edit(Request(YEAR, ROCHFORD, ANN, is_dry_run=True), LATE, "Better.")

        assert done.after.get(LATE).text == "Better."
        assert world.paragraphs.of_year(YEAR) == before
        assert not list(world.to_prepare.take())

    def test_of_two_who_change_at_once_the_second_is_told(self) -> None:
        world = a_closed_world()
        world.prepare()
        meanwhile: list[Callable[[], object]] = [lambda: review(world).keep(ASKED, [LATE])]

        class Late(Faults):
            def call(self, name: str, method: Callable[..., object], *args: object) -> object:
                if name.endswith(".put") and meanwhile:
                    meanwhile.pop()()
                return super().call(name, method, *args)

        second = ReviewParagraphs(Late().over(world.paragraphs), world.letters, world.to_prepare)
        with pytest.raises(ParagraphsChangedError):
            second.edit(ASKED, LATE, "Overwritten.")

        (kept,) = world.paragraphs.of_year(YEAR)
        assert kept.get(LATE).status is Status.KEPT

    def test_who_names_the_version_they_read_is_told_of_a_later_one(self) -> None:
        world = a_closed_world()
        world.prepare()
        (read,) = world.paragraphs.of_year(YEAR)
        review(world).keep(ASKED, [LATE])

        with pytest.raises(ReviewError, match="somebody changed them since you read them"):
            review(world).edit(Request(YEAR, ROCHFORD, ANN, seen=read.version), LATE, "Mine.")

    @pytest.mark.parametrize("state", [LetterState.CLAIMED, LetterState.ACCEPTED])
    def test_a_letter_on_its_way_is_left_alone(self, state: LetterState) -> None:
        world = a_closed_world()
        world.prepare()
        for each in dict.fromkeys((LetterState.CLAIMED, state)):
            now = world.letters.get(a_letter_id()).state
            world.letters.move(a_letter_id(), Move(each, ANN.at, "for a test"), {now})

        with pytest.raises(ReviewError, match="annual-review reissue 2020 E07000075"):
            review(world).keep(ASKED, [LATE])
        assert world.paragraphs.unreviewed(YEAR) == {ROCHFORD}

    def test_a_letter_that_is_claimed_during_the_change_is_told(self) -> None:
        world = a_closed_world()
        world.prepare()

        def somebody_claims() -> None:
            if faults.calls[-1:] == ["InMemoryParagraphStore.put"]:
                claim = Move(LetterState.CLAIMED, ANN.at, "about to be sent")
                world.letters.move(a_letter_id(), claim, {LetterState.PREPARED})

        faults = Faults(before_each=somebody_claims)
        service = ReviewParagraphs(
            faults.over(world.paragraphs), faults.over(world.letters), world.to_prepare
        )
        with pytest.raises(ReviewError, match="claimed just now and goes out as it was"):
            service.edit(ASKED, LATE, "Too late.")

    def test_a_letter_that_is_not_prepared_or_not_there_is_told(self) -> None:
        world = a_closed_world()

        with pytest.raises(ReviewError, match="not prepared yet"):
            review(world).add(ASKED, Family.LATE_ANSWERS, "Slow.")
        with pytest.raises(ReviewError, match="has no letter of 2020"):
            review(world).keep(Request(YEAR, COUNTY, ANN), [LATE])

    def test_an_unknown_paragraph_is_told_and_nothing_is_prepared(self) -> None:
        world = a_closed_world()
        world.prepare()

        with pytest.raises(ParagraphError, match="there are: late_remedies"):
            review(world).keep(ASKED, ["late"])
        assert not list(world.to_prepare.take())

    def test_whoever_repeats_a_change_gets_the_letter_prepared(self) -> None:
        world = a_closed_world()
        world.prepare()
        review(world).keep(ASKED, [LATE])
        list(world.to_prepare.take())

        assert not review(world).keep(ASKED, [LATE]).is_changed
        assert list(world.to_prepare.take()) == [a_letter_id()]


class TestLoadingNotes:
    def test_notes_loaded_before_the_close_are_in_the_first_letter(self) -> None:
        world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
        report = load(world, NOTE)
        world.record(a_compliance_outcome())
        world.close()

        world.prepare()

        assert (report.new, report.prepared_anew) == (1, ())
        assert printed(world) == (NOTE.text,)

    def test_notes_loaded_later_join_a_letter_that_was_reviewed(self) -> None:
        world = a_closed_world()
        world.prepare()
        review(world).edit(ASKED, LATE, "Late once.")

        assert load(world, NOTE).prepared_anew == (ROCHFORD,)
        prepare_queued(world)

        assert printed(world) == (NOTE.text, "Late once.")
        assert world.paragraphs.unreviewed(YEAR) == {ROCHFORD}

    def test_the_same_notes_again_change_nothing(self) -> None:
        world = a_closed_world()
        load(world, NOTE)
        world.prepare()
        review(world).remove(ASKED, "note-1", "not fair")

        again = load(world, NOTE)
        prepare_queued(world)

        assert (again.new, again.there_already) == (0, 1)
        assert NOTE.text not in printed(world)

    def test_a_dry_run_counts_and_keeps_nothing(self) -> None:
        world = a_closed_world()

        report = load(world, NOTE, is_dry_run=True)

        assert (report.new, report.prepared_anew) == (1, (ROCHFORD,))
        assert world.paragraphs.notes(YEAR, ROCHFORD) == []
        assert not list(world.to_prepare.take())

    def test_a_note_for_a_letter_on_its_way_is_left_and_named(self) -> None:
        world = a_closed_world()
        world.put_letter(LetterState.ACCEPTED, COUNTY)
        late = Note(AuthorityCode(COUNTY), Family.LATE_ANSWERS, "Slow.")

        report = load(world, late, NOTE)

        assert (report.new, report.too_late) == (1, (late,))
        assert world.paragraphs.notes(YEAR, late.authority) == []

    def test_a_loading_that_broke_off_is_finished_by_the_next(self) -> None:
        world = a_closed_world()
        other = Note(OTHER_DISTRICT, Family.LATE_ANSWERS, "Slow.")
        with pytest.raises(ProcessDiedError):
            load(world.under(Faults({1: CRASHES[1]})), NOTE, other)

        report = load(world, NOTE, other)

        assert (report.new, report.there_already) == (0, 2)
        assert set(world.to_prepare.take()) == {a_letter_id(), a_letter_id(OTHER_DISTRICT)}
