"""`annual-review status` and `report`, as those who run a deployed system call them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from rich.text import Text

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.set_aside import SqsDeadLetters
from annual_review.cli.commands.year_end import status as status_command
from annual_review.cli.commands.year_end import status_view
from annual_review.console import SafeConsole
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import Dispatch, LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.rendering.editions.edition import edition_years
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.errors import UnavailableError
from annual_review.services.letters.letter import Move
from annual_review.services.letters.letter_history import EventKind
from annual_review.wiring.year_reader import YearReader
from functions.watch_letters import handler as watch_letters
from tests.builders import (
    NOON,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_decision,
    a_letter,
    a_letter_id,
    a_message,
    a_register,
    an_upheld_decision,
)
from tests.integration.dynamodb.test_repair_table import record
from tests.integration.operators import Operators
from tests.integration.world import FakeContext, World, a_closed_year
from tests.unit.cli.commands import Result

S = LetterState
HOME = "\x1b[H"
"""Where a screen that is redrawn begins."""
LEAVING = "\x1b[?1049l"
TO = (EmailAddress("chief@rochford.example"), EmailAddress("leader@rochford.example"))


@pytest.fixture
def year(deployed: World, operators: Operators) -> Operators:
    """A closed year of two authorities whose letters are planned."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    return operators


def move(
    operators: Operators,
    code: str,
    *states: LetterState,
    why: str = "for a test",
    kind: EventKind = EventKind.NOTE,
) -> None:
    letters = operators.world.letters
    for state in states:
        letter = letters.get(a_letter_id(code))
        step = Move(
            state,
            NOON,
            why,
            message_sha256="a" * 64,
            recipients=TO,
            counts_as_attempt=state is S.CLAIMED,
            kind=kind,
        )
        letters.move(letter, step)


def sent(operators: Operators) -> None:
    """Let one letter be delivered, though a copy bounced, and the other one bounce."""
    move(operators, ROCHFORD, S.PREPARED)
    move(operators, ROCHFORD, S.CLAIMED, kind=EventKind.ABOUT_TO_BE_DIVERTED)
    move(operators, ROCHFORD, S.ACCEPTED)
    move(operators, ROCHFORD, S.DELIVERED, why="Delivery")
    move(operators, OTHER_DISTRICT, S.PREPARED, S.CLAIMED, S.ACCEPTED)
    move(operators, OTHER_DISTRICT, S.BOUNCED, why="Bounce Permanent General")


