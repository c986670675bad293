"""Check recipients: whatever a person should look at before letters go to the wrong people.

Whether an address can be right at all is checked where a file is read. Here, all recipients are
looked at together, and beside those of before: what the last year's file, or the table, says. A
finding refuses nothing. Two authorities may share a chief executive, and one may move to another
domain; that somebody shared before, or had that domain before, is no news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.invisible import named
from annual_review.domain.recipients import (
    MOST_MAILBOXES,
    Recipient,
    fault_of_name,
    is_test_address,
    without_dear,
)
from annual_review.services.errors import MissingError
from annual_review.services.letters.letter_recipients import (
    by_present_codes,
    mailboxes,
    recipient_on,
)

Recipients = Mapping[AuthorityCode, Recipient]


class Concern(StrEnum):
    """What may be wrong with a recipient."""

    UNPRINTABLE = "can't be printed"
    MISSING = "no recipient"
    TOO_MANY = "too many mailboxes"
    UNFIT = "unfit name"
    OWN_DEAR = "brings its own Dear"
    NOT_IN_REGISTER = "not in the register"
    DOMAIN_CHANGED = "another domain"
    SHARED = "shared mailbox"
    TWICE = "same mailbox twice"
    TEST_ADDRESS = "test address"


WHAT_TO_DO: Final[Mapping[Concern, str]] = MappingProxyType(
    {
        Concern.UNPRINTABLE: "write it in letters that the letter's font has",
        Concern.TOO_MANY: f"take some out of cc: a letter goes to {MOST_MAILBOXES} at most",
        Concern.UNFIT: "correct it in the file and load it again",
        Concern.OWN_DEAR: 'take "Dear" out: the letter prints it once, whichever way',
        Concern.MISSING: "add its recipient: closing the year refuses without one",
        Concern.NOT_IN_REGISTER: "correct the code, or add the authority to the register",
        Concern.DOMAIN_CHANGED: "ask the authority whether the new address is its own",
        Concern.SHARED: "make sure that each of these letters belongs there",
        Concern.TWICE: "take the mailbox out of cc",
        Concern.TEST_ADDRESS: "give a real address: this one is for examples and tests",
    }
)


STOPS_A_LETTER: Final = frozenset({Concern.UNPRINTABLE, Concern.TOO_MANY})
"""With these a letter could not be printed or sent: they are refused before they are loaded."""

Lacking = Callable[[str], Sequence[str]]
"""Takes a text, and returns the characters of it that a letter can't print."""


@dataclass(frozen=True, slots=True)
class RecipientConcern:
    """One thing about one authority's recipient that a person should look at."""

    concern: Concern
    authority: AuthorityCode
    said: str


def check_recipients(
    register: Register,
    recipients: Recipients,
    day: date,
    before: Recipients,
    lacking: Lacking,
) -> tuple[RecipientConcern, ...]:
    """Return what a person should look at, by concern, then by authority.

    `day` is the day on which letters would go out: an authority abolished by then is answered for
    by its successors. `before` are the recipients that were in order; empty where there are none.
    """
    by_code, recipients = recipients, by_present_codes(recipients, register)
    before = by_present_codes(before, register)
    used = {
        answering
        for code in register
        for answering in register.answering_for(code, day)
        if answering in recipients
    }
    receiving = {code: recipients[code] for code in sorted(used)}
    findings = [
        *_names(register, recipients, lacking),
        *_too_many(register, recipients, day),
        *_missing(register, recipients, day),
        *_superseded(register, by_code),
        *_not_in_register(register, recipients, used),
        *_domain_changed(receiving, before),
        *_shared(receiving, before),
        *_twice(receiving),
        *_test_addresses(receiving),
    ]
    order = list(Concern)
    return tuple(sorted(findings, key=lambda each: (order.index(each.concern), each.authority)))


def _names(
    register: Register, recipients: Recipients, lacking: Lacking
) -> Iterator[RecipientConcern]:
    for code, what, text in _printed(register, recipients):
        if characters := lacking(text):
            said = f"{what}: {', '.join(map(named, characters))}"
            yield RecipientConcern(Concern.UNPRINTABLE, code, said)
        if fault := fault_of_name(text):
            yield RecipientConcern(Concern.UNFIT, code, f"{what}: {fault}")
        elif what == "salutation" and not without_dear(text):
            yield RecipientConcern(Concern.UNFIT, code, f"{what}: names nobody")
        elif what == "salutation" and without_dear(text) != text:
            said = f'printed as "Dear {without_dear(text)}"'
            yield RecipientConcern(Concern.OWN_DEAR, code, said)


