"""`annual-review resend`: a letter that went wrong, sent again."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

import typer

from annual_review.cli.acts import act_of, confirm, reason_of, show_end
from annual_review.cli.options import (
    AuthorityArgument,
    By,
    DryRun,
    Reason,
    StackName,
    YearArgument,
    Yes,
)
from annual_review.console import CommandError, Exit, out, progress
from annual_review.domain.recipients import EmailAddress, email_address
from annual_review.services.dispatch.prepared_in_time import NotPreparedError, prepared_in_time
from annual_review.services.letters.letter import Letter, LetterStore
from annual_review.services.wording import LONDON
from annual_review.wiring.advice import typed


def resend(
    year: YearArgument,
    authority: AuthorityArgument,
    reason: Reason,
    to: Annotated[
        str, typer.Option(help="Another mailbox for the addressee; default: the register's.")
    ] = "",
    by: By = "",
    yes: Yes = False,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Send a letter again that bounced, was rejected, or never came, in your name.

    Shows where it goes, and asks. It becomes the letter's next dispatch, with a state and a history
    of its own. A letter that was never sent is not sent by this, nor one of which nobody knows:
    settle it first.

    Exit status: 0, or 1 when it was not prepared in time, 2 when it can't be sent again.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by, reason_of(reason))
    address = _address(to)
    system = deployed(stack)
    code = system.authority(year, authority)
    service = system.resend_letter()
    planned = service.plan(year, code, act, address, is_dry_run=True)
    where = address or "the register's recipient"
    if not dry_run:
        name = system.spoken(code)
        confirm(f"Send letter {planned.id.tag} of {name} to {where}?", is_confirmed=yes)
    again = service.plan(year, code, act, address, is_dry_run=dry_run)
    if dry_run:
        out.print(f"Letter {again.id.tag} would be made and sent to {where}.", markup=False)
    else:
        out.print(f"Letter {again.id.tag} is made; it goes to {where}.", markup=False)
        prepared = _prepared(system.letters, again, stack)
        service.release(prepared, act.by, datetime.now(LONDON))
        out.print(f"It is approved in the name of {act.by}, and released.", markup=False)
    show_end(f"{typed(f'status {year} {code}', stack)} shows its progress.", is_dry_run=dry_run)


def _address(to: str) -> EmailAddress | None:
    try:
        return email_address(to.strip()) if to else None
    except ValueError as error:
        raise CommandError(f"--to {error}") from None


def _prepared(letters: LetterStore, planned: Letter, stack: str) -> Letter:
    with progress("Preparing it", 1) as step:
        try:
            return prepared_in_time(letters, planned, time.sleep, step)
        except NotPreparedError as error:
            remedy = error.remedy(lambda words: typed(words, stack))
            raise CommandError(str(error), remedy, code=Exit.NOT_IN_ORDER) from None