def status_of(operators: Operators, *more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(operators.run("status", "2020", *more, "--json").stdout)
    return answer


class TestStatusOfAYear:
    def test_a_year_that_is_open_says_so_and_what_comes_next(self, operators: Operators) -> None:
        result = operators.run("status", "2020")

        assert result.returncode == 0
        assert "[open] → closed → prepared" in result.words
        assert "What to do now The year is over but not closed." in result.words
        assert "Issue date 22 July 2020" in result.words

    def test_phase_counts_and_next_step_stand_on_one_screen(self, year: Operators) -> None:
        move(year, ROCHFORD, S.PREPARED)

        result = year.run("status", "2020")

        assert "open → [closed] → prepared" in result.words
        assert re.search(r"Phase closed since \d+ \w+ \d{4}, \d\d:\d\d: the figures", result.words)
        assert f"1 letter is planned: Council {OTHER_DISTRICT} ({OTHER_DISTRICT})" in result.words
        assert "planned 1 █" in result.words
        assert "All 2 of 2: as many as authorities" in result.words
        assert "Dead letters none" in result.words
        assert "Mail diverted: every letter goes to the test mailbox" in result.words
        assert "What to do now" in result.words
        assert len(result.stdout.splitlines()) < 40

    def test_it_shows_what_the_letters_prove_and_writes_nothing(self, year: Operators) -> None:
        sent(year)

        shown = year.run("status", "2020").words

        assert "→ [complete] →" in shown
        assert "not recorded yet" in shown
        watch_letters.lambda_handler({"year": 2020}, FakeContext())
        assert "complete since" in year.run("status", "2020").words

    def test_what_was_complete_stays_so_while_a_letter_is_sent_again(self, year: Operators) -> None:
        sent(year)
        watch_letters.lambda_handler({"year": 2020}, FakeContext())
        again = replace(a_letter_id(OTHER_DISTRICT), dispatch=Dispatch(2))
        year.world.letters.plan(replace(a_letter(S.PREPARED), id=again))

        found = status_of(year)

        assert (found["phase"], found["phase_of_present_letters"]) == ("complete", "prepared")
        assert found["reasons"] == [
            f"1 letter is prepared: Council {OTHER_DISTRICT} ({OTHER_DISTRICT})"
        ]
        assert "on their way again" in year.run("status", "2020").words

    def test_a_letter_that_is_to_be_sent_again_says_to_whom_before_it_is_prepared(
        self, year: Operators
    ) -> None:
        again = replace(a_letter_id(ROCHFORD), dispatch=Dispatch(2))
        letter = replace(a_letter(S.PLANNED), id=again, sent_to=EmailAddress("clerk@b.example"))
        year.world.letters.plan(letter)

        told = year.run("status", "2020", ROCHFORD).words

        assert "To clerk@b.example, once it is prepared" in told
        assert "To nobody yet" in told

    def test_what_is_stuck_is_listed_with_since_when(self, year: Operators) -> None:
        move(year, ROCHFORD, S.PREPARED, S.CLAIMED, S.ACCEPTED)

        assert status_of(year)["stuck"][0] == {
            "letter": "2020-1-E07000075",
            "state": "accepted",
            "since": "2020-07-22T12:00:00+00:00",
        }
        assert f"2020-1-E07000075 Council {ROCHFORD} accepted 22 July 2020, 13:00" in (
            year.run("status", "2020").words
        )

    def test_an_open_year_tells_what_has_been_counted_so_far(self, operators: Operators) -> None:
        operators.world.knows(a_register(ROCHFORD), {})
        record(
            operators.world, an_upheld_decision("1"), a_decision(DecisionOutcome.NOT_UPHELD, "2")
        )
        assert "Not looked at" not in operators.run("status", "2020").words
        record(operators.world, a_compliance_outcome("1"))

        assert "Counted 2 decisions, 1 of them upheld; 1 compliance outcome Dead letters none" in (
            operators.run("status", "2020").words
        )
        assert status_of(operators)["counted"] == {
            "decisions": 2,
            "upheld": 1,
            "compliance_outcomes": 1,
        }

    def test_an_open_year_says_which_command_lists_what_does_not_fit(
        self, operators: Operators
    ) -> None:
        operators.world.knows(a_register(ROCHFORD), {})
        record(operators.world, a_compliance_outcome("1"))

        said = operators.run("status", "2020").words

        assert "1 compliance outcome counted: whether its decision is recorded" in said
        assert "$ annual-review reconcile 2020" in said
        assert "no decision is recorded" in operators.run("reconcile", "2020").words

    def test_a_closed_year_names_whose_figures_have_changed_since(self, year: Operators) -> None:
        assert "Since the freeze" not in year.run("status", "2020").words
        record(year.world, an_upheld_decision("late"))

        words = year.run("status", "2020").words
        dry_run = year.run("reissue", "2020", ROCHFORD, "--reason", "…", "--dry-run")

        assert f"The figures of 1 authority have changed: Council {ROCHFORD} ({ROCHFORD})" in words
        assert f'$ annual-review reissue 2020 {ROCHFORD} --reason "…" --dry-run' in words
        assert dry_run.returncode == 0, dry_run.stderr
        assert status_of(year)["changed_since_freeze"] == [
            {"authority": ROCHFORD, "name": f"Council {ROCHFORD}"}
        ]

    def test_dead_letters_are_counted_for_each_queue(self, year: Operators) -> None:
        dead = SqsDeadLetters(aws_clients.sqs(), year.world.urls["send-dead"])
        dead.put(a_message("{}"), "not_json")

        assert status_of(year)["dead_letters"] == {
            "decisions": 0,
            "prepare": 0,
            "send": 1,
            "delivery": 0,
            "schedules": 0,
        }
        assert "Dead letters send 1" in year.run("status", "2020").words

    def test_a_queue_on_which_nobody_works_comes_first(self, year: Operators) -> None:
        year.world.event_sources.states["send_letter"] = "Disabled"
        step, *_ = status_of(year)["next_steps"]

        assert status_of(year)["stopped"] == ["send_letter"]
        assert "Nothing is taken from the queue of send_letter" in step["say"]
        assert "EventSourcesDisabledAlarm" in year.run("status", "2020").words

    def test_for_machines_it_is_one_record(self, year: Operators) -> None:
        found = status_of(year)

        assert (found["year"], found["phase"], found["authorities"]) == (2020, "closed", 2)
        assert found["letters"]["planned"] == 2
        assert sum(found["letters"].values()) == 2
        assert (found["issue_date"], found["publication_day"]) == ("2020-07-22", "2020-07-29")
        assert (found["adds_up"], found["mail_mode"]) == (True, "divert")
        assert [step["phase"] for step in found["history"]] == ["closed"]
        assert found["next_steps"][0]["say"]

    def test_a_command_is_not_broken_on_a_narrow_terminal(self, operators: Operators) -> None:
        shown = operators.run("status", "2020", columns=36).stdout

        [command] = [line for line in shown.splitlines() if "--dry-run" in line]
        assert command.endswith("$ annual-review close 2020 --dry-run")
        assert len(command) > 36
        sentences = [line for line in shown.splitlines() if "$" not in line]
        assert max(len(line) for line in sentences) <= 36

    def test_an_edition_that_there_is_is_named_to_copy(self, operators: Operators) -> None:
        later, earlier = operators.run("status", "2099"), operators.run("status", "1999")

        latest = edition_years(SHIPPED_EDITIONS)[-1]
        assert f"annual-review edition new 2099 --from {latest}" in later.words
        assert "annual-review edition new 1999 --from 2020" in earlier.words

    def test_a_stack_that_names_too_little_is_told(self, operators: Operators) -> None:
        result = operators.run("status", "2020", "--stack", "older")

        assert result.returncode == 4
        assert "deploy its present template" in result.words

    def test_one_moment_for_machines_is_not_watched(self, operators: Operators) -> None:
        result = operators.run("status", "2020", "--json", "--watch")

        assert result.returncode == 2
        assert "leave out --watch" in result.words

    def test_frozen_figures_that_were_altered_are_told(self, year: Operators) -> None:
        [key] = [key for key in year.world.kept() if key.endswith("figures.json")]
        content = year.world.documents.get(key).replace(b"E07000076", b"E07000077")
        year.world.documents.put(key, content, "application/json")

        for command in ("status", "report"):
            result = year.run(command, "2020")
            assert result.returncode == 2
            assert "is not what was frozen" in result.words


class TestWatching:
    @pytest.fixture
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
        """A terminal that somebody leaves with Ctrl-C after the third look."""
        text = io.StringIO()
        console = SafeConsole(
            file=text, force_terminal=True, soft_wrap=True, width=120, height=60, color_system=None
        )
        monkeypatch.setattr(status_command, "out", console)
        monkeypatch.setattr(status_view, "out", console)
        waits = mock.Mock(side_effect=[None, None, KeyboardInterrupt])
        monkeypatch.setattr(status_command, "sleep", waits)
        yield text
        assert waits.call_count == 3

    def test_it_looks_again_until_somebody_leaves(
        self, year: Operators, terminal: io.StringIO
    ) -> None:
        result = year.run("status", "2020", "--watch")

        assert result.returncode == 0
        assert terminal.getvalue().count("Looked at") >= 3
        assert "What to do now" in terminal.getvalue().rpartition("Looked at")[2]

    @pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (40, 12)])
    def test_a_small_terminal_shows_the_steps_and_says_what_it_has_no_room_for(
        self,
        year: Operators,
        terminal: io.StringIO,
        monkeypatch: pytest.MonkeyPatch,
        width: int,
        height: int,
    ) -> None:
        for code in (ROCHFORD, OTHER_DISTRICT):
            move(year, code, S.PREPARED, S.CLAIMED, S.ACCEPTED)
        record(year.world, an_upheld_decision("late"))
        small = SafeConsole(
            file=terminal,
            force_terminal=True,
            soft_wrap=True,
            width=width,
            height=height,
            color_system=None,
        )
        monkeypatch.setattr(status_command, "out", small)
        monkeypatch.setattr(status_view, "out", small)

        year.run("status", "2020", "--watch")

        frame = terminal.getvalue().split(HOME)[-1].partition(LEAVING)[0]
        lines = [line.rstrip() for line in Text.from_ansi(frame).plain.splitlines()]
        words = " ".join(" ".join(lines).split())
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
        assert "Year 2020 open" in words.partition("What to do now")[0]
        assert "Phase" not in words.partition("What to do now")[0]
        assert "more lines; without --watch all are shown Looked at" in words

    def test_a_moment_without_an_answer_is_waited_out(
        self, year: Operators, terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = YearReader.status
        looks = iter([None, UnavailableError("no answer"), None])

        def flaky(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as the real one)
            if error := next(looks):
                raise error
            return real(*args, **kwargs)

        monkeypatch.setattr(YearReader, "status", flaky)

        assert year.run("status", "2020", "--watch").returncode == 0
        assert "No answer just now (no answer)" in terminal.getvalue()

    def test_without_a_terminal_it_shows_once(self, year: Operators) -> None:
        assert year.run("status", "2020", "--watch").stdout.count("What to do now") == 1


class TestHistoryOfAnAuthority:
    def test_every_letter_is_told_with_when_what_why_and_to_whom(self, year: Operators) -> None:
        sent(year)
        again = replace(a_letter_id(OTHER_DISTRICT), dispatch=Dispatch(2))
        year.world.letters.plan(replace(a_letter(S.PREPARED), id=again))

        shown = year.run("status", "2020", OTHER_DISTRICT.lower()).words

        assert "Letter 2020-1-E07000076: revision 1, dispatch 1" in shown
        assert "Letter 2020-1x2-E07000076: revision 1, dispatch 2" in shown
        assert "22 July 2020, 13:00 bounced Bounce Permanent General" in shown
        assert "To chief@rochford.example, leader@rochford.example" in shown
        assert "Message aaaaaaaaaaaa " in shown
        assert (
            "What to do now The recipient of the letter of Council E07000076 (E07000076) has"
            in shown
        )

    def test_an_authority_is_found_by_its_name_and_told_with_it(self, year: Operators) -> None:
        shown = year.run("status", "2020", f"council {ROCHFORD}").words

        assert f"Letter 2020-1-{ROCHFORD}" in shown
        assert f"Authority {ROCHFORD} Council {ROCHFORD} State planned" in shown

    def test_for_machines_hashes_are_whole(self, year: Operators) -> None:
        move(year, ROCHFORD, S.PREPARED)

        found = status_of(year, ROCHFORD)

        [letter] = found["letters"]
        assert letter["message_sha256"] == "a" * 64
        assert [event["state"] for event in letter["history"]] == ["planned", "prepared"]
        assert found["next_steps"][0]["commands"]

    def test_an_authority_without_a_letter_is_told(self, year: Operators) -> None:
        result = year.run("status", "2020", "E06000001")

        assert result.returncode == 2
        assert "E06000001 has no letter in 2020" in result.words


class TestReport:
    @pytest.fixture
    def result(self, year: Operators) -> Result:
        sent(year)
        move_again = replace(a_letter_id(OTHER_DISTRICT), dispatch=Dispatch(2))
        year.world.letters.plan(replace(a_letter(S.HELD), id=move_again))
        return year.run("report", "2020", "--out", "reports")

    def test_sums_add_up_and_say_so(self, result: Result) -> None:
        assert result.returncode == 0
        assert "held 1" in result.words
        assert "delivered 1" in result.words
        assert "All 2 Authorities in the figures 2" in result.words
        assert "The letters add up: 2 authorities" in result.words
        assert "every one came to an end; 1 did not arrive." in result.words

    def test_the_table_holds_every_letter_and_which_one_counts(
        self, year: Operators, result: Result
    ) -> None:
        assert result.returncode == 0
        text = (year.folder / "reports/2020/dispatch.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))

        told = [
            (each["counts"], each["authority"], each["dispatch"], each["state"]) for each in rows
        ]
        assert told == [
            ("yes", ROCHFORD, "1", "delivered"),
            ("yes", OTHER_DISTRICT, "2", "held"),
            ("no", OTHER_DISTRICT, "1", "bounced"),
        ]
        assert rows[0]["to"] == "chief@rochford.example"
        assert rows[0]["copies"] == "leader@rochford.example"
        assert rows[0]["name"] == f"Council {ROCHFORD}"
        assert rows[0]["claimed"] == "2020-07-22T13:00:00+01:00"
        assert rows[0]["diverted"] == "yes"
        assert rows[2]["how"] == "Bounce Permanent General"

    def test_the_page_stands_alone(self, year: Operators, result: Result) -> None:
        assert result.returncode == 0
        page = (year.folder / "reports/2020/dispatch.html").read_text(encoding="utf-8")

        assert "http" not in page
        assert page.count("<h1>") == 1
        assert "Letters that were replaced by a later one" in page
        assert "22 July 2020, 13:00" in page

    def test_a_year_that_is_not_closed_has_nothing_to_report(self, operators: Operators) -> None:
        result = operators.run("report", "2020", "--stack", "rehearsal")

        assert result.returncode == 2
        assert "is not closed" in result.words
        assert "annual-review status 2020 --stack rehearsal" in result.words
