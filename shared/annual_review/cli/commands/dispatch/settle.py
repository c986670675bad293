"""`annual-review settle`: a person has found out what became of an unknown letter."""

from __future__ import annotations

from typing import Annotated

import typer

from annual_review.cli.acts import act_of, reason_of, show_end
from annual_review.cli.options import (
    AuthorityArgument,
    By,
    DryRun,
    Reason,
    StackName,
    YearArgument,
)
from annual_review.console import out
from annual_review.services.dispatch.settle_letter import (
    Settlement,
    after_settling,
    settled_in_words,
)
from annual_review.wiring.advice import typed


def settle(
    year: YearArgument,
    authority: AuthorityArgument,
    settlement: Annotated[Settlement, typer.Argument(help="What you have found out.")],
    reason: Reason,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Settle a letter that waits for you: say what became of it, or what you did about it.

    Of an unknown one, say whether the mail service had accepted it, or that it came.

    `delivered` may also be said of a letter that was accepted and of which nothing was reported.
    Look for it in the mail service, or ask the recipient. If reports of the mail service come
    later, they are believed against this. `spoken-to` is said of a letter whose reader marked it as
    unwanted: it is no longer listed as something to do.

    `dealt-with` is said of a letter that was refused or came back (failed, rejected, bounced) and
    is not sent again: say in the reason how the authority got it, such as by post. Until each that
    was refused is sent again or dealt with, the year is not complete.
    """
    from annual_review.wiring.system import deployed

    act = act_of(by, reason_of(reason))
    system = deployed(stack)
    code = system.authority(year, authority)
    name = system.spoken(code)
    letter = system.settle_letter().settle(year, code, settlement, act, is_dry_run=dry_run)
    verb = "would be" if dry_run else "is"
    settled = settled_in_words(settlement, letter)
    out.print(f"Letter {letter.id.tag} of {name} {verb} {settled}.", markup=False)
    then = after_settling(settlement, letter, lambda words: typed(words, stack))
    show_end(then, is_dry_run=dry_run)
