"""Commands on letters that went wrong: settled by a person, sent again."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.cli.acts import LONDON, act_of, reason_of, show_end
from annual_review.cli.advice import typed
from annual_review.cli.deployed import deployed
from annual_review.cli.options import authority_code
from annual_review.console import CommandError, Exit, out, progress
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress, email_address
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.dispatch.resend_letter import ResendLetter
from annual_review.services.dispatch.settle_letter import SettleLetter, Settlement
from annual_review.services.letters.letter import Letter, LetterStore
from annual_review.services.year_end.year_snapshot import REASON

_SECONDS_TO_PREPARE: Final = 120
_ASK_EVERY: Final = 1.0


def settle_letter(
    stack: str,
    year: ReportingYear,
    code: str,
    settlement: Settlement,
    reason: str,
    by: str,
    *,
    is_dry_run: bool,
) -> Exit:
    """Settle a letter of which nobody knows whether it was sent.

    Raises:
        CommandError: The stack can't be found, the letter is not unknown, or no reason is given.
        PortError: It could not be settled; settling again is safe.
    """
    act = act_of(by, reason_of(reason))
    found = deployed(stack)
    service = SettleLetter(DynamoDBLetterStore(found.table))
    letter = service.settle(year, authority_code(code), settlement, act, is_dry_run=is_dry_run)
    verb = "would be" if is_dry_run else "is"
    out.print(f"Letter {letter.id.tag} {verb} {settlement.state.value}.", markup=False)
    then = f"{typed(f'resend {year} {code} {REASON}', stack)} sends it."
    if settlement is Settlement.ACCEPTED:
        delivered = typed(f"settle {year} {code} delivered {REASON}", stack)
        then = f"SES reports whether it came. If it does not, ask the recipient; {delivered}."
    elif settlement is Settlement.DELIVERED:
        then = "nothing, unless the mail service reports a bounce."
    show_end(then, is_dry_run=is_dry_run)
    return Exit.DONE


def resend_letter(
    stack: str,
    year: ReportingYear,
    code: str,
    to: str,
    reason: str,
    by: str,
    *,
    is_dry_run: bool,
) -> Exit:
    """Send a letter again: plan its next dispatch, have it prepared, approve it and queue it.

    Raises:
        CommandError: The stack can't be found, the letter can't be sent again, or it was not
            prepared in time.
        PortError: It ended in between; the dispatch can be approved and released as any letter.
    """
    act = act_of(by, reason_of(reason))
    address = _address(to)
    found = deployed(stack)
    letters = DynamoDBLetterStore(found.table)
    service = ResendLetter(
        letters=letters,
        closes=DynamoDBCloseStore(found.table),
        directory=DynamoDBDirectory(found.table),
        prepare=found.prepare_queue,
        send=found.send_queue,
        issue_date=lambda each: load_edition(SHIPPED_EDITIONS, each).letter_date,
    )
    again = service.plan(year, authority_code(code), act, address, is_dry_run=is_dry_run)
    where = "another mailbox" if address else "the register's recipient"
    if is_dry_run:
        out.print(f"Letter {again.id.tag} would be made and sent to {where}.", markup=False)
    else:
        out.print(f"Letter {again.id.tag} is made; it goes to {where}.", markup=False)
        prepared = _prepared(letters, again, stack)
        service.release(prepared, act.by, datetime.now(LONDON))
        out.print(f"It is approved in the name of {act.by}, and released.", markup=False)
    show_end(f"{typed(f'status {year} {code}', stack)} shows its progress.", is_dry_run=is_dry_run)
    return Exit.DONE


def _address(to: str) -> EmailAddress | None:
    try:
        return email_address(to.strip()) if to else None
    except ValueError as error:
        raise CommandError(f"--to {error}") from None


def _prepared(letters: LetterStore, planned: Letter, stack: str) -> Letter:
    """Wait until a letter is prepared, and return it."""
    tag, of, code = planned.id.tag, planned.id.year, planned.id.authority
    ends = time.monotonic() + _SECONDS_TO_PREPARE
    with progress("Preparing it", 1) as step:
        while (letter := letters.get(planned.id)).state is LetterState.PLANNED:
            if time.monotonic() > ends:
                raise CommandError(
                    f"letter {tag} is planned, and was not prepared within {_SECONDS_TO_PREPARE}"
                    " seconds. Nothing was sent",
                    f"{typed(f'prepare {of} --only {code}', stack)} asks again; then approve and"
                    " release it in the same way.",
                    code=Exit.NOT_IN_ORDER,
                )
            time.sleep(_ASK_EVERY)
        step(1, 1)
    if letter.state is not LetterState.PREPARED:
        why = letter.history[-1].why
        raise CommandError(
            f"letter {tag} is {letter.state.value}: {why}; nothing was sent by this",
            f"Fix the cause, then prepare, approve and release it with --only {code}.",
            code=Exit.NOT_IN_ORDER,
        )
    return letter
