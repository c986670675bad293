"""What to do about letters, by the state they are in: one rule for each kind of moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from annual_review.domain.letters import LetterState
from annual_review.domain.year_phases import SENT_WITHOUT_END
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.own_performance import paragraphs_key
from annual_review.services.year_end.moments import (
    REASON,
    Moment,
    NextStep,
    counted,
    it,
    letters_of,
    named,
    subject,
    why_so,
)
from annual_review.services.year_end.watch_letters import (
    PREPARED_WITHIN,
    overdue_unknown,
    stuck_letters,
)

_S = LetterState
_ADDRESS: Final = "ADDRESS"


def _unknown(moment: Moment) -> Iterable[NextStep]:
    overdue = overdue_unknown(moment.letters, moment.at)
    if overdue:
        yield NextStep(
            f"Nobody knows whether {letters_of(overdue)} went out. Find out (look in SES for the"
            " message with its tag, or ask the recipient), and settle it with one of these.",
            _settling(moment, overdue[0]),
        )
    if fresh := [each for each in moment.in_state(_S.UNKNOWN) if each not in overdue]:
        yield NextStep(
            f"It is not known yet whether {letters_of(fresh)} went out. Wait for an hour: a report"
            " of SES mostly settles it."
        )


def _settling(moment: Moment, letter: Letter) -> tuple[str, ...]:
    """Return the commands of which a person chooses one."""
    code = letter.id.authority
    return (
        moment.command(f"settle {moment.read.year} {code} delivered {REASON}"),
        moment.command(f"settle {moment.read.year} {code} accepted {REASON}"),
        moment.command(f"settle {moment.read.year} {code} not-accepted {REASON}"),
    )


def _stuck(moment: Moment) -> Iterable[NextStep]:
    if moment.issue_date is None:
        return
    found = stuck_letters(moment.letters, moment.issue_date, moment.at)
    stuck = [each.letter for each in found]
    if claimed := [each for each in stuck if each.state is _S.CLAIMED]:
        yield NextStep(
            f"{subject(claimed)} claimed more than 72 hours ago, and what came of it was never"
            " written down. Replay its request if it lies among the dead letters: it is not sent"
            " again, but found out about. If it does not, find out whether it went, and settle it.",
            (
                moment.command("dead-letters list --queue send"),
                moment.command("dead-letters replay --all --queue send"),
                *_settling(moment, claimed[0]),
            ),
        )
    if accepted := [each for each in stuck if each.state is _S.ACCEPTED]:
        code = accepted[0].id.authority
        yield NextStep(
            f"{subject(accepted)} accepted by SES more than 72 hours ago, and nothing was reported"
            " since. Look for a lost report; if there is none, ask the recipient. If it came,"
            " settle it as delivered; send it again only if it did not.",
            (
                moment.command("dead-letters list --queue delivery"),
                moment.command(f"settle {moment.read.year} {code} delivered {REASON}"),
                moment.command(f"resend {moment.read.year} {code} --to {_ADDRESS} {REASON}"),
            ),
        )


def _failed(moment: Moment) -> Iterable[NextStep]:
    for letter in moment.in_state(_S.FAILED):
        code, failed = letter.id.authority, f"The letter of {letter.id.authority} failed"
        if any(event.state is _S.UNKNOWN for event in letter.history):
            # Its own record is never sent a second time, whatever a person found out.
            yield NextStep(
                f"{failed} ({why_so(letter)}). Send it again: that makes a new dispatch of it.",
                (moment.command(f"resend {moment.read.year} {code} {REASON}"),),
            )
        else:
            yield NextStep(
                f"{failed}: {why_so(letter)}. Mend that, and prepare it again; it then waits to be"
                " read and approved.",
                (moment.command(f"prepare {moment.read.year} --only {code}"),),
            )


def _not_received(moment: Moment) -> Iterable[NextStep]:
    for letter in moment.in_state(_S.BOUNCED):
        code = letter.id.authority
        yield NextStep(
            f"The letter of {code} bounced ({why_so(letter)}). Find out the right"
            " address and send it again; load the register with it, too.",
            (moment.command(f"resend {moment.read.year} {code} --to {_ADDRESS} {REASON}"),),
        )
    for letter in moment.in_state(_S.REJECTED):
        code = letter.id.authority
        yield NextStep(
            f"SES took the letter of {code} and would not pass it on ({why_so(letter)}). See its"
            " reason and mend that; then send it again.",
            (moment.command(f"resend {moment.read.year} {code} {REASON}"),),
        )


def complaints(moment: Moment) -> Iterable[NextStep]:
    """Say what to do about complaints: those letters came to their end, and wait for nothing."""
    if found := moment.in_state(_S.COMPLAINED):
        codes = named([each.id.authority for each in found])
        yield NextStep(
            f"{codes} got {it(found, 'its letter', 'their letters')} and marked {it(found)} as"
            f" unwanted. Call {it(found, 'the authority', 'these authorities')} before anything"
            " else is sent there."
        )


def _planned(moment: Moment) -> Iterable[NextStep]:
    planned = moment.in_state(_S.PLANNED)
    late = [each for each in planned if moment.at - each.since > PREPARED_WITHIN]
    if late:
        yield NextStep(
            f"{subject(late, 'has', 'have')} waited for more than an hour to be prepared. Look for"
            " what went wrong, then ask for it again.",
            (
                moment.command("dead-letters list --queue prepare"),
                moment.command_for_all(f"prepare {moment.read.year}"),
            ),
        )
    elif planned:
        yield NextStep(
            f"{subject(planned, 'is', 'are')} being prepared ({len(planned)} of"
            f" {len(moment.letters)} left). Wait a few minutes."
        )


def _unreviewed(moment: Moment) -> Iterable[NextStep]:
    waiting = [
        each
        for each in moment.in_state(_S.PREPARED)
        if paragraphs_key(each.id) in moment.unreviewed
    ]
    if waiting and moment.approval_required:
        yield NextStep(
            f"{subject(waiting, 'has', 'have')} proposed paragraphs that nobody has reviewed, and"
            " can't be approved before. Keep, edit or remove each.",
            (moment.command(f"paragraphs list {moment.read.year}"),),
        )


def _prepared(moment: Moment) -> Iterable[NextStep]:
    prepared = moment.in_state(_S.PREPARED)
    year = moment.read.year
    if not prepared:
        return
    if not moment.approval_required:
        yield _ready(moment, prepared, "prepared without need of an approval")
        return
    read_and_approve = (
        moment.command(f"review {year}"),
        moment.command_for_all(f"approve {year} --read out/{year}/review/review.json"),
    )
    if moment.may_release:
        which = it(prepared, "", f": {named([each.id.authority for each in prepared])}")
        yield NextStep(
            f"{subject(prepared, 'was', 'were')} not approved on the letters day{which}. Read,"
            f" approve and release {it(prepared)}.",
            (*read_and_approve, moment.release),
        )
    else:
        yield NextStep(
            f"{subject(prepared, 'is', 'are')} prepared. Read {it(prepared)}, hold what must not"
            f" go, and approve the rest before {moment.issue_date_in_words}.",
            read_and_approve,
        )


def _approved(moment: Moment) -> Iterable[NextStep]:
    if approved := moment.in_state(_S.APPROVED):
        yield _ready(moment, approved, "approved")


def _ready(moment: Moment, letters: Sequence[Letter], how: str) -> NextStep:
    they_are = f"{subject(letters, 'is', 'are')} {how}"
    if moment.may_release and moment.mail_mode is MailMode.OFF:
        return NextStep(
            f"{they_are}, and mail is switched off: nothing is sent. Deploy with the parameter"
            f" MailMode as live or divert; then release {it(letters)}.",
            (moment.release,),
        )
    if moment.may_release:
        return NextStep(
            f"{they_are}, and the letters day is here. If the schedule has run already, release"
            f" {it(letters)}: nobody gets two.",
            (moment.release,),
        )
    code = letters[0].id.authority
    return NextStep(
        f"{they_are}. Nothing is to be done: {it(letters, 'it goes', 'they go')} out by"
        f" {it(letters, 'itself', 'themselves')} on {moment.issue_date_in_words}. What must not go"
        f" is"
        " held.",
        (moment.command(f"hold {moment.read.year} {code} {REASON}"),),
    )


def _on_their_way(moment: Moment) -> Iterable[NextStep]:
    under_way = moment.in_state(*SENT_WITHOUT_END - {_S.UNKNOWN})
    overdue = stuck_letters(under_way, moment.issue_date or date.max, moment.at)
    if waiting := len(under_way) - len(overdue):
        yield NextStep(
            f"{counted(waiting, 'letter is', 'letters are')} on the way. Wait: most reports come"
            " within minutes, the last after three days at most.",
            (moment.command(f"status {moment.read.year} --watch"),),
        )


def _held(moment: Moment) -> Iterable[NextStep]:
    for letter in moment.in_state(_S.HELD):
        code = letter.id.authority
        yield NextStep(
            f"The letter of {code} is held ({why_so(letter)}). Let it go when that is dealt"
            " with; it is then prepared anew.",
            (moment.command(f"unhold {moment.read.year} {code}"),),
        )


LETTER_RULES: Final[tuple[Callable[[Moment], Iterable[NextStep]], ...]] = (
    _unknown,
    _stuck,
    _failed,
    _not_received,
    _planned,
    _unreviewed,
    _prepared,
    _approved,
    _on_their_way,
    _held,
)
"""The rules about letters, most urgent first."""
