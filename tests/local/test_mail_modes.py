"""Where letters go on the deployed system: to one test mailbox, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.mail_mode import MailMode
from infrastructure.local.system import TEST_MAILBOX, LocalSystem, local_system
from infrastructure.local.year_end import YearEnd
from tests.builders import ROCHFORD, YEAR, a_recipient, an_authority, an_event, an_upheld_decision

pytestmark = pytest.mark.local

MALDON = AuthorityCode("E07000074")
# Mail to the second, had it gone there, would have bounced.
RECIPIENTS = {
    each.authority: each
    for each in (
        a_recipient(ROCHFORD, copies=["link.officer@rochford.example"]),
        a_recipient(MALDON, email="bounce@simulator.amazonses.com"),
    )
}


def prepared(system: LocalSystem) -> YearEnd:
    """Play a year until its letters are prepared."""
    year_end = YearEnd(system, YEAR)
    year_end.load_register(Register(map(an_authority, RECIPIENTS)), RECIPIENTS)
    events = [
        an_event(an_upheld_decision(str(number), authority=code))
        for number, code in enumerate(RECIPIENTS, 1)
    ]
    year_end.publish(events)
    year_end.wait_until_recorded(len(events))
    year_end.close()
    year_end.wait_until_prepared()
    return year_end


@pytest.fixture(scope="module")
def diverting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[YearEnd, Path]]:
    folder = tmp_path_factory.mktemp("diverting")
    with local_system(folder / "work", folder / "outbox", mail_mode=MailMode.DIVERT) as system:
        year_end = prepared(system)
        year_end.release()
        year_end.wait_until_delivered()
        year_end.wait_until_tracked()
        yield year_end, folder / "outbox"


def messages(outbox: Path) -> list[EmailMessage]:
    return [
        message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
        for file in sorted(outbox.glob("*.eml"))
    ]


def test_not_one_diverted_message_reaches_an_intended_recipient(
    diverting: tuple[YearEnd, Path],
) -> None:
    year_end, outbox = diverting

    assert len(messages(outbox)) == len(RECIPIENTS)
    assert year_end.system.mailbox.reached == {TEST_MAILBOX}
    for message in messages(outbox):
        assert message["To"] == TEST_MAILBOX
        assert message["Cc"] is None


def test_each_diverted_message_names_whom_it_was_for(diverting: tuple[YearEnd, Path]) -> None:
    _, outbox = diverting

    for message, recipient in zip(
        messages(outbox), [RECIPIENTS[MALDON], RECIPIENTS[ROCHFORD]], strict=True
    ):
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            text = str(body.get_content())
            assert all(each in text for each in recipient.mailboxes)


def test_the_history_of_a_diverted_letter_says_so(diverting: tuple[YearEnd, Path]) -> None:
    year_end, _ = diverting

    for letter in year_end.letters():
        assert letter.state is LetterState.DELIVERED
        # Not the acceptance: SES's own event may be quicker than our record of it.
        assert "about to be sent, diverted to the test mailbox" in {
            each.why for each in letter.history
        }


def test_where_mail_is_off_letters_are_prepared_and_stay_where_they_are(tmp_path: Path) -> None:
    with local_system(tmp_path / "work", tmp_path / "outbox", mail_mode=MailMode.OFF) as system:
        year_end = prepared(system)
        year_end.release()
        year_end.wait_until_taken()

        assert system.mailbox.accepted == 0
        assert {letter.state for letter in year_end.letters()} == {LetterState.PREPARED}
