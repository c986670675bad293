"""What prepares, approves and sends the letters of a deployed system."""

from __future__ import annotations

from datetime import datetime

from annual_review.adapters.dynamodb.years.sending_table import DynamoDBSendingStore
from annual_review.services.dispatch.approve_letters import ApproveLetters
from annual_review.services.dispatch.hold_letters import HoldLetters
from annual_review.services.dispatch.release_letters import ReleaseLetters
from annual_review.services.dispatch.resend_letter import ResendLetter
from annual_review.services.dispatch.sending_stops import SendingStops
from annual_review.services.dispatch.settle_letter import SettleLetter
from annual_review.services.letters.prepare_again import PrepareAgain
from annual_review.services.readiness.checked_release import CheckedRelease
from annual_review.services.readiness.deployment import DeploymentChecks
from annual_review.services.readiness.doctor import Doctor
from annual_review.services.readiness.mail_checks import MailChecks
from annual_review.services.readiness.year_checks import YearChecks
from annual_review.wiring.dates import day_if_any, issue_date
from annual_review.wiring.stores import Stores


class DispatchServices(Stores):
    """What is done to letters until they have arrived."""

    __slots__ = ()

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

    def checked_release(self, at: datetime) -> CheckedRelease:
        return CheckedRelease(self.release_letters(), self.doctor(at))

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
                issue_date=day_if_any,
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
