"""One year end on local AWS, from events on the bus to letters in mailboxes, with all that is odd.

The template that is deployed is the real one, with the roles it gives to each function.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest

from annual_review.desk.pages import ROOMS
from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import LetterState
from annual_review.domain.tallies import tally_of
from annual_review.services.figures.frozen_authority import read_authority_record
from annual_review.services.letters.letter import Letter
from infrastructure.local.desk import desk_on
from infrastructure.local.schedules import run_schedule
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd, YearEndError
from tests.builders import (
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_recipient,
    a_withdrawal,
    an_authority,
    an_event,
    an_upheld_decision,
    recipients,
)
from tests.local.commands import annual_review

pytestmark = pytest.mark.local

MALDON = "E07000074"
ABOLISHED = "E07000004"
SUCCESSOR = "E06000060"
WITHOUT_CASES = "E47000001"

REGISTER = Register(
    [
        an_authority(ROCHFORD, name="Rochford District Council"),
        an_authority(MALDON, name="Maldon District Council"),
        an_authority(
            ABOLISHED,
            name="Aylesbury Vale District Council",
            in_being_to=YEAR.last_day,
            successors=[SUCCESSOR],
        ),
        an_authority(WITHOUT_CASES, name="A Combined Authority", type_=AuthorityType.OTHER),
    ]
)
AFTER_THE_ISSUE_DATE = datetime(2020, 7, 23, 9, tzinfo=UTC)
WHY_REISSUED = ("--same-figures", "--by", "the data team", "--reason", "The name was misspelt.")
BOUNCING = a_recipient(MALDON, email="bounce@simulator.amazonses.com")
RECIPIENTS = {**recipients(ROCHFORD, SUCCESSOR, WITHOUT_CASES), BOUNCING.authority: BOUNCING}

LAST_STATES = (
    an_upheld_decision("1", authority=ROCHFORD),
    an_upheld_decision(
        "2",
        version=2,
        authority=MALDON,
        previous_authorities=[ROCHFORD],
        satisfactory_remedy=True,
    ),
    a_decision(DecisionOutcome.NOT_UPHELD, "3", authority=MALDON),
    a_withdrawal("4", version=2, authority=ROCHFORD),
    a_decision(DecisionOutcome.ADVICE_GIVEN, "5", authority=MALDON),
    a_compliance_outcome("1", authority=ROCHFORD),
)
EARLIER_STATES = (
    # Case 2 was first recorded about the wrong authority, and case 4 before it was withdrawn.
    a_decision(DecisionOutcome.NOT_UPHELD, "2", authority=ROCHFORD),
    an_upheld_decision("4", authority=ROCHFORD),
)
STREAM = (*LAST_STATES[:3], *EARLIER_STATES, *LAST_STATES, EARLIER_STATES[0])
MALFORMED = an_event(an_upheld_decision("6"), version="1")


@dataclass(frozen=True)
class Played:
    """A year end that was played through once, and what there is to see of it."""

    system: LocalSystem
    year_end: YearEnd
    refusal: str
    rejected: Sequence[tuple[str, str]]
    before_approval: Sequence[LetterState]
    approval: str
    letters: Sequence[Letter]
    watched: object
    status: Mapping[str, Any]
    report: str
    reissue: str
    folder: Path

    def message(self, code: str) -> EmailMessage:
        """Return what was sent for an authority."""
        content = (self.folder / f"outbox/2020-1-{code}.eml").read_bytes()
        return message_from_bytes(content, policy=policy.default)

    def words(self, code: str) -> str:
        """Return the plain text of what was sent for an authority, on one line."""
        body = self.message(code).get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("year-end")
    (folder / "letters").mkdir()
    with local_system(folder / "work", folder / "outbox", approval_required=True) as system:
        year_end = YearEnd(system, YEAR)
        year_end.load_register(REGISTER, RECIPIENTS)
        events = [*(an_event(state) for state in STREAM), MALFORMED]
        year_end.publish(events)
        year_end.wait_until_recorded(len(events))
        with pytest.raises(YearEndError) as refused:
            year_end.close()
        rejected = _set_aside(system)
        year_end.close()
        year_end.wait_until_prepared()
        year_end.release()
        before_approval = [letter.state for letter in year_end.letters()]
        approval = _annual_review(system, "approve", "2020", "--by", "the data team")
        year_end.release()
        year_end.release()
        year_end.wait_until_delivered()
        year_end.export(folder)
        letters = year_end.letters()
        watched = run_schedule(system.aws, system.stack.watch_schedule_name, AFTER_THE_ISSUE_DATE)
        status = json.loads(_annual_review(system, "status", "2020", "--json"))
        report = _annual_review(system, "report", "2020", "--out", str(folder / "reports"))
        reissue = _annual_review(system, "reissue", "2020", ROCHFORD, *WHY_REISSUED)
        year_end.wait_until_prepared()
        yield Played(
            system,
            year_end,
            str(refused.value),
            rejected,
            before_approval,
            approval,
            letters,
            watched["2020"],
            status,
            report,
            reissue,
            folder,
        )


def _annual_review(system: LocalSystem, *arguments: str) -> str:
    """Call an operator's command, and return what it printed."""
    called = annual_review(system.aws, *arguments)
    assert called.returncode == 0, called.stderr
    return called.stdout


