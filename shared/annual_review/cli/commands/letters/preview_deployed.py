"""What a preview is rendered from in the deployed system: frozen figures, or those of today."""

from __future__ import annotations

from dataclasses import replace

from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.adapters.stack import Stack
from annual_review.cli.commands.letters.preview_source import PreviewSource
from annual_review.cli.deployed import deployed
from annual_review.console import CommandError
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import FIRST_REVISION, figures_of_year, keys_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey
from annual_review.services.figures.counted_cases import cases_in
from annual_review.services.figures.earlier_years import earlier_years
from annual_review.services.figures.frozen_authority import FrozenAuthority
from annual_review.services.figures.frozen_records import AlteredRecordError, FrozenRecords


def deployed_source(
    stack: str, year: ReportingYear, code: AuthorityCode, *, is_live: bool
) -> PreviewSource:
    """Read what the letter of an authority is made from.

    Raises:
        CommandError: The stack can't be found, or the authority is not in the figures.
        PortError: Something could not be read.
    """
    system = deployed(stack)
    directory = DynamoDBDirectory(system.table)
    held = InMemoryDirectory(directory.register(), directory.recipients())
    try:
        close = DynamoDBCloseStore(system.table).latest(year)
        if close is None or is_live:
            frozen = _today(system, year, code, held.authorities)
        else:
            frozen = FrozenRecords(system.documents, close).authority(code)
    except AlteredRecordError as error:
        raise CommandError(str(error)) from error
    if frozen is None:
        raise CommandError(f"{code} is not in the figures of {year}")
    return PreviewSource(
        frozen,
        held,
        _paragraphs(DynamoDBParagraphStore(system.table), frozen),
        system.is_sample,
        is_live=close is None or is_live,
        approval_required=system.approval_required,
    )


def _paragraphs(store: DynamoDBParagraphStore, frozen: FrozenAuthority) -> InMemoryParagraphStore:
    """Take a copy of what was proposed and reviewed: a preview changes nothing."""
    held, code = InMemoryParagraphStore(), frozen.figures.authority.code
    for note in store.notes(frozen.year, code):
        held.add_note(frozen.year, note)
    if kept := store.get(frozen.year, frozen.revision, code):
        held.keep(replace(kept, version=0))
    return held


def _today(
    system: Stack, year: ReportingYear, code: AuthorityCode, register: Register
) -> FrozenAuthority | None:
    """Return the figures of today as they would be frozen; `None` for whom there are none."""
    cases = DynamoDBCaseStore(system.table)
    code = register.present_code(code)
    tallies = cases.tallies([TallyKey(each, year) for each in register.every_code])
    figures = figures_of_year(year, register, tallies).by_code.get(code)
    if figures is None:
        return None
    counted = tuple(
        case
        for key in keys_of(figures.authority, year)
        for case in cases_in(key, cases.of_tally(key))
    )
    earlier = earlier_years(system.documents, DynamoDBCloseStore(system.table), year, register)
    return FrozenAuthority(year, FIRST_REVISION, figures, counted, earlier.get(code, ()))
