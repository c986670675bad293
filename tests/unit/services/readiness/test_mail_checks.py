"""What the doctor finds of the mail account, and what a release does about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import EmailAddress
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.errors import RefusedError
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import MailEvent
from annual_review.services.readiness.check import Check, OnRelease, Outcome
from annual_review.services.readiness.mail_account import IdentityState, Reputation
from annual_review.services.readiness.mail_checks import (
    MOST_BOUNCES,
    MOST_COMPLAINTS,
    MailChecks,
)
from annual_review.services.readiness.sending_checks import MailSettings
from tests.builders import OTHER_DISTRICT, ROCHFORD, a_letter
from tests.fakes.mail_account import FakeMailAccount

SENDER = EmailAddress("annual.review@ombudsman.example")
TEST_MAILBOX = EmailAddress("letters@test.example")
LIVE = MailSettings(MailMode.LIVE, SENDER, TEST_MAILBOX, "our-mail")
DIVERTED = replace(LIVE, mode=MailMode.DIVERT)
UNVERIFIED = IdentityState(is_verified=False)
VERIFIED = IdentityState(is_verified=True)


def a_letter_to(*mailboxes: str, authority: str = ROCHFORD) -> Letter:
    letter = a_letter(LetterState.APPROVED, authority=authority)
    return replace(letter, recipients=tuple(EmailAddress(each) for each in mailboxes))


LETTERS = [
    a_letter_to("chief@rochford.example", "link@rochford.example"),
    a_letter_to("chief@other.example", authority=OTHER_DISTRICT),
]


def found(
    account: FakeMailAccount, settings: MailSettings = LIVE, letters: list[Letter] = LETTERS
) -> dict[str, Check]:
    checks = MailChecks(account, settings).check(letters)
    assert len({each.name for each in checks}) == len(checks)
    return {each.name: each for each in checks}


def not_ready(checks: dict[str, Check]) -> dict[str, OnRelease]:
    assert all(each.remedy for each in checks.values() if each.outcome is not Outcome.READY)
    return {
        name: each.on_release for name, each in checks.items() if each.outcome is Outcome.NOT_READY
    }


@pytest.mark.parametrize("settings", [LIVE, DIVERTED])
def test_where_all_is_well_everything_is_ready(settings: MailSettings) -> None:
    checks = found(FakeMailAccount(), settings)

    assert {each.outcome for each in checks.values()} == {Outcome.READY}
    assert set(checks) >= {"production-access", "quota", "sender-identity", "suppression"}


def test_in_the_sandbox_live_letters_would_fail_and_diverted_ones_would_not() -> None:
    account = FakeMailAccount()
    account.state = replace(account.state, has_production_access=False)

    assert not_ready(found(account)) == {"production-access": OnRelease.REFUSES}
    assert not_ready(found(account, DIVERTED)) == {"divert-identity": OnRelease.REFUSES}
    account.identities[TEST_MAILBOX] = VERIFIED
    assert not_ready(found(account, DIVERTED)) == {}


@pytest.mark.parametrize(
    ("changed", "name", "on_release"),
    [
        ({"is_sending_enabled": False}, "sending-enabled", OnRelease.REFUSES),
        ({"enforcement": "SHUTDOWN"}, "enforcement", OnRelease.REFUSES),
        ({"enforcement": "PROBATION"}, "enforcement", OnRelease.ASKS),
        ({"quota": 200, "sent": 198}, "quota", OnRelease.ASKS),
    ],
)
def test_an_account_that_is_not_ready_says_so(
    changed: dict[str, object], name: str, on_release: OnRelease
) -> None:
    account = FakeMailAccount()
    account.state = replace(account.state, **changed)  # type: ignore[arg-type]

    assert not_ready(found(account)) == {name: on_release}


def test_the_quota_counts_recipients_and_a_diverted_letter_has_one() -> None:
    account = FakeMailAccount()
    account.state = replace(account.state, quota=10, sent=8)

    assert not_ready(found(account)) == {"quota": OnRelease.ASKS}
    assert "3 recipients to send to; 2 of 10" in found(account)["quota"].says
    assert not_ready(found(account, DIVERTED)) == {}
    account.state = replace(account.state, quota=None)
    assert not_ready(found(account)) == {}


@pytest.mark.parametrize("name", [SENDER, "ombudsman.example", "example.gov.uk"])
def test_an_address_is_verified_by_itself_by_its_domain_or_by_one_above(name: str) -> None:
    sender = SENDER if name != "example.gov.uk" else EmailAddress("a@letters.example.gov.uk")
    account = FakeMailAccount(identities={name: VERIFIED})

    checks = found(account, replace(LIVE, sender=sender))

    assert checks["sender-identity"].says == f"{name} is verified"


@pytest.mark.parametrize("identities", [{}, {SENDER: UNVERIFIED}, {"example": VERIFIED}])
def test_a_sender_that_is_not_verified_stands_in_the_way(
    identities: dict[str, IdentityState],
) -> None:
    checks = found(FakeMailAccount(identities=identities))

    assert not_ready(checks) == {"sender-identity": OnRelease.REFUSES}


@pytest.mark.parametrize(
    ("status", "rejects", "expected"),
    [
        ("SUCCESS", True, {}),
        ("FAILED", False, {}),
        ("FAILED", True, {"mail-from": OnRelease.REFUSES}),
        ("PENDING", True, {"mail-from": OnRelease.REFUSES}),
        ("", True, {}),
    ],
)
def test_a_mail_from_domain_matters_where_ses_rejects_without_it(
    status: str,
    rejects: bool,  # noqa: FBT001 (a case)
    expected: dict[str, OnRelease],
) -> None:
    identity = IdentityState(is_verified=True, mail_from=status, rejects_without=rejects)

    assert not_ready(found(FakeMailAccount(identities={SENDER: identity}))) == expected


def test_a_configuration_set_that_is_not_there_or_does_not_send_stands_in_the_way() -> None:
    account = FakeMailAccount(configuration_set=None)
    assert not_ready(found(account)) == {"configuration-set": OnRelease.REFUSES}

    paused = FakeMailAccount()
    assert paused.configuration_set is not None
    paused.configuration_set = replace(paused.configuration_set, is_sending_enabled=False)
    assert not_ready(found(paused)) == {"configuration-set": OnRelease.REFUSES}


def test_reports_that_do_not_reach_us_stand_in_the_way_and_are_named() -> None:
    account = FakeMailAccount()
    assert account.configuration_set is not None
    some = frozenset(MailEvent) - {MailEvent.BOUNCE, MailEvent.COMPLAINT}
    account.configuration_set = replace(account.configuration_set, reported=some)

    checks = found(account)

    assert not_ready(checks) == {"event-destination": OnRelease.REFUSES}
    assert checks["event-destination"].says == "SES reports nothing of: Bounce, Complaint"


@pytest.mark.parametrize(
    ("bounces", "complaints", "is_ready"),
    [
        (None, None, True),
        (MOST_BOUNCES - 1, MOST_COMPLAINTS - 1, True),
        (MOST_BOUNCES, 0, False),
        (0, MOST_COMPLAINTS, False),
    ],
)
def test_a_reputation_at_which_aws_looks_closer_asks_a_person(
    bounces: int | None,
    complaints: int | None,
    is_ready: bool,  # noqa: FBT001 (a case)
) -> None:
    account = FakeMailAccount(rates=Reputation(bounces, complaints))

    assert not_ready(found(account)) == ({} if is_ready else {"reputation": OnRelease.ASKS})


def test_letters_to_suppressed_recipients_are_named_by_their_authorities() -> None:
    account = FakeMailAccount(listed={EmailAddress("link@rochford.example"): "BOUNCE"})
    letters = [a_letter_to("Chief@rochford.example", "LINK@Rochford.example"), LETTERS[1]]

    checks = found(account, letters=letters)

    assert not_ready(checks) == {"suppression": OnRelease.ASKS}
    assert ROCHFORD in checks["suppression"].says
    assert "rochford.example" not in checks["suppression"].says
    assert not_ready(found(account, DIVERTED, letters)) == {}


def test_a_suppressed_test_mailbox_gets_no_diverted_letter() -> None:
    account = FakeMailAccount(listed={TEST_MAILBOX: "COMPLAINT"})

    assert not_ready(found(account, DIVERTED)) == {"suppression": OnRelease.ASKS}
    assert not_ready(found(account)) == {}


@pytest.mark.parametrize(
    ("question", "names", "permission"),
    [
        (
            "account",
            ["production-access", "sending-enabled", "enforcement", "quota"],
            "ses:GetAccount",
        ),
        ("identity", ["sender-identity", "mail-from"], "ses:GetEmailIdentity"),
        ("configuration", ["configuration-set", "event-destination"], "ses:GetConfigurationSet"),
        ("reputation", ["reputation"], "cloudwatch:GetMetricStatistics"),
        ("suppressed", ["suppression"], "ses:ListSuppressedDestinations"),
    ],
)
def test_what_may_not_be_asked_is_named_with_the_permission_that_it_takes(
    question: str, names: list[str], permission: str
) -> None:
    error = RefusedError("GetIt: AccessDeniedException (request id)")
    checks = found(FakeMailAccount(refused={question: error}))

    unknown = [name for name, each in checks.items() if each.outcome is Outcome.UNKNOWN]
    assert unknown == names
    assert all(permission in checks[name].remedy for name in names)
    assert all("AccessDeniedException" in checks[name].says for name in names)
    assert not_ready(checks) == {}


def test_with_mail_switched_off_nothing_of_the_account_is_asked() -> None:
    off = replace(LIVE, mode=MailMode.OFF)
    account = FakeMailAccount(refused={"account": RefusedError("never asked")})

    assert not_ready(found(account, off)) == {"mail-mode": OnRelease.GOES_ON}
