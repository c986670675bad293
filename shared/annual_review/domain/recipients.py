"""Recipients: the person who receives an authority's letter, and who is copied."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, NewType

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.invisible import first_invisible, named

EmailAddress = NewType("EmailAddress", str)
"""A mailbox, `chief.executive@rochford.example`, checked where it came in."""

_WRITTEN: Final = re.compile(
    r"(?![.=+@-])[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z]{2,}",
    re.ASCII,
)
_LONGEST: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""

MOST_MAILBOXES: Final = 50
"""Of one letter, the copies included: SES takes no message to more."""

_DEAR: Final = re.compile(r"^(?:dear\b[\s,:]*)+", re.IGNORECASE)
_FORMULA: Final = ("=", "+", "-", "@")
_ENCODED_WORD: Final = re.compile(r"=\?.*\?=")

_RESERVED_TOP_LEVELS: Final = frozenset({"example", "test", "invalid", "localhost"})
_RESERVED_DOMAINS: Final = frozenset({"example.com", "example.net", "example.org"})
_SIMULATORS: Final = frozenset({"simulator.amazonses.com"})


def email_address(text: str) -> EmailAddress:
    """Read the address of one mailbox, without a display name and without quoted parts.

    Raises:
        ValueError: It is none. The message does not quote it, for it may be personal.
    """
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text) or ".." in text:
        raise ValueError("is not an email address")
    return EmailAddress(text)


def domain_of(address: EmailAddress) -> str:
    """Return the domain of an address, in small letters."""
    return address.rpartition("@")[2].lower()


def is_test_address(address: EmailAddress) -> bool:
    """Whether no person reads mail there: a domain for examples and tests, or SES's simulator.

    RFC 2606 sets aside the domains.
    """
    domain = domain_of(address)
    labels = domain.split(".")
    return (
        labels[-1] in _RESERVED_TOP_LEVELS
        or ".".join(labels[-2:]) in _RESERVED_DOMAINS
        or domain in _SIMULATORS
    )


def without_dear(salutation: str) -> str:
    """Return what follows "Dear", whichever way it was given: alone, or as "Dear Dr Smith,"."""
    return _DEAR.sub("", salutation.strip()).rstrip(" ,:")


def fault_of_name(text: str) -> str | None:
    """Say why a name, title or salutation can't stand in a letter or a spreadsheet; else `None`."""
    if character := first_invisible(text):
        return f"holds an invisible character, {named(character)}: type it again"
    if not any(unicodedata.category(each)[0] == "L" for each in text):
        return "has no letter in it: write the name"
    if text.lstrip().startswith(_FORMULA):
        sign = text.lstrip()[0]
        return f'begins with "{sign}", which spreadsheets take for a formula: take it out'
    if _ENCODED_WORD.search(text):
        return 'has "=?…?=" in it, which mail programs decode: write the name as it is read'
    return None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives the letter of one authority.

    `addressee` is the name above the address ("Mr Scrutton"), `salutation` what follows "Dear".
    `copies` are mailboxes that receive the same message.
    """

    authority: AuthorityCode
    addressee: str
    job_title: str
    salutation: str
    email: EmailAddress
    copies: tuple[EmailAddress, ...] = ()

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Every mailbox that receives the letter, in small letters, so that they can be compared.

        RFC 5321 lets capitals matter before the @ sign; no mail server that people use does.
        """
        return tuple(each.lower() for each in (self.email, *self.copies))

    @property
    def domains(self) -> frozenset[str]:
        """The domains of all its mailboxes."""
        return frozenset(domain_of(each) for each in (self.email, *self.copies))
