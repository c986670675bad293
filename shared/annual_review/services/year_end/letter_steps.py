"""What to do about letters, by the state they are in: one rule for each kind of moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from annual_review.domain.letters import ENDS_WITHIN_IN_WORDS, LetterState
from annual_review.domain.year_phases import SENT_WITHOUT_END
from annual_review.services.advised_commands import FILL_IN, Command, send_again
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.sending_stops import resuming
from annual_review.services.dispatch.settle_letter import Settlement
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.own_performance import paragraphs_key
from annual_review.services.wording import counted
from annual_review.services.year_end.watch_letters import (
    PREPARED_WITHIN,
    overdue_unknown,
    stuck_letters,
)
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot, it, why_so

_S = LetterState
_ADDRESS: Final = "ADDRESS"


def _unknown(snapshot: YearSnapshot) -> Iterable[NextStep]:
    overdue = overdue_unknown(snapshot.letters, snapshot.at)
    if overdue:
        yield NextStep(
            f"Nobody knows whether {snapshot.letters_of(overdue)} went out. Look for its tag in"
            " what SES reported (the runbook says where), or ask the recipient. Then settle it with"
            " one of these commands.",
            _settling(snapshot, overdue[0]),
        )
    if fresh := [each for each in snapshot.in_state(_S.UNKNOWN) if each not in overdue]:
        yield NextStep(
            f"It is not known yet whether {snapshot.letters_of(fresh)} went out. Wait an hour:"
            " a report from SES usually settles it."
        )


def _settling(snapshot: YearSnapshot, letter: Letter) -> tuple[Command, ...]:
    found_out = (Settlement.DELIVERED, Settlement.ACCEPTED, Settlement.NOT_ACCEPTED)
    return tuple(_settle(snapshot, letter, each) for each in found_out)


def _settle(snapshot: YearSnapshot, letter: Letter, settlement: Settlement) -> Command:
    year, code = snapshot.read.year, letter.id.authority
    return Command.of("settle", year, code, settlement.value, reason=FILL_IN)


def _stuck(snapshot: YearSnapshot) -> Iterable[NextStep]:
    if snapshot.issue_date is None:
        return
    found = stuck_letters(snapshot.letters, snapshot.issue_date, snapshot.at)
    stuck = [each.letter for each in found]
    if claimed := [each for each in stuck if each.state is _S.CLAIMED]:
        yield NextStep(
            f"{snapshot.subject(claimed)} claimed more than {ENDS_WITHIN_IN_WORDS} ago, and the"
            " result was never recorded. If its request is among the dead letters, replay it: this"
            " does not send the letter again. If not, find out whether it went, and settle it.",
            (
                Command.of("dead-letters list", queue="send"),
                Command.of("dead-letters replay", all=True, queue="send"),
                *_settling(snapshot, claimed[0]),
            ),
        )
    if accepted := [each for each in stuck if each.state is _S.ACCEPTED]:
        code = accepted[0].id.authority
        yield NextStep(
            f"{snapshot.subject(accepted)} accepted by SES more than {ENDS_WITHIN_IN_WORDS} ago,"
            " and nothing was reported since. Look for a lost report; if there is none, ask the"
            " recipient. If it came, settle it as delivered; send it again only if it did not.",
            (
                Command.of("dead-letters list", queue="delivery"),
                _settle(snapshot, accepted[0], Settlement.DELIVERED),
                send_again(snapshot.read.year, code, _ADDRESS),
            ),
        )


def _stopped(snapshot: YearSnapshot) -> Iterable[NextStep]:
    """Say why sending is stopped, and how it goes on."""
    if (stop := snapshot.stop) is None or stop.reason is None:
        return
    year = snapshot.read.year
    yield NextStep(
        f"Sending is stopped: {stop.reason.meaning} ({stop.why})."
        f" {stop.reason.remedy}. Letters that were not tried are as they were. The first command"
        " says whether all is ready; the second lets sending go on in your name, and releases"
        " them.",
        (Command.of("doctor", year=year), resuming(year)),
    )


def _failed(snapshot: YearSnapshot) -> Iterable[NextStep]:
    for letter in _not_dealt_with(snapshot, _S.FAILED):
        code = letter.id.authority
        failed = f"The letter of {snapshot.name(code)} failed"
        if any(event.state is _S.UNKNOWN for event in letter.history):
            # Its own record is never sent a second time, whatever a person found out.
            yield NextStep(
                f"{failed} ({why_so(letter)}). Send it again: that makes a new dispatch of it."
                f" {_OR_DEALT_WITH}",
                (send_again(snapshot.read.year, code), _dealing(snapshot, letter)),
            )
        elif letter.attempts:
            yield NextStep(
                f"{failed}: {why_so(letter)}. Fix that, then prepare it again. It then needs to be"
                f" read and approved. {_OR_DEALT_WITH}",
                (_prepare_again(snapshot, letter), _dealing(snapshot, letter)),
            )
        else:
            yield NextStep(
                f"{failed}: {why_so(letter)}. Fix that, then prepare it again. It then needs to be"
                " read and approved.",
                (_prepare_again(snapshot, letter),),
            )


def _prepare_again(snapshot: YearSnapshot, letter: Letter) -> Command:
    return Command.of("prepare", snapshot.read.year, only=letter.id.authority)


def _not_received(snapshot: YearSnapshot) -> Iterable[NextStep]:
    for letter in _not_dealt_with(snapshot, _S.BOUNCED):
        code = letter.id.authority
        yield NextStep(
            f"The letter of {snapshot.name(code)} bounced ({why_so(letter)}). Find the right"
            f" address, add it to the register, and send the letter again. {_OR_DEALT_WITH}",
            (send_again(snapshot.read.year, code, _ADDRESS), _dealing(snapshot, letter)),
        )
    for letter in _not_dealt_with(snapshot, _S.REJECTED):
        code = letter.id.authority
        yield NextStep(
            f"SES took the letter of {snapshot.name(code)} but did not pass it on"
            f" ({why_so(letter)}). Fix the reason it gives, then send it again. {_OR_DEALT_WITH}",
            (send_again(snapshot.read.year, code), _dealing(snapshot, letter)),
        )


_OR_DEALT_WITH: Final = "If it reached them by another way, such as by post, say so instead."


def _not_dealt_with(snapshot: YearSnapshot, state: LetterState) -> Sequence[Letter]:
    return [each for each in snapshot.in_state(state) if not each.is_dealt_with]


def _dealing(snapshot: YearSnapshot, letter: Letter) -> Command:
    return _settle(snapshot, letter, Settlement.DEALT_WITH)


def _complaints(snapshot: YearSnapshot) -> Iterable[NextStep]:
    """Say what to do about complaints, as long as nobody has spoken to those who complained."""
    complained = snapshot.in_state(_S.COMPLAINED)
    if found := [
        each for each in complained if not any(line.is_spoken_to for line in each.history)
    ]:
        codes = snapshot.names([each.id.authority for each in found])
        yield NextStep(
            f"{codes} got {it(found, 'its letter', 'their letters')} and marked {it(found)} as"
            f" unwanted. Call {it(found, 'the authority', 'these authorities')} before anything"
            " else is sent there. Then settle each letter as spoken to.",
            (_settle(snapshot, found[0], Settlement.SPOKEN_TO),),
        )


def _planned(snapshot: YearSnapshot) -> Iterable[NextStep]:
    planned = snapshot.in_state(_S.PLANNED)
    late = [each for each in planned if snapshot.at - each.since > PREPARED_WITHIN]
    if late:
        yield NextStep(
            f"{snapshot.subject(late, 'has', 'have')} waited more than an hour to be prepared."
            " Find out what went wrong, then prepare again.",
            (
                Command.of("dead-letters list", queue="prepare"),
                snapshot.for_all(Command.of("prepare", snapshot.read.year)),
            ),
        )
    elif planned:
        yield NextStep(
            f"{snapshot.subject(planned, 'is', 'are')} being prepared ({len(planned)} of"
            f" {len(snapshot.letters)} left). Wait a few minutes."
        )


def _unreviewed(snapshot: YearSnapshot) -> Iterable[NextStep]:
    waiting = [
        each
        for each in snapshot.in_state(_S.PREPARED)
        if paragraphs_key(each.id) in snapshot.unreviewed
    ]
    if waiting and snapshot.approval_required:
        yield NextStep(
            f"{snapshot.subject(waiting, 'has', 'have')} proposed paragraphs that nobody has"
            " reviewed. Keep, edit or remove each one: then the letter can be approved.",
            (Command.of("paragraphs list", snapshot.read.year),),
        )


def _misaddressed(snapshot: YearSnapshot) -> Iterable[NextStep]:
    for letter in snapshot.in_state(_S.PREPARED, _S.APPROVED):
        if letter.id in snapshot.misaddressed:
            yield NextStep(
                f"The recipient of the letter of {snapshot.name(letter.id.authority)} has changed"
                " since it was prepared, so it is not sent. Prepare it again. It then needs to be"
                " read and approved.",
                (_prepare_again(snapshot, letter),),
            )


def _may_go(snapshot: YearSnapshot, state: LetterState) -> Sequence[Letter]:
    return [each for each in snapshot.in_state(state) if each.id not in snapshot.misaddressed]


def _prepared(snapshot: YearSnapshot) -> Iterable[NextStep]:
    prepared = _may_go(snapshot, _S.PREPARED)
    year = snapshot.read.year
    if not prepared or not snapshot.approval_required:
        return
    read_and_approve = (
        Command.of("review", year),
        snapshot.for_all(Command.of("approve", year, read=f"out/{year}/review/review.json")),
    )
    if snapshot.may_release:
        which = it(prepared, "", f": {snapshot.names([each.id.authority for each in prepared])}")
        yield NextStep(
            f"{snapshot.subject(prepared, 'was', 'were')} not approved on the issue"
            f" date{which}. Read, approve and release {it(prepared)}.",
            (*read_and_approve, snapshot.release),
        )
    else:
        yield NextStep(
            f"{snapshot.subject(prepared, 'is', 'are')} prepared. Read {it(prepared)}, hold"
            f" what must not go, and approve the rest before {snapshot.issue_date_in_words}.",
            read_and_approve,
        )


def _ready(snapshot: YearSnapshot) -> Iterable[tuple[Sequence[Letter], str]]:
    if not snapshot.approval_required and (prepared := _may_go(snapshot, _S.PREPARED)):
        yield prepared, f"{snapshot.subject(prepared, 'is', 'are')} prepared, and needs no approval"
    if approved := _may_go(snapshot, _S.APPROVED):
        yield approved, f"{snapshot.subject(approved, 'is', 'are')} approved"


def _to_release(snapshot: YearSnapshot) -> Iterable[NextStep]:
    may_release = snapshot.may_release and snapshot.stop is None
    for letters, they_are in _ready(snapshot) if may_release else ():
        if snapshot.mail_mode is MailMode.OFF:
            yield NextStep(
                f"{they_are}, and mail is switched off: nothing is sent. Deploy with the parameter"
                f" MailMode as live or divert; then release {it(letters)}.",
                (snapshot.release,),
            )
        else:
            yield NextStep(
                f"{they_are}, and the issue date has come. If the schedule has already run, release"
                f" {it(letters)}: nobody gets two.",
                (snapshot.release,),
            )


def _wait_for_the_issue_date(snapshot: YearSnapshot) -> Iterable[NextStep]:
    """Say that nothing is to be done about letters; so this comes after all that is to be done."""
    for letters, they_are in () if snapshot.may_release else _ready(snapshot):
        code = letters[0].id.authority
        yield NextStep(
            f"{they_are}. There is nothing to do: {it(letters, 'it goes', 'they go')} out"
            f" automatically on {snapshot.issue_date_in_words}. Hold any letter that must not go.",
            (Command.of("hold", snapshot.read.year, code, reason=FILL_IN),),
        )


def _on_their_way(snapshot: YearSnapshot) -> Iterable[NextStep]:
    under_way = snapshot.in_state(*SENT_WITHOUT_END - {_S.UNKNOWN})
    overdue = stuck_letters(under_way, snapshot.issue_date or date.max, snapshot.at)
    if waiting := len(under_way) - len(overdue):
        yield NextStep(
            f"{counted(waiting, 'letter is', 'letters are')} on the way. Wait: most reports come"
            " within minutes, the last after three days at most.",
            (Command.of("status", snapshot.read.year, watch=True),),
        )


def _held(snapshot: YearSnapshot) -> Iterable[NextStep]:
    for letter in snapshot.in_state(_S.HELD):
        code = letter.id.authority
        yield NextStep(
            f"The letter of {snapshot.name(code)} is held ({why_so(letter)}). When that is"
            " dealt with, end the hold. It is then prepared again.",
            (Command.of("unhold", snapshot.read.year, code),),
        )


LETTER_RULES: Final[tuple[Callable[[YearSnapshot], Iterable[NextStep]], ...]] = (
    _stopped,
    _unknown,
    _stuck,
    _failed,
    _not_received,
    _complaints,
    _planned,
    _unreviewed,
    _misaddressed,
    _prepared,
    _to_release,
    _on_their_way,
    _held,
    _wait_for_the_issue_date,
)
"""The rules about letters, most urgent first."""
