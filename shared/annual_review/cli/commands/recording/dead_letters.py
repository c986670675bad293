"""`annual-review dead-letters`: messages that could not be worked on, and what to do with them."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from annual_review.cli.options import DryRun, StackName
from annual_review.console import Exit, err, out, progress, show_table, warn
from annual_review.services.recording.dead_letter_queue import contents_of
from annual_review.services.recording.dead_letters import (
    DeadLetterResult,
    Discarding,
    ManageDeadLetters,
    Report,
)
from annual_review.services.recording.messages import MessageId

dead_letters_app = typer.Typer(
    help="Look at the messages that could not be worked on, send them again, or discard them.",
    no_args_is_help=True,
)


class QueueName(StrEnum):
    """The queues that have dead letters of their own."""

    DECISIONS = "decisions"
    PREPARE = "prepare"
    SEND = "send"
    DELIVERY = "delivery"


Queue = Annotated[QueueName, typer.Option("--queue", help="Whose dead letters.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, as `list` shows them.")]

_LONGEST_CELL = 60
_WIDEST = 1000


@dead_letters_app.command("list")
def list_letters(queue: Queue = QueueName.DECISIONS, stack: StackName = "annual-review") -> None:
    """List the dead letters of a queue, oldest first. Nothing is taken away.

    SQS can't show messages without handing them out: for the moment of listing others don't see
    them, and those that somebody else is looking at are missing here; the counts say so.

    Exit status: 0, or 2 for wrong usage, 4 when the queue could not be read to its end.
    """
    service = _service(stack, queue)
    rows = []
    codes: Counter[str] = Counter()
    for letter in service.queue.browse():
        about = contents_of(letter.body)
        whose = (about.event_type, about.case_reference, about.authority)
        when = f"{letter.since:%Y-%m-%d %H:%M:%SZ}"
        rows.append((when, letter.id, letter.reason, *whose, f"{letter.size:,}"))
        codes[letter.code] += 1
    _show_letters(f"Dead letters of {queue}", sorted(rows))
    show_table("", [("Messages", len(rows)), *sorted(codes.items())])
    if (held := service.queue.count()) != len(rows):
        warn(
            f"the queue counts about {held} messages and showed {len(rows)}: somebody else may"
            " be looking at the others. List again in a minute."
        )
    raise typer.Exit(Exit.DONE)


@dead_letters_app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id, as `list` shows it.")],
    queue: Queue = QueueName.DECISIONS,
    stack: StackName = "annual-review",
) -> None:
    """Show one dead letter whole: the message on standard output, the rest on standard error.

    A message that was too large for the queue is fetched from the bucket.

    Exit status: 0, 1 when it could not be found, 2 for wrong usage.
    """
    found = _service(stack, queue).find(MessageId(id_))
    if found is None:
        _tell_not_found(id_)
        raise typer.Exit(Exit.NOT_IN_ORDER)
    letter, body = found
    for line in (f"id: {letter.id}", f"reason: {letter.reason}", f"since: {letter.since}"):
        err.print(line, markup=False)
    # A terminal obeys control characters; a file or a program gets the message as it is.
    out.file.write(f"{_harmless(body) if out.is_terminal else body}\n")
    raise typer.Exit(Exit.DONE)


@dead_letters_app.command()
def replay(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Ids, as `list` shows them.")
    ] = None,
    is_all: Annotated[bool, typer.Option("--all", help="All dead letters of the queue.")] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="All with this reason code, such as `none`.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also what would be rejected again.")
    ] = False,
    queue: Queue = QueueName.DECISIONS,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Send dead letters back to their queue; each is deleted once the queue has taken it.

    Messages that would be rejected again are refused: fix the cause first. A message that was sent
    twice does no harm.

    Exit status: 0, 1 when some were not replayed, 2 for wrong usage.
    """
    if (bool(ids) + is_all + (reason is not None)) != 1:
        raise typer.BadParameter("give ids, --all or --reason CODE")
    service = _service(stack, queue)
    chosen = _ids(ids) if ids else service.ids(reason)
    with progress("Replaying", len(chosen)) as step:
        report = service.replay(chosen, step, is_forced=force, is_dry_run=dry_run)
    raise typer.Exit(_tell(report, queue, is_dry_run=dry_run))


@dead_letters_app.command()
def discard(
    ids: Ids,
    reason: Annotated[str, typer.Option(help="Why; kept with the message.")],
    by: Annotated[
        str | None, typer.Option(help="Who decided it. Default: your login name.")
    ] = None,
    queue: Queue = QueueName.DECISIONS,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Discard dead letters: each is kept in the bucket under discarded/, and only then deleted.

    Exit status: 0, 1 when some were not discarded, 2 for wrong usage.
    """
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    service = _service(stack, queue)
    decision = Discarding(reason.strip(), by or getpass.getuser(), datetime.now(UTC))
    chosen = _ids(ids)
    with progress("Discarding", len(chosen)) as step:
        report = service.discard(chosen, decision, step, is_dry_run=dry_run)
    raise typer.Exit(_tell(report, queue, is_dry_run=dry_run))


def _service(stack: str, queue: QueueName) -> ManageDeadLetters:
    from annual_review.cli.wiring import deployed

    return deployed(stack).dead_letters(queue.value)


def _ids(ids: Sequence[str]) -> Sequence[MessageId]:
    """Return the ids in their order, each once."""
    return [MessageId(id_) for id_ in dict.fromkeys(ids)]


def _show_letters(title: str, rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("first received", "id", "reason", "event type", "case", "authority", "bytes"):
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    # As wide as it is, however narrow the terminal: an id that is copied has to be whole.
    table.width = Measurement.get(out, out.options.update(width=_WIDEST), table).maximum
    out.print(table)


def _cell(value: str) -> str:
    """Return a text from a message that may hold anything, fit to be printed in a table."""
    plain = "".join(each if each.isprintable() else "?" for each in value)
    return plain if len(plain) <= _LONGEST_CELL else f"{plain[:_LONGEST_CELL]}…"


def _harmless(body: str) -> str:
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode()
        for each in body
    )


def _tell(report: Report, queue: QueueName, *, is_dry_run: bool) -> Exit:
    """Say what was done and what was not, and why."""
    for outcome in report.undone:
        if outcome.result is DeadLetterResult.NOT_FOUND:
            _tell_not_found(outcome.id)
        else:
            warn(f"{outcome.id} {outcome.result}: {outcome.why}")
    would = "Would be " if is_dry_run else ""
    counts = sorted(report.counts.items())
    rows = [(f"{would}{result}".capitalize(), count) for result, count in counts]
    show_table(f"Dead letters of {queue}", rows or [("None", 0)])
    if is_dry_run:
        out.print("\nNothing was changed: this was a dry run.")
    return Exit.NOT_IN_ORDER if report.undone else Exit.DONE


def _tell_not_found(id_: str) -> None:
    warn(
        f"{id_} was not found: it is no longer there, or somebody else is looking at it just now."
        " List again in a minute."
    )
