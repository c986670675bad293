"""The deployed system, and every service put together on it.

No other module of the command line knows the adapters of AWS. They are slow to load: a command
imports this module where it comes to use a stack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from annual_review.adapters.aws.queues import read_letter_request
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory, KnownAuthorities
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore, year_phases
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.adapters.dynamodb.years.volume_table import DynamoDBVolumeStore
from annual_review.adapters.events import parse_event
from annual_review.adapters.mail.ses_events import read_mail_event
from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.stack import Stack, find_stack
from annual_review.console import CommandError, Exit
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.figures import YearFigures
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.preview import PreviewSource, paragraphs_in_memory
from annual_review.rendering.editions.edition import edition_for, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from annual_review.rendering.forms.opened_message import documents_of
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.site_of_years import site_of_years
from annual_review.services.at_once import Spread, in_threads, one_by_one
from annual_review.services.dispatch.approve_letters import ApproveLetters
from annual_review.services.dispatch.hold_letters import HoldLetters
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.resend_letter import ResendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.dispatch.settle_letter import SettleLetter
from annual_review.services.errors import MissingError, PortError
from annual_review.services.figures.explain_comparisons import ExplainComparisons
from annual_review.services.figures.explain_figures import ExplainFigures
from annual_review.services.figures.reconcile_year import ReconcileYear
from annual_review.services.figures.repair_year import RepairYear
from annual_review.services.figures.today.live_figures import live_figures
from annual_review.services.figures.today.unfitting_cases import UnfittingCases
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.letters.prepare_again import PrepareAgain
from annual_review.services.publication.approve_publication import ApprovePublication
from annual_review.services.publication.challenges import Challenges
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.live_years import LiveYears
from annual_review.services.publication.publication_store import read_manifest, read_staged
from annual_review.services.publication.publish_year import PublishYear
from annual_review.services.publication.stage_publication import StagePublication
from annual_review.services.readiness.deployment import DeploymentChecks
from annual_review.services.readiness.doctor import Doctor
from annual_review.services.readiness.mail_checks import MailChecks
from annual_review.services.readiness.year_checks import YearChecks
from annual_review.services.recording.dead_letters import EventCheck, ManageDeadLetters
from annual_review.services.recording.reset_case import ResetCase
from annual_review.services.review.load_notes import LoadNotes
from annual_review.services.review.preview_figures import PreviewFigures
from annual_review.services.review.review_paragraphs import ReviewParagraphs
from annual_review.services.review.review_sources import KeptLetters
from annual_review.services.review.take_note_back import TakeNoteBack
from annual_review.services.year_end.propose_reissue import ProposeReissue
from annual_review.services.year_end.reissue_letter import ReissueLetter
from annual_review.services.year_end.year_phases import YearPhases
from annual_review.services.year_end.year_volume import AcceptVolume

if TYPE_CHECKING:
    from annual_review.adapters.aws.close_function import CloseFunction
    from annual_review.adapters.aws.publication_bucket import S3PublicationFiles

_AT_ONCE: Final = 10
"""How many documents are read or written at a time: as many connections as a client keeps."""


def deployed(name: str) -> System:
    """Find the deployed system by the name of its stack.

    Raises:
        CommandError: It can't be found, or AWS can't be asked.
    """
    try:
        return System(find_stack(name), name)
    except PortError as error:
        raise CommandError(
            f"stack {name} can't be used: {error}",
            "Name it with --stack, and check the AWS profile and region: AWS_PROFILE, AWS_REGION.",
            code=Exit.WRONG_INPUT if isinstance(error, MissingError) else Exit.AWS_FAILED,
        ) from error


def issue_date(year: ReportingYear) -> date:
    """Return the day on which the letters of a year go out.

    Raises:
        EditionError: The year has no edition that can be used.
    """
    return load_edition(SHIPPED_EDITIONS, year).letter_date


def publication_date(year: ReportingYear) -> date:
    """Return the day on which a year is published.

    Raises:
        EditionError: The year has no edition that can be used.
    """
    return load_edition(SHIPPED_EDITIONS, year).publication_date


def _day_if_any(year: ReportingYear) -> date | None:
    try:
        return issue_date(year)
    except EditionError:
        return None


def expected_issue_date(year: ReportingYear) -> date:
    """Return the issue date of a year; where it has no edition yet, that of another, moved."""
    return edition_for(SHIPPED_EDITIONS, year).letter_date


@dataclass(frozen=True, slots=True)
class System:
    """A deployed system, by the name of its stack, with its stores and its services."""

    stack: Stack
    name: str

    @property
    def letters(self) -> DynamoDBLetterStore:
        return DynamoDBLetterStore(self.stack.table)

    def codes_of_letters(self, year: ReportingYear) -> Callable[[], Collection[AuthorityCode]]:
        """Return what reads under which codes a year has letters."""
        return lambda: {each.id.authority for each in self.letters.of_year(year)}

    @property
    def closes(self) -> DynamoDBCloseStore:
        return DynamoDBCloseStore(self.stack.table)

    @property
    def paragraphs(self) -> DynamoDBParagraphStore:
        return DynamoDBParagraphStore(self.stack.table)

    @property
    def directory(self) -> DynamoDBDirectory:
        return DynamoDBDirectory(self.stack.table)

    @property
    def cases(self) -> DynamoDBCaseStore:
        return DynamoDBCaseStore(self.stack.table)

    @property
    def phases(self) -> DynamoDBPhaseStore:
        return DynamoDBPhaseStore(self.stack.table)

    @property
    def history(self) -> DynamoDBHistoryStore:
        """What became of publications."""
        return DynamoDBHistoryStore(self.stack.table)

    @property
    def challenges(self) -> DynamoDBChallengeStore:
        """What authorities object to."""
        return DynamoDBChallengeStore(self.stack.table)

    @property
    def publications(self) -> S3PublicationFiles:
        """The files of publications, staged and live."""
        return self.stack.publications

    @property
    def volumes(self) -> DynamoDBVolumeStore:
        """The volumes of the years that somebody accepted."""
        return DynamoDBVolumeStore(self.stack.table)

    # What is done to letters.

    def prepare_again(self) -> PrepareAgain:
        return PrepareAgain(self.letters, self.stack.prepare_queue)

    def approve_letters(self) -> ApproveLetters:
        return ApproveLetters(self.letters, self.closes, self.paragraphs)

    def hold_letters(self) -> HoldLetters:
        return HoldLetters(self.letters, self.closes, self.stack.prepare_queue)

    def release_letters(self) -> ReleaseLetters:
        return ReleaseLetters(
            letters=self.letters,
            closes=self.closes,
            directory=self.directory,
            send=self.stack.send_queue,
            stops=self.sending_stops(),
            issue_date=issue_date,
            approval_required=self.stack.approval_required,
        )

    def doctor(self, at: datetime) -> Doctor:
        """Return what looks at everything before letters go out, as it is at a moment."""
        return Doctor(
            MailChecks(self.stack.mail_account(at), self.stack.mail_settings),
            DeploymentChecks(self.stack.state),
            YearChecks(
                letters=self.letters,
                closes=self.closes,
                directory=self.directory,
                stops=self.sending_stops(),
                issue_date=_day_if_any,
                approval_required=self.stack.approval_required,
            ),
        )

    def resend_letter(self) -> ResendLetter:
        return ResendLetter(
            letters=self.letters,
            closes=self.closes,
            directory=self.directory,
            prepare=self.stack.prepare_queue,
            send=self.stack.send_queue,
            stops=self.sending_stops(),
            issue_date=issue_date,
        )

    def sending_stops(self) -> SendingStops:
        return SendingStops(DynamoDBSendingStore(self.stack.table))

    def settle_letter(self) -> SettleLetter:
        return SettleLetter(self.letters)

    def review_paragraphs(self) -> ReviewParagraphs:
        return ReviewParagraphs(self.paragraphs, self.letters, self.stack.prepare_queue)

    def load_notes(self) -> LoadNotes:
        return LoadNotes(self.paragraphs, self.letters, self.stack.prepare_queue)

    def take_note_back(self) -> TakeNoteBack:
        return TakeNoteBack(self.paragraphs, self.letters, self.stack.prepare_queue)

    # What is read before letters are approved.

    def kept_letters(self, year: ReportingYear) -> KeptLetters:
        return KeptLetters(
            year=year,
            name=f"Letters of stack {self.name}",
            letter_store=self.letters,
            close_store=self.closes,
            paragraph_store=self.paragraphs,
            directory=self.directory,
            documents=self.stack.documents,
            issue_date=expected_issue_date,
            approval_required=self.stack.approval_required,
            open_message=documents_of,
        )

    def preview_source(
        self, year: ReportingYear, code: AuthorityCode, *, is_live: bool
    ) -> PreviewSource:
        """Read what the letter of an authority is previewed from.

        Raises:
            NothingToPreviewError: The authority is not in the figures.
        """
        held = InMemoryDirectory(self.directory.register(), self.directory.recipients())
        service = PreviewFigures(self.cases, self.stack.documents, self.closes)
        frozen, is_live = service.read(year, code, held.authorities, is_live=is_live)
        code = frozen.figures.authority.code
        store = self.paragraphs
        kept = store.get(year, frozen.revision, code)
        return PreviewSource(
            frozen,
            held,
            paragraphs_in_memory(year, store.notes(year, code), kept),
            self.stack.is_sample,
            is_live=is_live,
            approval_required=self.stack.approval_required,
        )

    # The year end.

    @property
    def close_function(self) -> CloseFunction:
        return self.stack.close_year

    def accept_volume(self) -> AcceptVolume:
        """Return what keeps that a person said that a volume is right."""
        return AcceptVolume(self.volumes)

    def year_phases(self) -> YearPhases:
        return year_phases(self.stack.table, self.stack.documents)

    def propose_reissue(self) -> ProposeReissue:
        from annual_review.rendering.forms.pdf import PdfPrinter

        return ProposeReissue(
            cases=self.cases,
            directory=self.directory,
            arrivals=self.stack.arrivals,
            documents=self.stack.documents,
            closes=self.closes,
            letters=self.letters,
            issue_date=issue_date,
            lacking=PdfPrinter().without_glyph,
        )

    def reissue_letter(self) -> ReissueLetter:
        return ReissueLetter(
            documents=self.stack.documents,
            closes=self.closes,
            letters=self.letters,
            prepare=self.stack.prepare_queue,
        )

    # Publication.

    def publication_date(self, year: ReportingYear) -> date:
        """Return the day on which a year is published."""
        return publication_date(year)

    def stage_publication(self, spread: Spread = one_by_one) -> StagePublication:
        """Return what stages publications; `spread` is how the parts of the site are made."""
        base = self.stack.site_address
        return StagePublication(
            history=self.history,
            files=self.publications,
            years=self._public_years,
            standings=self._standings,
            build=lambda years, peers: files_of(site_of_years(years, base, peers), spread),
            spread=in_threads(_AT_ONCE),
        )

    def live_years(self) -> LiveYears:
        """Return what reads a year as it stands today."""
        return LiveYears(
            cases=self.cases,
            directory=self.directory,
            history=self.history,
            standings=self._standings,
            years=self._public_years,
            spread=in_threads(_AT_ONCE),
        )

    def approve_publication(self) -> ApprovePublication:
        """Return what approves publications."""
        return ApprovePublication(self.history, self.publications, self._standings)

    def publish_year(self) -> PublishYear:
        """Return what makes years public."""
        return PublishYear(
            history=self.history,
            files=self.publications,
            standings=self._standings,
            publication_date=publication_date,
            spread=in_threads(_AT_ONCE),
        )

    def staged_files(self, publication: PublicationName) -> Iterator[tuple[str, bytes]]:
        """Return the files of what is staged under a name, as far as their hashes go.

        Raises:
            NotStagedError: Nothing is staged under that name.
            AlteredPublicationError: Something is not what was staged; also raised on the way.
            PortError: Something could not be read; also raised on the way.
        """
        files, spread = self.publications, in_threads(_AT_ONCE)
        manifest = read_manifest(files, publication)
        contents = spread(lambda path: read_staged(files, manifest, path), manifest.files)
        return zip(manifest.files, contents, strict=True)

    def keep_challenges(self) -> Challenges:
        """Return what keeps challenges."""
        return Challenges(self.challenges, self.closes, self.letters)

    @property
    def _public_years(self) -> GatherYears:
        return GatherYears(
            closes=self.closes,
            letters=self.letters,
            paragraphs=self.paragraphs,
            documents=self.stack.documents,
            directory=self.directory,
            open_message=documents_of,
            publication_date=publication_date,
            is_sample=self.stack.is_sample,
            spread=in_threads(_AT_ONCE),
        )

    @property
    def _standings(self) -> YearStandings:
        return YearStandings(self.phases, self.closes, self.challenges)

    # Figures.

    def live_figures(self, year: ReportingYear) -> YearFigures:
        return live_figures(self.cases, year, self.directory.register())

    def explain_figures(self) -> ExplainFigures:
        return ExplainFigures(self.cases, self.directory, self.stack.documents, self.closes)

    def explain_comparisons(self) -> ExplainComparisons:
        return ExplainComparisons(self.cases, self.directory, self.stack.documents, self.closes)

    def reconcile_year(self) -> ReconcileYear:
        return ReconcileYear(DynamoDBRepairStore(self.stack.table))

    def unfitting_cases(self, register: Register) -> UnfittingCases:
        """Return what looks for compliance outcomes without a decision to go with."""
        return UnfittingCases(self.cases, register.find)

    def repair_year(self) -> RepairYear:
        return RepairYear(DynamoDBRepairStore(self.stack.table))

    # Recording.

    def load_register(self) -> LoadRegister:
        return LoadRegister(
            directory=self.directory,
            letters=self.letters,
            paragraphs=self.paragraphs,
            prepare=self.stack.prepare_queue,
            issue_date=expected_issue_date,
        )

    def reset_case(self) -> ResetCase:
        """Return what brings cases to what casework says."""
        return ResetCase(self.cases, KnownAuthorities(self.directory, clock=time.monotonic))

    def dead_letters(self, queue: str) -> ManageDeadLetters:
        letters = self.stack.dead_letters(queue)
        return ManageDeadLetters(queue, letters, self.stack.documents, self._check(queue))

    def _check(self, queue: str) -> Callable[[str], object] | None:
        """Return how the function behind a queue reads its messages."""
        match queue:
            case "decisions":
                known = KnownAuthorities(self.directory, clock=time.monotonic)
                return EventCheck(parse_event, known, self.cases)
            case "delivery":
                return read_mail_event
            case "schedules":
                return None
            case _:
                return read_letter_request
