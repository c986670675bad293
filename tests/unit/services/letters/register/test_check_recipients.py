from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.domain.recipients import Recipient
from annual_review.services.letters.register.check_recipients import (
    WHAT_TO_DO,
    Concern,
    check_recipients,
)
from tests.builders import a_recipient, an_authority

DAY = date(2020, 7, 22)
EMOJI = "\N{SMILING FACE WITH SUNGLASSES}"
ROCHFORD, MALDON, OLD, NEW = "E07000075", "E07000074", "E07000004", "E06000060"


def at(domain: str, code: str = ROCHFORD, *, cc: Iterable[str] = ()) -> Recipient:
    return a_recipient(code, email=f"chief.executive@{domain}", copies=cc)


def found(
    *recipients: Recipient,
    register: Iterable[Authority] | None = None,
    before: Iterable[Recipient] = (),
) -> list[tuple[Concern, str, str]]:
    """What is found, all recipients' authorities being in the register unless a test says."""
    known = [an_authority(each.authority) for each in recipients]
    findings = check_recipients(
        Register(known if register is None else register),
        by_code(recipients),
        DAY,
        by_code(before),
        lambda text: [each for each in text if each == EMOJI],
    )
    return [(each.concern, each.authority, each.said) for each in findings]


def by_code(recipients: Iterable[Recipient]) -> Mapping[AuthorityCode, Recipient]:
    return {each.authority: each for each in recipients}


def test_there_is_nothing_to_say_of_recipients_in_order() -> None:
    assert found(at("rochford.gov.uk"), at("maldon.gov.uk", MALDON)) == []


def test_what_the_font_of_a_letter_lacks_is_named() -> None:
    cheerful = replace(at("rochford.gov.uk"), salutation=f"Dr Hill {EMOJI}")

    assert found(cheerful) == [
        (Concern.UNPRINTABLE, ROCHFORD, "salutation: U+1F60E (SMILING FACE WITH SUNGLASSES)")
    ]


def test_an_authority_in_being_needs_a_recipient() -> None:
    register = [an_authority(ROCHFORD, name="Rochford District Council")]

    assert found(register=register) == [(Concern.MISSING, ROCHFORD, "Rochford District Council")]


def abolished(*successors: str, on: date = DAY) -> Authority:
    return an_authority(OLD, in_being_to=on, successors=successors)


def test_an_abolished_authority_needs_none_but_its_successor_does() -> None:
    register = [abolished(NEW), an_authority(NEW)]

    assert found(at("new.gov.uk", NEW), register=register) == []
    assert found(at("old.gov.uk", OLD), register=register) == [
        (Concern.MISSING, NEW, f"answers for {OLD}")
    ]


def test_until_its_last_day_an_authority_answers_for_itself() -> None:
    register = [abolished(NEW, on=DAY + timedelta(days=1))]

    assert found(at("old.gov.uk", OLD), register=register) == []


def test_nobody_answers_for_an_authority_that_ended_without_a_successor() -> None:
    assert found(register=[abolished()]) == []


def test_a_successor_may_have_a_recipient_before_the_register_holds_it() -> None:
    assert found(at("new.gov.uk", NEW), register=[abolished(NEW)]) == []


def test_a_recipient_of_nobody_in_the_register_is_told() -> None:
    (finding,) = found(at("maldon.gov.uk", MALDON), register=[])

    assert finding[:2] == (Concern.NOT_IN_REGISTER, MALDON)


def test_a_domain_that_differs_from_the_one_before_is_told() -> None:
    assert found(at("rochfrod.gov.uk"), before=[at("rochford.gov.uk")]) == [
        (Concern.DOMAIN_CHANGED, ROCHFORD, "rochfrod.gov.uk; before, rochford.gov.uk")
    ]


@pytest.mark.parametrize("now", ["rochford.gov.uk", "ROCHFORD.gov.uk"])
def test_another_person_at_the_same_domain_is_no_news(now: str) -> None:
    before = a_recipient(email="managing.director@rochford.gov.uk")

    assert found(at(now), before=[before]) == []


def test_a_copy_at_a_new_domain_is_told() -> None:
    now = at("rochford.gov.uk", cc=["link@elsewhere.org.uk"])

    (finding,) = found(now, before=[at("rochford.gov.uk")])

    assert finding[0] is Concern.DOMAIN_CHANGED
    assert "elsewhere.org.uk" in finding[2]


def test_an_authority_that_was_not_there_before_has_no_domain_to_differ_from() -> None:
    assert found(at("new.gov.uk", NEW), before=[at("rochford.gov.uk")]) == []


