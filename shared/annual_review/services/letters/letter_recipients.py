"""Who receives a letter, and at which mailboxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from annual_review.domain.authorities import Authority, AuthorityCode, Register, answering_for
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.services.errors import MissingError
from annual_review.services.letters.letter import Letter

FindAuthority = Callable[[AuthorityCode], Authority | None]
FindRecipient = Callable[[AuthorityCode], Recipient | None]


def recipient_of(
    letter: Letter, day: date, authority: FindAuthority, recipient: FindRecipient
) -> Recipient:
    """Return who receives a letter on a day; what is read on the way is looked up by code.

    Where a person asked for another mailbox, it takes the place of the addressee's; the copies go
    where the register says.

    Raises:
        MissingError: Somebody who has to receive it is not among the recipients.
    """
    received = recipient_on(letter.id.authority, day, authority, recipient)
    if letter.sent_to is None:
        return received
    copies = tuple(each for each in received.copies if each != letter.sent_to)
    return replace(received, email=letter.sent_to, copies=copies)


def mailboxes(recipient: Recipient) -> tuple[EmailAddress, ...]:
    """Return where mail to a recipient goes: the addressee's mailbox, then the copies."""
    return recipient.email, *recipient.copies


def recipient_on(
    code: AuthorityCode, day: date, authority: FindAuthority, recipient: FindRecipient
) -> Recipient:
    """Return who receives the letter of an authority on a day (rule 6).

    An authority that was divided has several successors: the letter is addressed to the first and
    copied to the others, as one message.

    Raises:
        MissingError: Somebody who has to receive it is not among the recipients.
    """
    found = [
        _known_under(_codes_of(authority, other), recipient)
        for other in answering_for(authority, code, day)
    ]
    received = [each for each in found if each is not None]
    if not received or len(received) < len(found):
        message = f"no recipient for the letter of {code}"
        raise MissingError(message)
    first, *others = received
    copies = (*first.copies, *(other.email for other in others))
    return replace(first, copies=tuple(dict.fromkeys(copies)))


def by_present_codes(
    recipients: Mapping[AuthorityCode, Recipient], register: Register
) -> Mapping[AuthorityCode, Recipient]:
    """Return recipients by the present codes of their authorities.

    One that is kept under a former code stands in where there is none under the present one.
    """
    by_code = dict(recipients)
    for authority in register.values():
        found = _known_under(authority.codes, recipients.get)
        if found is not None:
            by_code[authority.code] = replace(found, authority=authority.code)
    return {code: each for code, each in by_code.items() if register.present_code(code) == code}


def _codes_of(find: FindAuthority, code: AuthorityCode) -> tuple[AuthorityCode, ...]:
    authority = find(code)
    return authority.codes if authority else (code,)


def _known_under(codes: Iterable[AuthorityCode], recipient: FindRecipient) -> Recipient | None:
    """Return the recipient kept under the first of these codes that has one."""
    for code in codes:
        if found := recipient(code):
            return found
    return None
