"""What the smoke test is about: an authority, a case and a year that nobody can take for real ones.

The year is long over and has no edition, so that no schedule and no command comes upon it by
itself. The authority ended with that year: it is in the figures of no other, whoever closes one
meanwhile. Nobody reads mail in its domain (RFC 2606).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType
from annual_review.domain.cases import CaseReference, Decision, DecisionOutcome, Subject, Version
from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear
from annual_review.domain.tallies import TallyKey

YEAR: Final = ReportingYear(1990)
CODE: Final = AuthorityCode("SMOKE-TEST")
BY: Final = "smoke test"
"""Who approves the letter, as its history says."""

ISSUE_DATE: Final = date(1990, 7, 23)

AUTHORITY: Final = Authority(
    CODE,
    "Smoke Test",
    AuthorityType.OTHER,
    in_being_from=YEAR.first_day,
    in_being_to=date(1990, 12, 31),
)
RECIPIENT: Final = Recipient(
    CODE, "The Smoke Test", "Smoke Test", "Smoke Test", EmailAddress("smoke.test@smoke.invalid")
)
DECISION: Final = Decision(
    reference=CaseReference("SMOKE-TEST"),
    version=Version(1),
    authority=CODE,
    decided_on=date(1989, 11, 6),
    outcome=DecisionOutcome.UPHELD,
    satisfactory_remedy=False,
    subject=Subject.OTHER,
    recorded_at=datetime(1989, 11, 6, 12, tzinfo=UTC),
)
TALLY: Final = TallyKey(CODE, YEAR)
LETTER: Final = LetterId(YEAR, FIRST_REVISION, CODE)
