"""`annual-review reissue`: old and new figures side by side, and then the new revision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.stack import Stack
from annual_review.adapters.waiting import patience
from annual_review.cli.acts import act_of
from annual_review.cli.advice import typed
from annual_review.cli.deployed import deployed
from annual_review.console import Exit, out, progress, show_list, warn
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.letters import LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.domain.tallies import MEASURES
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms.pdf import PdfPrinter
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.year_end.propose_reissue import (
    NotReissuedError,
    Order,
    ProposeReissue,
    ReissueProposal,
)
from annual_review.services.year_end.reissue_letter import ReissueLetter

_PATIENCE = patience(lambda: math.inf)


def reissue_letter(stack: str, order: Order, by: str, *, is_dry_run: bool) -> Exit:
    """Show what a re-issue changes, and make it unless this is a dry run.

    Raises:
        CommandError: The stack can't be found.
        NotReissuedError: The letter can't be re-issued.
        PortError: Something could not be read or written; running it again goes on from there.
    """
    act = act_of(by)
    system, now = deployed(stack), act.at
    service = _service(system)
    if unfinished := _finished(service, order, now, is_dry_run=is_dry_run):
        _say_what_next(system, stack, unfinished, now.date())
        return Exit.DONE
    proposal = _proposing(system).propose(order, now.date(), _PATIENCE)
    _check_glyphs(proposal.reissue)
    _show(proposal)
    if is_dry_run:
        out.print("\nNothing was changed: this was a dry run.")
        return Exit.DONE
    with progress("Freezing the revision") as step:
        service.reissue(proposal, act.by, now, step)
    _say_what_next(system, stack, proposal.letter, now.date())
    return Exit.DONE


def _service(system: Stack) -> ReissueLetter:
    table = system.table
    return ReissueLetter(
        documents=system.documents,
        closes=DynamoDBCloseStore(table),
        letters=DynamoDBLetterStore(table),
        prepare=system.prepare_queue,
    )


def _proposing(system: Stack) -> ProposeReissue:
    table = system.table
    return ProposeReissue(
        cases=DynamoDBCaseStore(table),
        directory=DynamoDBDirectory(table),
        arrivals=system.arrivals,
        documents=system.documents,
        closes=DynamoDBCloseStore(table),
        letters=DynamoDBLetterStore(table),
        issue_date=_issue_date,
    )


def _issue_date(year: ReportingYear) -> date:
    return load_edition(SHIPPED_EDITIONS, year).letter_date


def _finished(
    service: ReissueLetter, order: Order, now: datetime, *, is_dry_run: bool
) -> LetterId | None:
    """Finish the re-issue before, if it isn't; return its letter if it is this authority's."""
    unfinished = service.unfinished(order.year)
    if unfinished is None:
        return None
    warn(
        f"revision {unfinished.revision}, for {unfinished.authority}, is frozen and its letter not"
        " prepared yet: it is asked for again"
    )
    if not is_dry_run:
        service.finish(unfinished, now)
    return unfinished if unfinished.authority == order.authority else None


def _check_glyphs(reissue: Reissue) -> None:
    """Refuse a reason that would stop its letter, before a revision is frozen with it."""
    if lacking := PdfPrinter().without_glyph(reissue.reason, reissue.dated):
        raise NotReissuedError(
            f"the letter's font lacks {', '.join(lacking)}, which the reason holds: write it in"
            " other characters"
        )


def _show(proposal: ReissueProposal) -> None:
    """Print old and new figures side by side, and what becomes of the letters."""
    reissue, revision = proposal.reissue, proposal.record.revision
    name = proposal.record.figures.authority.name
    first = "in the letter sent" if reissue.replaces else "frozen before"
    show_list(
        f"Figures of {name}, {proposal.record.year}",
        ("", first, f"revision {revision}"),
        list(_rows(proposal.before, proposal.record.figures)),
    )
    if proposal.before.authority.name != name:
        out.print(f"Its name was {proposal.before.authority.name}.", markup=False)
    out.print(f"\nThe new letter is dated {reissue.dated} and says: {reissue.reason}", markup=False)
    if reissue.replaces:
        out.print(
            f"It replaces that of revision {reissue.replaces}, dated {reissue.replaced_date}.",
            markup=False,
        )
    else:
        out.print("No letter of this authority has been sent: it replaces none.")
    for letter in proposal.to_hold:
        out.print(f"Letter {letter.tag} was not sent, and is held for good.", markup=False)


def _rows(before: AuthorityFigures, after: AuthorityFigures) -> Iterator[tuple[str, str, str]]:
    """Go through every count that differs, then through the statistics."""
    for measure in MEASURES:
        if (old := before.tally[measure]) != (new := after.tally[measure]):
            yield measure, str(old), str(new)
    was, now = before.statistics, after.statistics
    for name in StatisticName:
        yield name.words, _in_words(was.get(name)), _in_words(now.get(name))


def _in_words(statistic: Statistic | None) -> str:
    if statistic is None or statistic.percentage is None:
        return "none"
    return f"{statistic.percentage}% ({statistic.numerator} of {statistic.denominator})"


def _say_what_next(system: Stack, stack: str, letter: LetterId, today: date) -> None:
    year, code = letter.year, letter.authority
    steps = [
        f"\nLetter {letter.tag} is being prepared. What comes next:",
        f"  read it      {typed(f'preview {year} {code} --open', stack)}",
    ]
    if system.approval_required:
        steps.append(f"  approve it   {typed(f'approve {year} --only {code}', stack)}")
    release = f"  release it   {typed(f'release {year} --only {code}', stack)}"
    day = _issue_date(year)
    steps.append(release if day <= today else f"{release}, once {day} has come")
    for each in steps:
        out.print(each, markup=False)
