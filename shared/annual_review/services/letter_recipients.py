"""Who receives a letter, and at which mailboxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.services.errors import MissingError
from annual_review.services.letters import Letter


def recipient_of(
    letter: Letter,
    day: date,
    register: Register,
    recipients: Mapping[AuthorityCode, Recipient],
) -> Recipient:
    """Return who receives a letter on a day.

    Where a person asked for another mailbox, it takes the place of the addressee's; the copies go
    where the register says.

    Raises:
        MissingError: Somebody who has to receive it is not among the recipients.
    """
    recipient = recipient_on(letter.id.authority, day, register, recipients)
    if letter.sent_to is None:
        return recipient
    copies = tuple(each for each in recipient.copies if each != letter.sent_to)
    return replace(recipient, email=letter.sent_to, copies=copies)


def mailboxes(recipient: Recipient) -> tuple[EmailAddress, ...]:
    """Return where mail to a recipient goes: the addressee's mailbox, then the copies."""
    return recipient.email, *recipient.copies


def recipient_on(
    code: AuthorityCode,
    day: date,
    register: Register,
    recipients: Mapping[AuthorityCode, Recipient],
) -> Recipient:
    """Return who receives the letter of an authority on a day (rule 6).

    An authority that was divided has several successors: the letter is addressed to the first and
    copied to the others, as one message.

    Raises:
        MissingError: Somebody who has to receive it is not among the recipients.
    """
    answering = register.answering_for(code, day)
    if not answering or any(other not in recipients for other in answering):
        message = f"no recipient for the letter of {code}"
        raise MissingError(message)
    first, *others = (recipients[other] for other in answering)
    copies = (*first.copies, *(other.email for other in others))
    return replace(first, copies=tuple(dict.fromkeys(copies)))
