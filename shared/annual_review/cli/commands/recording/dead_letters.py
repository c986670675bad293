"""`annual-review dead-letters`: messages that could not be worked on, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli import acts
from annual_review.cli.forms import AsCsv, AsJson, Form, form_of, write_csv, write_json
from annual_review.cli.options import By, DryRun, StackName, Yes
from annual_review.console import Exit, err, out, progress, show_list, show_table, warn
from annual_review.domain.authorities import Register
from annual_review.services.recording.dead_letter_queue import DeadLetter
from annual_review.services.recording.dead_letters import ManageDeadLetters, Report
from annual_review.services.recording.messages import MessageId
from annual_review.views import dead_letters as views

if TYPE_CHECKING:
    from annual_review.wiring.system import System

dead_letters_app = typer.Typer(
    help="Look at the messages that could not be worked on, send them again, or discard them.",
    no_args_is_help=True,
)


class QueueName(StrEnum):
    """The queues that have dead letters of their own; `schedules` has the runs that failed."""

    DECISIONS = "decisions"
    PREPARE = "prepare"
    SEND = "send"
    DELIVERY = "delivery"
    SCHEDULES = "schedules"


Queue = Annotated[QueueName, typer.Option("--queue", help="Whose dead letters.")]
Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID…]", help="Ids as `list` shows them; their beginnings are enough."),
]


@dead_letters_app.command("list")
def list_letters(
    queue: Queue = QueueName.DECISIONS,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    stack: StackName = "annual-review",
) -> None:
    """List the dead letters of a queue, oldest first. Nothing is taken away.

    Ids are shortened as far as they differ; JSON and CSV hold them whole. The queue `schedules`
    has the runs of functions that failed each time they were tried.

    SQS can't show messages without handing them out: for the moment of listing others don't see
    them, and those that somebody else is looking at are missing here; the counts say so.

    Exit status: 0, or 2 for wrong usage, 4 when the queue could not be read to its end.
    """
    form = form_of(is_json=as_json, is_csv=as_csv)
    system, service = _service(stack, queue)
    letters = _letters(service)
    register = system.directory.register()
    held = service.queue.count()
    rows = [views.row_of(each, register) for each in letters]
    match form:
        case Form.JSON:
            write_json({"queue": queue.value, "held": held, "messages": rows})
        case Form.CSV:
            write_csv(views.COLUMNS, rows)
        case Form.TABLE:
            _show_letters(_title(queue), letters, register)
    if unseen := views.unseen(held, len(letters)):
        warn(unseen)
    raise typer.Exit(Exit.DONE)


@dead_letters_app.command()
def show(
    id_: Annotated[
        str,
        typer.Argument(metavar="ID", help="Id as `list` shows it; its beginning is enough."),
    ],
    queue: Queue = QueueName.DECISIONS,
    stack: StackName = "annual-review",
) -> None:
    """Show one dead letter whole: the message on standard output, the rest on standard error.

    A message that was too large for the queue is fetched from the bucket.

    Exit status: 0, 1 when it could not be found, 2 for wrong usage.
    """
    _, service = _service(stack, queue)
    [meant] = service.meant_by([id_])
    found = service.find(meant)
    if found is None:
        warn(views.not_found(id_))
        raise typer.Exit(Exit.NOT_IN_ORDER)
    letter, body = found
    for line in (
        f"id: {letter.id}",
        f"reason: {letter.reason}",
        f"since: {letter.since}",
        f"bytes: {letter.size:,}",
        *([f"function: {letter.function}"] if letter.function else []),
    ):
        err.print(line, markup=False)
    # A terminal obeys control characters; a file or a program gets the message as it is.
    out.file.write(f"{views.harmless(body) if out.is_terminal else body}\n")
    raise typer.Exit(Exit.DONE)


@dead_letters_app.command()
def replay(
    ids: Ids = None,
    is_all: Annotated[bool, typer.Option("--all", help="All dead letters of the queue.")] = False,
    reason_is: Annotated[
        str | None,
        typer.Option(
            "--reason-is",
            "--reason",
            metavar="CODE",
            help="All with this reason code, such as `none`.",
        ),
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
    twice does no harm. A run that failed (`--queue schedules`) can't be replayed: do by hand what
    it should have done.

    Exit status: 0, 1 when some were not replayed, 2 for wrong usage.
    """
    if (bool(ids) + is_all + (reason_is is not None)) != 1:
        raise typer.BadParameter("give ids, --all or --reason-is CODE")
    system, service = _service(stack, queue)
    chosen = service.meant_by(ids) if ids else service.ids(reason_is)
    _check_reason(reason_is, chosen)
    with progress("Replaying", len(chosen)) as step:
        report = service.replay(chosen, step, is_forced=force, is_dry_run=dry_run)
    raise typer.Exit(_end(report, queue, system, is_dry_run=dry_run))


