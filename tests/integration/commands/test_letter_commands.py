"""Letters prepared again, approved, held and released, as operators do it."""

from __future__ import annotations

import json

import pytest

from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.send_letter import Sending, SendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.letters.letter import Move
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    a_letter_id,
)
from tests.fakes.mail import ScriptedMailer
from tests.integration.letters import NOW, a_prepared_year, last_line, queued
from tests.integration.operators import Operators
from tests.integration.world import World

S = LetterState
MESSAGE = b"Subject: Annual Review letter"


def state(operators: Operators, code: str = ROCHFORD) -> LetterState:
    return operators.world.letters.get(a_letter_id(code)).state


@pytest.fixture
def closed(deployed: World, operators: Operators) -> Operators:
    """A year is closed with two letters; one of them is prepared."""
    a_prepared_year(deployed)
    return operators


class TestApproving:
    def test_what_is_prepared_is_approved_in_a_name(self, closed: Operators) -> None:
        result = closed.run("approve", "2020", "--by", "the data team")

        assert "Approved 1 Left 1" in result.words
        assert f"{OTHER_DISTRICT} planned it is planned" in result.words
        assert "22 July 2020, has come: annual-review release 2020 sends them" in result.words
        assert (state(closed), state(closed, OTHER_DISTRICT)) == (S.APPROVED, S.PLANNED)
        assert last_line(closed) == "approved by the data team"

    def test_where_nothing_is_approved_nothing_is_said_to_be_sent(self, closed: Operators) -> None:
        said = closed.run("approve", "2020", "--only", OTHER_DISTRICT, "--by", "me").words

        assert "Approved 0" in said
        assert "Next: annual-review status 2020" in said

    def test_a_dry_run_approves_nothing(self, closed: Operators) -> None:
        result = closed.run("approve", "2020", "--by", "me", "--dry-run")

        assert "Would be approved 1" in result.words
        assert "Nothing was changed" in result.words
        assert state(closed) is S.PREPARED

    def test_without_a_name_it_is_the_login_name(
        self, closed: Operators, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LOGNAME", "r.eader")

        assert closed.run("approve", "2020", "--only", ROCHFORD).returncode == 0
        assert last_line(closed) == "approved by r.eader"

    def test_only_what_is_named_is_approved(self, closed: Operators) -> None:
        result = closed.run("approve", "2020", "--only", OTHER_DISTRICT)

        assert "Approved 0" in result.words
        assert state(closed) is S.PREPARED

    def test_an_authority_without_a_letter_is_told(self, closed: Operators) -> None:
        result = closed.run("approve", "2020", "--only", "E06000060")

        assert result.returncode == 2
        assert "no letter of E06000060" in result.words

    @pytest.mark.parametrize(("sha256", "becomes"), [("m", S.APPROVED), ("other", S.PREPARED)])
    def test_what_was_read_is_approved_and_nothing_that_came_in_its_place(
        self, closed: Operators, sha256: str, becomes: LetterState
    ) -> None:
        letter = closed.world.letters.get(a_letter_id())
        review = {
            "year": 2020,
            "letters": [
                {
                    "letter": letter.id.tag,
                    "state": "prepared",
                    "figures_sha256": letter.figures_sha256,
                    "message_sha256": sha256,
                }
            ],
            "files": {},
        }
        (closed.folder / "review.json").write_text(json.dumps(review), encoding="utf-8")

        result = closed.run("approve", "2020", "--read", "review.json")

        assert state(closed) is becomes
        assert ("changed since it was read" in result.words) == (becomes is S.PREPARED)

    @pytest.mark.parametrize(
        ("review", "told"),
        [
            ("[]", "review.json can't be used"),
            ("code,family", "the file: Invalid JSON"),
            ("code,family", "name review.json, which `annual-review review` writes"),
            ('{"year": 2021, "letters": []}', "it is the review of 2021, not of 2020"),
            (
                '{"year": 2020, "letters": [{"letter": "x", "figures_sha256": ""}], "files": {}}',
                "not the tag of a letter",
            ),
        ],
    )
    def test_a_review_that_is_none_approves_nothing(
        self, closed: Operators, review: str, told: str
    ) -> None:
        (closed.folder / "review.json").write_text(review, encoding="utf-8")

        result = closed.run("approve", "2020", "--read", "review.json")

        assert (result.returncode, told in result.words) == (2, True)
        assert state(closed) is S.PREPARED

    def test_a_year_that_is_not_closed_has_nothing_to_approve(self, operators: Operators) -> None:
        result = operators.run("approve", "2020", "--by", "me")

        assert (result.returncode, "close it first" in result.words) == (2, True)

    def test_a_stack_that_is_not_there_is_told(self, operators: Operators) -> None:
        result = operators.run("approve", "2020", "--by", "me", "--stack", "elsewhere")

        assert (result.returncode, "--stack" in result.words) == (2, True)

    def test_of_bytes_that_nobody_approved_none_are_sent(self, closed: Operators) -> None:
        closed.run("approve", "2020")
        # Whatever put other bytes there, past every rule: the claim itself refuses.
        forged = Move(S.APPROVED, NOW, "for a test", message_sha256="0" * 64)
        letters = closed.world.letters
        letter = letters.move(letters.get(a_letter_id()), forged)
        closed.world.documents.put(letter.key("eml"), MESSAGE, "message/rfc822")
        mailer = ScriptedMailer()
        world = closed.world
        sender = SendLetter(
            world.letters,
            world.documents,
            mailer,
            SendingStops(DynamoDBSendingStore(world.table)),
            approval_required=True,
            mode=MailMode.LIVE,
        )

        assert sender.send(letter.id, NOW) is Sending.ALREADY
        assert mailer.calls == []


class TestHolding:
    def test_a_letter_is_held_with_a_reason_and_unheld_again(self, closed: Operators) -> None:
        held = closed.run("hold", "2020", ROCHFORD, "--reason", "a doubt", "--by", "me")

        assert (held.returncode, state(closed)) == (0, S.HELD)
        assert last_line(closed) == "held by me: a doubt"
        assert "unhold" in held.words

        gone = closed.run("unhold", "2020", ROCHFORD, "--by", "you")

        assert (gone.returncode, state(closed)) == (0, S.PLANNED)
        assert last_line(closed) == "no longer held, by you"
        assert queued(closed, "prepare") == [a_letter_id()]
        assert "approve 2020 --only" in gone.words

    def test_a_dry_run_holds_nothing(self, closed: Operators) -> None:
        result = closed.run("hold", "2020", ROCHFORD, "--reason", "a doubt", "--dry-run")

        assert "Would be held 1" in result.words
        assert state(closed) is S.PREPARED

    def test_what_is_not_held_is_left(self, closed: Operators) -> None:
        result = closed.run("unhold", "2020", ROCHFORD)

        assert result.returncode == 1
        assert "it is prepared" in result.words

    def test_without_a_reason_nothing_is_held(self, closed: Operators) -> None:
        assert closed.run("hold", "2020", ROCHFORD, "--reason", " ").returncode == 2
        assert state(closed) is S.PREPARED

    def test_a_year_that_is_not_closed_has_no_letter_to_hold(self, operators: Operators) -> None:
        result = operators.run("hold", "2020", ROCHFORD, "--reason", "a doubt")

        assert (result.returncode, f"no letter of {ROCHFORD}" in result.words) == (2, True)

    def test_the_year_has_to_be_named(self, closed: Operators) -> None:
        result = closed.run("hold", ROCHFORD, "--reason", "a doubt")

        assert (result.returncode, "a year is a number" in result.words) == (2, True)
        assert state(closed) is S.PREPARED


def test_whoever_leaves_a_letter_ends_with_one_and_else_with_none(closed: Operators) -> None:
    """The letter of Rochford is prepared, that of the other authority only planned."""

    def ends(*arguments: str) -> list[int]:
        all_of_them = closed.run(*arguments).returncode
        return [all_of_them, closed.run(*arguments, "--only", ROCHFORD).returncode]

    assert ends("approve", "2020", "--dry-run") == [1, 0]
    closed.run("approve", "2020")
    assert ends("release", "2020") == [1, 0]
    letter = closed.world.letters.get(a_letter_id())
    closed.world.letters.move(letter, Move(S.CLAIMED, NOW, "about to be sent"))
    assert ends("prepare", "2020") == [1, 1]
    assert closed.run("prepare", "2020", "--only", OTHER_DISTRICT).returncode == 0


class TestPreparingAndReleasing:
    def test_what_was_not_sent_is_asked_for_again(self, closed: Operators) -> None:
        result = closed.run("prepare", "2020", "--only", ROCHFORD)

        assert "Being prepared again 1" in result.words
        assert queued(closed, "prepare") == [a_letter_id()]

    def test_what_is_approved_is_released_and_the_rest_is_listed(self, closed: Operators) -> None:
        closed.run("approve", "2020")

        dry = closed.run("release", "2020", "--dry-run")
        assert "Would be released 1" in dry.words
        assert queued(closed, "send") == []
        result = closed.run("release", "2020")

        assert "Released 1 Left 1" in result.words
        assert f"{OTHER_DISTRICT} planned not prepared yet" in result.words
        assert queued(closed, "send") == [a_letter_id()]
