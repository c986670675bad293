"""Commands on letters before they are sent: prepared, approved, held, released."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.files.review_files import read_review
from annual_review.cli.acts import (
    LONDON,
    act_of,
    codes_of,
    exit_of,
    reason_of,
    show_end,
    show_left,
)
from annual_review.cli.advice import typed
from annual_review.cli.deployed import deployed
from annual_review.console import Exit, show_table
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.dispatch.approve_letters import ApproveLetters
from annual_review.services.dispatch.hold_letters import HoldLetters, HoldReport
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.letters.prepare_again import PrepareAgain
from annual_review.services.year_end.year_snapshot import day_of


def prepare_letters(
    stack: str, year: ReportingYear, only: Collection[str], *, is_dry_run: bool
) -> Exit:
    """Queue letters of a year to be prepared again.

    Raises:
        CommandError: The stack can't be found, or an authority has no letter.
        PortError: Not every letter was queued; asking again queues the rest.
    """
    found = deployed(stack)
    service = PrepareAgain(DynamoDBLetterStore(found.table), found.prepare_queue)
    request = service.request(year, datetime.now(LONDON), codes_of(only), is_dry_run=is_dry_run)
    asked = "To be prepared again" if is_dry_run else "Being prepared again"
    show_table(f"Letters of {year}", [(asked, len(request.queued)), ("Left", len(request.left))])
    show_left(request.left)
    show_end(
        f"none is sent before it is prepared; {typed(f'status {year}', stack)} shows when. One that"
        " comes out the same has its approval again.",
        is_dry_run=is_dry_run,
    )
    return exit_of(request.left)


def approve_letters(
    stack: str,
    year: ReportingYear,
    by: str,
    only: Collection[str],
    read: Path | None,
    *,
    is_dry_run: bool,
) -> Exit:
    """Approve the prepared letters of a year, or those of some authorities.

    Raises:
        CommandError: The stack can't be found, the year has no letters, or an authority has none.
        InputFileError: The review can't be read.
        PortError: Not every letter was approved; approving again approves the rest.
    """
    was_read = read_review(read, year) if read else None
    table = deployed(stack).table
    service = ApproveLetters(
        DynamoDBLetterStore(table), DynamoDBCloseStore(table), DynamoDBParagraphStore(table)
    )
    report = service.approve(
        year, act_of(by), only=codes_of(only), read=was_read, is_dry_run=is_dry_run
    )
    approved = "Would be approved" if is_dry_run else "Approved"
    show_table(f"Letters of {year}", [(approved, len(report.approved)), ("Left", len(report.left))])
    show_left(report.left)
    day, release = load_edition(SHIPPED_EDITIONS, year).letter_date, typed(f"release {year}", stack)
    then = f"they go out automatically on the issue date, {day_of(day)}."
    if datetime.now(LONDON).date() >= day:
        then = f"the issue date, {day_of(day)}, has come: {release} sends them."
    if not report.approved:
        then = f"{typed(f'status {year}', stack)} shows what each letter waits for."
    show_end(then, is_dry_run=is_dry_run)
    return exit_of(report.left)


def hold_letters(
    stack: str,
    year: ReportingYear,
    codes: Collection[str],
    reason: str,
    by: str,
    *,
    is_dry_run: bool,
) -> Exit:
    """Hold letters.

    Raises:
        CommandError: The stack can't be found, an authority has no letter, or no reason is given.
        PortError: Not every letter was held; holding again holds the rest.
    """
    act = act_of(by, reason_of(reason))

    def hold(service: HoldLetters) -> HoldReport:
        return service.hold(year, codes_of(codes), act, is_dry_run=is_dry_run)

    held = "Would be held" if is_dry_run else "Held"
    chosen = " ".join(codes_of(codes))
    then = f"{typed(f'unhold {year} {chosen}', stack)}, when you are sure that it can go."
    return _hold_or_unhold(stack, year, hold, held, then, is_dry_run=is_dry_run)


def unhold_letters(
    stack: str, year: ReportingYear, codes: Collection[str], by: str, *, is_dry_run: bool
) -> Exit:
    """End the hold of letters.

    Raises:
        CommandError: The stack can't be found, or an authority has no letter.
        PortError: Not every hold was ended; asking again ends the rest.
    """
    act = act_of(by)

    def unhold(service: HoldLetters) -> HoldReport:
        return service.unhold(year, codes_of(codes), act, is_dry_run=is_dry_run)

    ended = "Would no longer be held" if is_dry_run else "No longer held"
    only = " ".join(f"--only {code}" for code in codes_of(codes))
    approve = typed(f"approve {year} {only}", stack)
    then = f"they are being prepared again; read them, then {approve}."
    return _hold_or_unhold(stack, year, unhold, ended, then, is_dry_run=is_dry_run)


def _hold_or_unhold(
    stack: str,
    year: ReportingYear,
    do: Callable[[HoldLetters], HoldReport],
    done: str,
    then: str,
    *,
    is_dry_run: bool,
) -> Exit:
    found = deployed(stack)
    service = HoldLetters(
        DynamoDBLetterStore(found.table), DynamoDBCloseStore(found.table), found.prepare_queue
    )
    report = do(service)
    show_table(f"Letters of {year}", [(done, len(report.done)), ("Left", len(report.left))])
    show_left(report.left)
    if report.done:
        show_end(then, is_dry_run=is_dry_run)
    return exit_of(report.left)


def release_letters(
    stack: str, year: ReportingYear, only: Collection[str], *, is_dry_run: bool
) -> Exit:
    """Queue the letters of a year that may be sent.

    Raises:
        CommandError: The stack can't be found, the year is not closed, its issue date has not
            come, or an authority has no letter.
        PortError: Not every letter was queued; releasing again queues the rest.
    """
    found = deployed(stack)
    service = ReleaseLetters(
        letters=DynamoDBLetterStore(found.table),
        closes=DynamoDBCloseStore(found.table),
        directory=DynamoDBDirectory(found.table),
        send=found.send_queue,
        issue_date=lambda of: load_edition(SHIPPED_EDITIONS, of).letter_date,
        approval_required=found.approval_required,
    )
    at = datetime.now(LONDON)
    report = service.release(year, at, codes_of(only), is_dry_run=is_dry_run)
    released = "Would be released" if is_dry_run else "Released"
    show_table(f"Letters of {year}", [(released, len(report.released)), ("Left", len(report.left))])
    show_left(report.left)
    status = typed(f"status {year}", stack)
    show_end(f"{status} shows their progress and what to do next.", is_dry_run=is_dry_run)
    return exit_of(report.left)