@dead_letters_app.command()
def discard(
    reason: Annotated[str, typer.Option(help="Why; kept with the message.")],
    ids: Ids = None,
    reason_is: Annotated[
        str | None,
        typer.Option(
            "--reason-is",
            metavar="CODE",
            help="All with this reason code, such as `not_json`; asks first.",
        ),
    ] = None,
    by: By = "",
    yes: Yes = False,
    queue: Queue = QueueName.DECISIONS,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Discard dead letters: each is kept in the bucket under discarded/, and only then deleted.

    Those that --reason-is chooses are listed first, and discarded if you say so.

    Exit status: 0, 1 when some were not discarded, 2 for wrong usage.
    """
    if bool(ids) == (reason_is is not None):
        raise typer.BadParameter("give ids or --reason-is CODE; --reason says why you discard them")
    decision = acts.act_of(by, acts.reason_of(reason))
    system, service = _service(stack, queue)
    if ids:
        chosen = service.meant_by(ids)
    else:
        letters = [each for each in _letters(service) if each.code == reason_is]
        chosen = [each.id for each in letters]
        _check_reason(reason_is, chosen)
        _show_letters(_title(queue), letters, system.directory.register())
        question = f"Discard {_counted(chosen)} with the reason {reason_is}?"
        acts.confirm(question, is_confirmed=yes or dry_run)
    with progress("Discarding", len(chosen)) as step:
        report = service.discard(chosen, decision, step, is_dry_run=dry_run)
    raise typer.Exit(_end(report, queue, system, is_dry_run=dry_run))


@dead_letters_app.command()
def confirm(
    ids: Ids,
    reason: Annotated[str, typer.Option(help="How you know that it is right; kept.")],
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Have events recorded that were set aside as implausible, and are right all the same.

    Those are `implausible_version` and `authority_changed`. Ask casework first. Who confirmed it,
    when and why is kept in the bucket under confirmed/, and the case in the table names it.

    Exit status: 0, 1 when some were not confirmed, 2 for wrong usage.
    """
    decision = acts.act_of(by, acts.reason_of(reason))
    system, service = _service(stack, QueueName.DECISIONS)
    chosen = service.meant_by(ids or [])
    with progress("Confirming", len(chosen)) as step:
        report = service.confirm(chosen, decision, step, is_dry_run=dry_run)
    raise typer.Exit(_end(report, QueueName.DECISIONS, system, is_dry_run=dry_run))


def _service(stack: str, queue: QueueName) -> tuple[System, ManageDeadLetters]:
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    return system, system.dead_letters(queue.value)


def _letters(service: ManageDeadLetters) -> Sequence[DeadLetter]:
    """Return the messages of a queue, oldest first."""
    return service.oldest_first()


def _show_letters(title: str, letters: Sequence[DeadLetter], register: Register) -> None:
    """List messages, and count them by reason."""
    if letters:
        show_list(views.list_of(title, letters, register))
    show_table("" if letters else title, [("Messages", len(letters)), *views.counts_of(letters)])


def _check_reason(code: str | None, chosen: Sequence[MessageId]) -> None:
    """End the command where no message has the reason that was asked for.

    Raises:
        Exit: With 0: nothing was left undone.
    """
    if code is not None and not chosen:
        out.print(f"No message has the reason {code}. `list` shows which there are.", markup=False)
        raise typer.Exit(Exit.DONE)


def _title(queue: QueueName) -> str:
    return f"Dead letters of {queue}"


def _counted(ids: Sequence[MessageId]) -> str:
    return "this message" if len(ids) == 1 else f"these {len(ids):,} messages"


def _end(report: Report, queue: QueueName, system: System, *, is_dry_run: bool) -> Exit:
    """Tell what became of the messages, and return how the command ends."""
    register = system.directory.register() if report.undone else Register(())
    for line in views.undone_of(report, register):
        warn(line)
    show_table(_title(queue), views.results_of(report, is_dry_run=is_dry_run))
    if is_dry_run:
        out.print("\nNothing was changed: this was a dry run.")
    return Exit.NOT_IN_ORDER if report.undone else Exit.DONE