def _printed(
    register: Register, recipients: Recipients
) -> Iterator[tuple[AuthorityCode, str, str]]:
    """Go through the texts that a letter prints, each with what it is."""
    for code, authority in register.items():
        yield code, "name", authority.name
    for code, recipient in recipients.items():
        yield code, "addressee", recipient.addressee
        yield code, "job title", recipient.job_title
        yield code, "salutation", recipient.salutation


def _too_many(register: Register, recipients: Recipients, day: date) -> Iterator[RecipientConcern]:
    """Find letters to more mailboxes than one message may have, those of all successors counted."""
    for code in register:
        with suppress(MissingError):
            count = len(mailboxes(recipient_on(code, day, register.find, recipients.get)))
            if count > MOST_MAILBOXES:
                yield RecipientConcern(Concern.TOO_MANY, code, f"its letter has {count} mailboxes")


def _missing(register: Register, recipients: Recipients, day: date) -> Iterator[RecipientConcern]:
    waiting: dict[AuthorityCode, list[AuthorityCode]] = {}
    for code in register:
        for answering in register.answering_for(code, day):
            if answering not in recipients:
                waiting.setdefault(answering, []).append(code)
    for code, authorities in waiting.items():
        others = ", ".join(each for each in authorities if each != code)
        said = f"answers for {others}" if others else register[code].name
        yield RecipientConcern(Concern.MISSING, code, said)


def _not_in_register(
    register: Register, recipients: Recipients, used: set[AuthorityCode]
) -> Iterator[RecipientConcern]:
    # A successor may receive letters before the register holds it.
    for code, recipient in recipients.items():
        if code not in register and code not in used:
            yield RecipientConcern(Concern.NOT_IN_REGISTER, code, recipient.email)


def _superseded(register: Register, by_code: Recipients) -> Iterator[RecipientConcern]:
    """Go through those under a former code of an authority that has one under its present code."""
    for code, recipient in by_code.items():
        present = register.present_code(code)
        if code != present and present in by_code:
            said = f"{recipient.email}: {code} is {present} now, which has one of its own"
            yield RecipientConcern(Concern.NOT_IN_REGISTER, code, said)


def _domain_changed(recipients: Recipients, before: Recipients) -> Iterator[RecipientConcern]:
    for code, recipient in recipients.items():
        if code in before and (new := recipient.domains - before[code].domains):
            said = f"{_listed(new)}; before, {_listed(before[code].domains)}"
            yield RecipientConcern(Concern.DOMAIN_CHANGED, code, said)


def _shared(recipients: Recipients, before: Recipients) -> Iterator[RecipientConcern]:
    shared_before = _by_mailbox(before)
    for mailbox, codes in _by_mailbox(recipients).items():
        if len(codes) > 1 and not codes <= shared_before.get(mailbox, set()):
            yield RecipientConcern(
                Concern.SHARED, min(codes), f"{mailbox} is that of {_listed(codes)}"
            )


def _by_mailbox(recipients: Recipients) -> Mapping[str, set[AuthorityCode]]:
    whose: dict[str, set[AuthorityCode]] = {}
    for code, recipient in recipients.items():
        for mailbox in recipient.mailboxes:
            whose.setdefault(mailbox, set()).add(code)
    return whose


def _twice(recipients: Recipients) -> Iterator[RecipientConcern]:
    for code, recipient in recipients.items():
        for mailbox, times in Counter(recipient.mailboxes).items():
            if times > 1:
                yield RecipientConcern(Concern.TWICE, code, mailbox)


def _test_addresses(recipients: Recipients) -> Iterator[RecipientConcern]:
    for code, recipient in recipients.items():
        for mailbox in (recipient.email, *recipient.copies):
            if is_test_address(mailbox):
                yield RecipientConcern(Concern.TEST_ADDRESS, code, mailbox)


def _listed(texts: set[AuthorityCode] | frozenset[str]) -> str:
    return ", ".join(sorted(texts))
