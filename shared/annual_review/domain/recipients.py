"""Recipients: the person who receives an authority's letter, and who is copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from annual_review.domain.authorities import AuthorityCode

EmailAddress = NewType("EmailAddress", str)
"""A mailbox, `chief.executive@rochford.example`, checked where it came in."""


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
