"""The commands on letters: what they are asked with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review.cli.options import (
    By,
    DryRun,
    Only,
    Reason,
    StackName,
    YearArgument,
)
from annual_review.services.dispatch.settle_letter import Settlement

Codes = Annotated[list[str], typer.Argument(metavar="CODE…", help="E07000075, one or more.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="E07000075.")]


def prepare(
    year: YearArgument,
    only: Only = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Prepare letters again: after the register, the edition or a paragraph has changed.

    Letters that were sent are left. None of the others is sent before it is prepared. One that
    comes out with the same bytes has its approval again; one that does not has to be read again.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.cli.commands.dispatch.approving import prepare_letters

    raise typer.Exit(prepare_letters(stack, year, only or (), is_dry_run=dry_run))


def approve(
    year: YearArgument,
    only: Only = None,
    by: By = "",
    read: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="review.json of the review that was read: letters changed since are left.",
        ),
    ] = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Approve the prepared letters of a year: they are sent on the issue date.

    An approval is one of certain bytes. What is prepared again and comes out as another letter has
    to be approved again.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.cli.commands.dispatch.approving import approve_letters

    raise typer.Exit(approve_letters(stack, year, by, only or (), read, is_dry_run=dry_run))


def hold(
    year: YearArgument,
    codes: Codes,
    reason: Reason,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Hold letters back: they are neither approved nor sent until `unhold`.

    Exit status: 0, or 1 when a letter could not be held, 2 for wrong usage.
    """
    from annual_review.cli.commands.dispatch.approving import hold_letters

    raise typer.Exit(hold_letters(stack, year, codes, reason, by, is_dry_run=dry_run))


def unhold(
    year: YearArgument,
    codes: Codes,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """End the hold of letters: they are prepared again, and have to be approved.

    Exit status: 0, or 1 when a letter was not held, 2 for wrong usage.
    """
    from annual_review.cli.commands.dispatch.approving import unhold_letters

    raise typer.Exit(unhold_letters(stack, year, codes, by, is_dry_run=dry_run))


def release(
    year: YearArgument,
    only: Only = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Send the letters of a year that may be sent, on the issue date or later.

    What the schedule of the issue date does, by hand: for letters that were approved since. A
    letter is claimed before it is sent, so that releasing twice sends it once.

    Exit status: 0, or 1 when a letter was left, 2 for wrong usage.
    """
    from annual_review.cli.commands.dispatch.approving import release_letters

    raise typer.Exit(release_letters(stack, year, only or (), is_dry_run=dry_run))


def resend(
    year: YearArgument,
    code: Code,
    reason: Reason,
    to: Annotated[
        str, typer.Option(help="Another mailbox for the addressee; default: the register's.")
    ] = "",
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Send a letter again that bounced, was rejected, or never came, in your name.

    It becomes the letter's next dispatch, with a state and a history of its own. A letter that was
    never sent is not sent by this, nor one of which nobody knows: settle it first.

    Exit status: 0, or 1 when it was not prepared in time, 2 when it can't be sent again.
    """
    from annual_review.cli.commands.dispatch.resending import resend_letter

    raise typer.Exit(resend_letter(stack, year, code, to, reason, by, is_dry_run=dry_run))


def settle(
    year: YearArgument,
    code: Code,
    settlement: Annotated[Settlement, typer.Argument(help="What you have found out.")],
    reason: Reason,
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Settle an unknown letter: say whether the mail service had accepted it, or that it came.

    `delivered` may also be said of a letter that was accepted and of which nothing was reported.
    Look for it in the mail service, or ask the recipient. If reports of the mail service come
    later, they are believed against this.
    """
    from annual_review.cli.commands.dispatch.resending import settle_letter

    code_ = settle_letter(stack, year, code, settlement, reason, by, is_dry_run=dry_run)
    raise typer.Exit(code_)
