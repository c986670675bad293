"""`annual-review notes` and `paragraphs`, from a late remedy to a letter that may be approved."""

from __future__ import annotations

import csv
import getpass
import io
import json

import pytest

from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.stack import Stack
from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.letters.own_performance import unreviewed_letters
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from functions.prepare_letter import handler
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
)
from tests.fakes.rendering import PlainRenderer
from tests.integration.operators import Operators
from tests.integration.world import FakeContext, World, a_closed_year, handed_back
from tests.unit.cli.commands import Result

HEADING = "code,family,text\n"
NOTE = "We asked three times."


class Desk:
    """Operators with a closed year in which a remedy of Rochford came late."""

    def __init__(self, world: World, operators: Operators, letters: PlainRenderer) -> None:
        self.world = world
        self.operators = operators
        self.letters = letters

    def prepare(self) -> None:
        """Prepare whatever letters are asked for."""
        assert handed_back(handler.lambda_handler(self.world.batch("prepare"), FakeContext())) == []

    def run(self, *arguments: str) -> Result:
        return self.operators.run(*arguments)

    def change(self, verb: str, *arguments: str, code: str = ROCHFORD) -> Result:
        return self.run("paragraphs", verb, "2020", code, *arguments)

    def load(self, *lines: str, options: tuple[str, ...] = ()) -> Result:
        path = self.operators.folder / "notes.csv"
        path.write_text(HEADING + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self.run("notes", "load", "2020", "notes.csv", *options)

    @property
    def kept(self) -> LetterParagraphs:
        (kept,) = DynamoDBParagraphStore(self.world.table).of_year(YEAR)
        return kept

    def unreviewed(self) -> frozenset[str]:
        """Whose letter can't be approved."""
        found = unreviewed_letters(DynamoDBParagraphStore(self.world.table).of_year(YEAR))
        return frozenset(authority for _, _, authority in found)

    def printed(self) -> tuple[str, ...]:
        """The paragraphs in the letter that was rendered last."""
        return self.letters.rendered[-1].paragraphs


@pytest.fixture
def desk(
    deployed: World,
    operators: Operators,
    plain_letters: PlainRenderer,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setenv("APPROVAL_REQUIRED", "true")
    late = a_compliance_outcome(outcome=ComplianceOutcome.LATE)
    deployed.cases.commit(CaseChange((CaseWrite(late, None),)))
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    desk = Desk(deployed, operators, plain_letters)
    desk.prepare()
    return desk


class TestReading:
    def test_a_list_shows_what_waits_for_a_review(self, desk: Desk) -> None:
        result = desk.run("paragraphs", "list", "2020")

        assert result.returncode == 0
        assert f"{ROCHFORD} late_remedies late_remedies figures proposed" in result.words
        assert "1 paragraph in 1 letter; 1 to review, in 1 letter." in result.words
        assert "can't be approved yet: 1 paragraph to review." in desk.change("show").words

    def test_machines_read_the_list_with_texts_and_names(self, desk: Desk) -> None:
        listed = json.loads(desk.run("paragraphs", "list", "2020", "--json").stdout)
        [row] = csv.DictReader(
            io.StringIO(desk.run("paragraphs", "list", "2020", "--csv", ROCHFORD).stdout)
        )

        assert listed["year"] == 2020
        [one] = listed["paragraphs"]
        assert (one["authority"], one["name"]) == (ROCHFORD, f"Council {ROCHFORD}")
        assert (one["id"], one["status"]) == ("late_remedies", "proposed")
        assert one["text"].startswith("In 1 case our recommendations")
        assert row == {**one, "once_prepared": "false"}

    def test_a_list_of_one_leaves_the_others_out(self, desk: Desk) -> None:
        other = desk.run("paragraphs", "list", "2020", OTHER_DISTRICT)
        assert other.words == "0 paragraphs in 0 letters; 0 to review."
        assert ROCHFORD in desk.run("paragraphs", "list", "2020", ROCHFORD.lower()).words

    def test_one_letter_is_shown_with_texts_and_history(self, desk: Desk) -> None:
        desk.change("edit", "late_remedies", "--text", "Late [once].", "--by", "Ann")

        result = desk.change("show")

        assert "late_remedies late_remedies, from figures: edited Late [once]." in result.words
        assert "proposed by figures of revision 1" in result.words
        assert "edited by Ann before: In 1 case our recommendations" in result.words

    def test_a_letter_with_nothing_to_say_is_told(self, desk: Desk) -> None:
        assert "says nothing" in desk.change("show", code=OTHER_DISTRICT).words

    def test_an_authority_without_a_letter_is_told(self, desk: Desk) -> None:
        result = desk.change("show", code=COUNTY)

        assert result.returncode == 2
        assert "has no letter of 2020" in result.words


class TestReviewing:
    def test_an_edited_paragraph_is_in_the_letter_and_waits_no_more(self, desk: Desk) -> None:
        assert desk.unreviewed() == {ROCHFORD}
        path = desk.operators.folder / "text.txt"
        path.write_text("It came\nlate.\n", encoding="utf-8")

        result = desk.change("edit", "late_remedies", "--file", "text.txt")
        desk.prepare()

        assert result.returncode == 0
        assert (
            f"The letter of Council {ROCHFORD} ({ROCHFORD}) is being prepared again."
            in result.words
        )
        assert desk.printed() == ("It came late.",)
        assert desk.kept.get("late_remedies").history[-1].by == getpass.getuser()
        assert desk.unreviewed() == frozenset()

    def test_removed_kept_and_added(self, desk: Desk) -> None:
        desk.change("remove", "late_remedies", "--reason", "told already", "--by", "Ann")
        desk.prepare()
        assert desk.printed() == ()

        desk.change("keep", "late_remedies", "--by", "Ben")
        family = ("--family", "ombudsman_not_named")
        result = desk.change("add", *family, "--text", "No leaflet.", "--by", "Ben")
        desk.prepare()

        assert "added-1 ombudsman_not_named, from person: kept No leaflet." in result.words
        assert len(desk.printed()) == 2
        history = desk.kept.get("late_remedies").history
        assert [(each.by, each.why) for each in history[1:]] == [
            ("Ann", "told already"),
            ("Ben", ""),
        ]

    def test_a_decision_is_undone_and_the_paragraph_waits_again(self, desk: Desk) -> None:
        desk.change("edit", "late_remedies", "--text", "Mine.", "--by", "Ann")

        result = desk.change("undo", "late_remedies", "--by", "Ben")

        assert "undone by Ben: edited by Ann before: Mine." in result.words
        assert "is being prepared again" in result.words
        desk.prepare()
        assert desk.unreviewed() == {ROCHFORD}
        assert "Mine." not in desk.printed()
        again = desk.change("undo", "late_remedies")
        assert (again.returncode, "nothing to undo" in again.words) == (2, True)

    def test_a_dry_run_shows_and_changes_nothing(self, desk: Desk) -> None:
        before = desk.kept

        result = desk.change("edit", "late_remedies", "--text", "Mine.", "--dry-run")

        assert "Mine." in result.words
        assert "Nothing was changed: this was a dry run." in result.words
        assert desk.kept == before
        assert desk.world.take("prepare") == []

    def test_the_second_of_two_who_read_the_same_is_told(self, desk: Desk) -> None:
        version = str(desk.kept.version)
        desk.change("keep", "late_remedies", "--seen", version)

        result = desk.change("edit", "late_remedies", "--text", "Mine.", "--seen", version)

        assert result.returncode == 2
        assert "somebody changed them since you read them" in result.words

    def test_what_stands_already_is_said(self, desk: Desk) -> None:
        desk.change("keep", "late_remedies")

        result = desk.change("keep", "late_remedies")

        assert result.returncode == 0
        assert "Nothing to change" in result.words

    @pytest.mark.parametrize(
        ("arguments", "what"),
        [
            (("edit", "late_remedies", "--text", " "), "the text is empty"),
            (("edit", "late_remedies"), "either with --text or with --file"),
            (("edit", "late_remedies", "--text", "Well done 👍"), "font lacks U+1F44D"),
            (("edit", "nothing", "--text", "A."), "there are: late_remedies"),
            (("remove", "late_remedies", "--reason", " "), "say why"),
            (("add", "--family", "other", "--text", "A."), "late_answers"),
        ],
    )
    def test_what_cannot_be_done_is_refused(
        self, desk: Desk, arguments: tuple[str, ...], what: str
    ) -> None:
        result = desk.change(*arguments)

        assert result.returncode == 2
        assert what in result.words
        assert desk.kept.version == 1

    def test_a_file_that_is_no_text_is_refused(self, desk: Desk) -> None:
        (desk.operators.folder / "text.doc").write_bytes(b"\xd0\xcf\x11\xe0")

        result = desk.change("edit", "late_remedies", "--file", "text.doc")

        assert result.returncode == 2
        assert "is not UTF-8" in result.words

    def test_a_letter_that_is_on_its_way_is_refused(self, desk: Desk) -> None:
        claim = Move(LetterState.CLAIMED, desk.kept.paragraphs[0].history[0].at, "for a test")
        desk.world.letters.move(desk.world.letters.get(a_letter_id()), claim)

        result = desk.change("keep", "late_remedies", "--stack", "rehearsal")

        assert result.returncode == 2
        assert "is claimed and can't change any more" in result.words
        reissue = f'annual-review reissue 2020 {ROCHFORD} --same-figures --reason "…"'
        assert f"{reissue} --stack rehearsal" in result.words

    def test_of_two_at_the_same_moment_the_second_is_told(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = DynamoDBParagraphStore.put

        def after_another(
            store: DynamoDBParagraphStore, paragraphs: LetterParagraphs, letter: Letter, move: Move
        ) -> LetterParagraphs:
            monkeypatch.setattr(DynamoDBParagraphStore, "put", put)
            desk.change("edit", "late_remedies", "--text", "Theirs.")
            return put(store, paragraphs, letter, move)

        monkeypatch.setattr(DynamoDBParagraphStore, "put", after_another)

        result = desk.change("edit", "late_remedies", "--text", "Mine.")

        assert result.returncode == 2
        assert "somebody else changed the paragraphs" in result.words
        assert "Look again" in result.words
        assert desk.kept.get("late_remedies").text == "Theirs."


class TestLoadingNotes:
    def test_a_note_is_proposed_in_the_letter(self, desk: Desk) -> None:
        result = desk.load(f"{ROCHFORD},late_answers,{NOTE}", options=("--by", "the data team"))
        desk.prepare()

        assert result.returncode == 0
        assert "Loaded 1" in result.words
        assert "Letters prepared again 1" in result.words
        assert desk.printed()[0] == NOTE
        assert desk.kept.get("note-1").history[0].by == "the data team"

    def test_loading_again_loads_nothing(self, desk: Desk) -> None:
        desk.load(f"{ROCHFORD},late_answers,{NOTE}")

        assert "Loaded 0 There already 1" in desk.load(f"{ROCHFORD},late_answers,{NOTE}").words

    def test_a_dry_run_loads_nothing(self, desk: Desk) -> None:
        result = desk.load(f"{ROCHFORD},late_answers,{NOTE}", options=("--dry-run",))

        assert "Would be loaded 1" in result.words
        assert DynamoDBParagraphStore(desk.world.table).notes(YEAR, ROCHFORD) == []

    def test_a_file_that_is_wrong_loads_nothing(self, desk: Desk) -> None:
        result = desk.load(f"{ROCHFORD},late_answers,{NOTE}", f"{COUNTY},late_answers,A.")

        assert result.returncode == 2
        assert f'line 3: code: "{COUNTY}" is not in the register' in result.words
        assert DynamoDBParagraphStore(desk.world.table).notes(YEAR, ROCHFORD) == []

    def test_a_note_that_no_letter_could_print_is_refused(self, desk: Desk) -> None:
        result = desk.load(f"{ROCHFORD},late_answers,Well done 👍")

        assert result.returncode == 2
        assert "font lacks U+1F44D (THUMBS UP SIGN)" in result.words
        assert DynamoDBParagraphStore(desk.world.table).notes(YEAR, ROCHFORD) == []

    def test_a_note_for_a_letter_on_its_way_is_left_with_a_warning(self, desk: Desk) -> None:
        claim = Move(LetterState.CLAIMED, desk.kept.paragraphs[0].history[0].at, "for a test")
        desk.world.letters.move(desk.world.letters.get(a_letter_id()), claim)

        result = desk.load(f"{ROCHFORD},late_answers,{NOTE}")

        assert result.returncode == 1
        assert "on its way already" in result.words
        assert "Left 1" in result.words


class TestTakingNotesBack:
    def test_a_note_is_listed_and_taken_back_and_both_lists_agree(self, desk: Desk) -> None:
        desk.load(f"{ROCHFORD},late_answers,{NOTE}", options=("--by", "Ann"))
        loaded = desk.run("notes", "list", "2020", ROCHFORD)
        due = desk.run("paragraphs", "list", "2020")

        back = desk.run(
            "notes",
            "remove",
            "2020",
            ROCHFORD,
            "late_answers",
            "--reason",
            "wrong",
            "--by",
            "Ben",
        )
        desk.prepare()

        assert "note-1, proposed, once prepared" in loaded.words
        assert "note-1 late_answers note proposed, once prepared" in due.words
        assert back.returncode == 0
        assert f"Taken back, of Council {ROCHFORD} ({ROCHFORD}), late_answers: {NOTE}" in back.words
        assert NOTE not in desk.printed()
        listed = desk.run("notes", "list", "2020").words
        assert NOTE in listed
        assert "taken back by Ben: wrong" in listed
        assert "note-1 late_answers note" not in desk.run("paragraphs", "list", "2020").words

    def test_a_reviewed_paragraph_is_left_and_told_with_1(self, desk: Desk) -> None:
        desk.load(f"{ROCHFORD},late_answers,{NOTE}")
        desk.prepare()
        desk.change("keep", "note-1")

        back = desk.run("notes", "remove", "2020", ROCHFORD, "late_answers", "--reason", "wrong")

        assert back.returncode == 1
        assert "paragraph note-1 was reviewed (kept) and stays" in back.words

    def test_a_dry_run_takes_nothing_back(self, desk: Desk) -> None:
        desk.load(f"{ROCHFORD},late_answers,{NOTE}")

        back = desk.run(
            "notes", "remove", "2020", ROCHFORD, "late_answers", "--reason", "wrong", "--dry-run"
        )

        assert "Would be taken back" in back.words
        assert "taken back by" not in desk.run("notes", "list", "2020").words


@pytest.mark.usefixtures("plain_letters")
def test_without_approvals_a_proposal_is_left_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_REQUIRED", "false")
    handler.wiring.cache_clear()
    monkeypatch.setattr(Stack, "approval_required", False)

    desk.load(f"{ROCHFORD},late_answers,{NOTE}")
    desk.prepare()

    assert desk.printed() == ()
    shown = desk.change("show").words
    assert "Left out of the letter, as nobody has reviewed it: 2 paragraphs." in shown
    assert "approved" not in shown
    previewed = desk.run("preview", "2020", ROCHFORD, "--all")
    assert "nobody has reviewed, and that are left out: 2" in previewed.words
    text = desk.operators.folder / f"out/2020/preview/{ROCHFORD}.txt"
    assert NOTE not in text.read_text(encoding="utf-8")


def test_a_review_flags_own_performance_where_the_letter_prints_it(
    deployed: World, operators: Operators, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = a_compliance_outcome(outcome=ComplianceOutcome.LATE)
    deployed.cases.commit(CaseChange((CaseWrite(late, None),)))
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    monkeypatch.setenv("APPROVAL_REQUIRED", "false")
    monkeypatch.setattr(Stack, "approval_required", False)
    handler.wiring.cache_clear()
    handler.lambda_handler(deployed.batch("prepare"), FakeContext())

    without = operators.run("review", "2020").words
    assert "Paragraph not reviewed 1" in without
    assert "own-performance" not in without

    operators.run("paragraphs", "keep", "2020", ROCHFORD, "late_remedies")
    handler.lambda_handler(deployed.batch("prepare"), FakeContext())

    kept = operators.run("review", "2020").words
    assert "not reviewed" not in kept
    assert "Has own-performance paragraph 1" in kept