def test_a_mailbox_of_two_authorities_is_told_once() -> None:
    first, second = at("shared.gov.uk"), at("SHARED.gov.uk", MALDON)

    assert found(first, second) == [
        (
            Concern.SHARED,
            MALDON,
            f"chief.executive@shared.gov.uk is that of {MALDON}, {ROCHFORD}",
        )
    ]


def test_a_copy_to_the_chief_of_another_authority_is_told() -> None:
    first = at("rochford.gov.uk", cc=["chief.executive@maldon.gov.uk"])

    (finding,) = found(first, at("maldon.gov.uk", MALDON))

    assert finding[0] is Concern.SHARED


def test_a_chief_executive_whom_two_authorities_shared_before_is_no_news() -> None:
    shared = [at("shared.gov.uk"), at("shared.gov.uk", MALDON)]

    assert found(*shared, before=shared) == []
    (finding,) = found(*shared, at("shared.gov.uk", NEW), before=shared)
    assert finding[0] is Concern.SHARED


def test_an_abolished_authority_may_have_had_the_mailbox_of_its_successor() -> None:
    register = [abolished(NEW), an_authority(NEW)]

    assert found(at("x.gov.uk", OLD), at("x.gov.uk", NEW), register=register) == []


def test_a_mailbox_that_would_receive_the_letter_twice_is_told() -> None:
    recipient = at("rochford.gov.uk", cc=["Chief.Executive@rochford.gov.uk"])

    assert found(recipient) == [(Concern.TWICE, ROCHFORD, "chief.executive@rochford.gov.uk")]


@pytest.mark.parametrize(
    "domain",
    ["rochford.example", "mail.test", "example.com", "www.Example.ORG", "simulator.amazonses.com"],
)
def test_a_mailbox_that_nobody_reads_is_told(domain: str) -> None:
    assert [each[0] for each in found(at(domain))] == [Concern.TEST_ADDRESS]


@pytest.mark.parametrize("domain", ["example.gov.uk", "myexample.com", "amazonses.com", "test.uk"])
def test_a_domain_that_only_looks_like_one_for_tests_is_somebodys(domain: str) -> None:
    assert found(at(domain)) == []


def test_what_stops_the_year_end_comes_first() -> None:
    register = [an_authority(MALDON), an_authority(ROCHFORD)]

    concerns = [each[0] for each in found(at("rochford.example"), register=register)]

    assert concerns == [Concern.MISSING, Concern.TEST_ADDRESS]


def test_every_concern_says_what_to_do() -> None:
    assert set(WHAT_TO_DO) == set(Concern)


def named(
    *,
    addressee: str = "Mr Scrutton",
    job_title: str = "Managing Director",
    salutation: str = "Mr Scrutton",
) -> Recipient:
    return replace(
        at("rochford.gov.uk"), addressee=addressee, job_title=job_title, salutation=salutation
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=HYPERLINK(1)", "spreadsheets take for a formula"),
        ("+44 Ltd", "spreadsheets take for a formula"),
        ("-Mr Scrutton", "spreadsheets take for a formula"),
        ("@Scrutton", "spreadsheets take for a formula"),
        ("Mr\u200bScrutton", "U+200B (ZERO WIDTH SPACE)"),
        ("\u3000", "has no letter in it"),
        ("…", "has no letter in it"),
        ("=?utf-8?b?w6k=?=", "spreadsheets take for a formula"),
        ("Mr =?utf-8?b?w6k=?=", "which mail programs decode"),
    ],
)
@pytest.mark.parametrize("what", ["addressee", "job_title", "salutation"])
def test_a_name_that_no_letter_may_print_is_told(what: str, text: str, said: str) -> None:
    ((concern, code, told),) = found(named(**{what: text}))

    assert (concern, code) == (Concern.UNFIT, ROCHFORD)
    assert told.startswith(what.replace("_", " "))
    assert said in told


def test_a_salutation_with_its_own_dear_is_told() -> None:
    assert found(named(salutation="Dear Dr Smith,")) == [
        (Concern.OWN_DEAR, ROCHFORD, 'printed as "Dear Dr Smith"')
    ]


def test_successors_together_may_be_too_many_for_one_letter() -> None:
    first = at("new.gov.uk", NEW, cc=[f"a{number}@new.gov.uk" for number in range(49)])
    second = at("maldon.gov.uk", MALDON)
    register = [abolished(NEW, MALDON), an_authority(NEW), an_authority(MALDON)]

    assert found(first, second, register=register) == [
        (Concern.TOO_MANY, OLD, "its letter has 51 mailboxes")
    ]