def _set_aside(system: LocalSystem) -> list[tuple[str, str]]:
    """Take what was rejected out of the dead-letter queue, as an operator would."""
    sqs, url = system.aws.client("sqs"), system.stack.decisions_dead_letter_queue_url
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=5)
    taken = []
    for message in answer.get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        taken.append((message["MessageAttributes"]["reason"]["StringValue"], message["Body"]))
    return taken


def test_tallies_are_those_of_the_final_states(played: Played) -> None:
    expected = tally_of(LAST_STATES)

    assert played.year_end.tallies(expected) == expected


def test_closing_refuses_while_a_message_lies_among_the_dead_letters(played: Played) -> None:
    assert "messages in the dead-letter queue (1)" in played.refusal


def test_a_malformed_event_is_set_aside_whole_with_its_reason(played: Played) -> None:
    [(reason, body)] = played.rejected

    assert reason == "invalid_field: detail.version (int_type)"
    assert json.loads(body)["detail"] == MALFORMED["detail"]


def test_every_authority_has_one_letter_though_they_were_released_twice(played: Played) -> None:
    letters = {letter.id.authority: letter for letter in played.letters}

    assert {code: letter.state for code, letter in letters.items()} == {
        ABOLISHED: LetterState.DELIVERED,
        MALDON: LetterState.BOUNCED,
        ROCHFORD: LetterState.DELIVERED,
        WITHOUT_CASES: LetterState.DELIVERED,
    }
    assert [letter.attempts for letter in letters.values()] == [1, 1, 1, 1]
    assert played.system.mailbox.accepted == 4


def test_nothing_is_sent_before_it_is_approved(played: Played) -> None:
    assert played.before_approval == [LetterState.PREPARED] * 4
    assert "Approved 4 Left 0" in " ".join(played.approval.split())
    histories = [[event.state for event in each.history] for each in played.letters]
    for history in histories:
        assert history.index(LetterState.APPROVED) < history.index(LetterState.CLAIMED)


def test_what_was_sent_is_what_was_prepared(played: Played) -> None:
    for letter in played.letters:
        sent = (played.folder / f"outbox/{letter.id.tag}.eml").read_bytes()
        assert hashlib.sha256(sent).hexdigest() == letter.message_sha256


def test_the_letter_prints_the_figures_of_the_year(played: Played) -> None:
    words = played.words(ROCHFORD)

    assert "100% of complaints we investigated were upheld." in words
    # Two of three investigations of the districts were upheld.
    assert "This compares to an average of 67% in similar authorities." in words
    assert "SAMPLE" in words


def test_the_letter_of_an_abolished_authority_goes_to_its_successor(played: Played) -> None:
    assert RECIPIENTS[AuthorityCode(SUCCESSOR)].email in played.message(ABOLISHED)["To"]
    assert "Aylesbury Vale District Council" in played.words(ABOLISHED)


def test_the_frozen_figures_are_those_of_the_command_line(played: Played) -> None:
    rows = (played.folder / "figures.csv").read_text(encoding="utf-8").splitlines()

    assert f"{ROCHFORD},Rochford District Council,district,1,1,100,67,1,1,100,100,0,0,50" in rows


def test_no_function_failed_unexpectedly_and_nothing_was_left_behind(played: Played) -> None:
    stack = played.system.stack
    sqs = played.system.aws.client("sqs")
    for url in (
        stack.decisions_dead_letter_queue_url,
        stack.prepare_dead_letter_queue_url,
        stack.send_dead_letter_queue_url,
        stack.delivery_dead_letter_queue_url,
    ):
        answer = sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        assert answer["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_a_reissued_letter_is_prepared_beside_the_first_and_waits_to_be_read(
    played: Played, tmp_path: Path
) -> None:
    letters = {each.id.tag: each for each in played.year_end.letters()}
    file = tmp_path / "letter.pdf"

    preview = _annual_review(
        played.system, "preview", "2020", ROCHFORD, "--all", "--out", str(file)
    )

    assert f"Letter 2020-2-{ROCHFORD} is being prepared" in played.reissue
    assert letters.pop(f"2020-2-{ROCHFORD}").state is LetterState.PREPARED
    replaced = letters.pop(f"2020-1-{ROCHFORD}")
    before = {each.id.tag: each for each in played.letters}
    sent = before.pop(f"2020-1-{ROCHFORD}")
    assert (replaced.state, replaced.history[:-1]) == (sent.state, sent.history)
    assert replaced.history[-1].why.startswith("replaced by revision 2")
    assert letters == before
    assert preview.startswith(str(file))
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".html", ".pdf", ".txt", ".xlsx"]


def test_what_a_preview_needs_is_left_of_every_authority(played: Played) -> None:
    records = played.year_end.records()

    assert set(records) == set(REGISTER)
    assert read_authority_record(records[ROCHFORD]).revision == 2
    assert read_authority_record(records[AuthorityCode(MALDON)]).revision == 1


def test_a_printed_number_leads_to_its_cases(played: Played) -> None:
    asked = ("explain", "2020", ROCHFORD, "upheld", "--json")

    explained = json.loads(_annual_review(played.system, *asked))

    assert (explained["value"], [each["reference"] for each in explained["cases"]]) == (1, ["1"])
    assert explained["since_freeze"] == []


def test_a_comparison_leads_to_the_authorities_of_its_pool(played: Played) -> None:
    asked = ("explain", "2020", "district", "uphold-rate", "--json")

    explained = json.loads(_annual_review(played.system, *asked))

    assert explained["percentage"] == 67
    assert {each["code"]: each["numerator"] for each in explained["authorities"]} == {
        ROCHFORD: 1,
        MALDON: 1,
        ABOLISHED: 0,
    }


def test_a_tally_that_was_edited_by_hand_is_found_and_repaired(played: Played) -> None:
    played.system.aws.client("dynamodb").update_item(
        TableName=played.system.stack.table_name,
        Key={"pk": {"S": f"AUTHORITY#{ROCHFORD}"}, "sk": {"S": "TALLY#2020"}},
        UpdateExpression="ADD upheld :more",
        ExpressionAttributeValues={":more": {"N": "4"}},
    )
    why = ("--by", "the data team", "--reason", "edited by hand")

    repaired = _annual_review(played.system, "reconcile", "2020", "--repair", *why)
    again = _annual_review(played.system, "reconcile", "2020")

    assert f"{ROCHFORD} Rochford District Council 1 upheld 5 1" in " ".join(repaired.split())
    assert "Every tally agrees with its cases." in again


def test_the_hourly_watch_takes_the_year_to_complete(played: Played) -> None:
    assert played.watched == {"phase": "complete", "letters_stuck": 0, "letters_unknown": 0}


def test_a_reissue_does_not_take_the_year_back(played: Played) -> None:
    assert played.year_end.watch() == "complete"


def test_status_says_what_is_left_to_do(played: Played) -> None:
    found = played.status

    assert found["letters"]["delivered"] == 3
    assert found["adds_up"] is True
    assert set(found["dead_letters"].values()) == {0}
    advised = {tuple(step["commands"]): step["say"] for step in found["next_steps"]}
    [resending] = [commands for commands in advised if "resend" in commands[0]]
    [publishing] = advised.keys() - {resending}
    assert MALDON in advised[resending]
    assert "publish" in publishing[0]


def test_the_report_names_whom_each_letter_reached(played: Played) -> None:
    assert "The letters add up: 4 authorities" in played.report
    table = (played.folder / "reports/2020/dispatch.csv").read_text(encoding="utf-8")
    [maldon] = [line for line in table.splitlines() if f",{MALDON}," in line]
    assert ",bounced,bounce@simulator.amazonses.com," in maldon


def test_the_desk_shows_the_year_in_every_room(played: Played, tmp_path: Path) -> None:
    with (
        desk_on(played.system, YEAR, tmp_path, "Ann") as address,
        httpx2.Client(follow_redirects=True, timeout=60) as person,
    ):
        entered = person.get(address)
        rooms = entered.url.join("/2020/")
        for room in ROOMS:
            shown = person.get(rooms.join(room.path))
            assert shown.status_code == 200, room
            assert "You act as <strong>Ann</strong>" in shown.text
        standing = person.get(rooms.join("standing")).text
        letter = person.get(rooms.join(f"letters/{ROCHFORD}")).text
    assert 'aria-current="step">complete' in standing
    assert "Rochford District Council" in letter
