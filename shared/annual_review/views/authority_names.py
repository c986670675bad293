"""Authorities as people name them, by code or part of a name, and as they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, Register
from annual_review.domain.authorities import named as named_in_words
from annual_review.services.errors import RefusalError
from annual_review.services.wording import counted

_CODE: Final = re.compile(r"[A-Z]\d+")
_CODE_IN_TEXT: Final = re.compile(r"\b[A-Z]\d{8}\b")
_MOST_LISTED: Final = 12


class AuthorityNotFoundError(RefusalError):
    """No authority is called that, or several are; the message says what to give instead."""


ReadRegister = Callable[[], Register]

ReadCodes = Callable[[], Collection[AuthorityCode]]
"""Reads under which codes a year has letters."""


def authority_in(named: str, read_register: ReadRegister, of_letters: ReadCodes) -> AuthorityCode:
    """Return the authority that somebody means: `E07000075`, `rochford`.

    Of a name, a part is enough that no other has; a whole name means its authority though others
    hold it as well. An authority whose code has changed is meant by any of its codes: it is
    returned under the one that its letter of the year bears, or else under its present one.

    Raises:
        AuthorityNotFoundError: No authority has this in its name, or several have.
    """
    register = read_register()
    if _CODE.fullmatch(code := named.strip().upper()):
        return as_in_letters(AuthorityCode(code), register, of_letters)
    wanted = _plain(named)
    names = {code: _plain(each.name) for code, each in register.items()}
    exact = [code for code, name in names.items() if name == wanted]
    found = exact or [code for code, name in names.items() if wanted and wanted in name]
    if not found:
        raise AuthorityNotFoundError(
            f"no authority has {named.strip()!r} in its name\n"
            "Give its code, such as E07000075, or a part of its name as the register has it."
        )
    if len(found) > 1:
        lines = [f"{code}  {register[code].name}" for code in sorted(found)]
        if (more := len(lines) - _MOST_LISTED) > 0:
            lines[_MOST_LISTED:] = [f"and {more} more"]
        several = (
            f"{named.strip()!r} may be any of {len(found)} authorities: give more of the name, or"
            " the code"
        )
        raise AuthorityNotFoundError("\n".join([several, *lines]))
    return as_in_letters(found[0], register, of_letters)


def authorities_in(
    named: Iterable[str], read_register: ReadRegister, of_letters: ReadCodes
) -> list[AuthorityCode]:
    """Return the authorities that somebody means; what is needed is read once at most.

    Raises:
        AuthorityNotFoundError: No authority has one of these in its name, or several have.
    """
    register, codes = cache(read_register), cache(of_letters)
    return [authority_in(one, register, codes) for one in named]


def as_in_letters(code: AuthorityCode, register: Register, of_letters: ReadCodes) -> AuthorityCode:
    """Return the code of an authority that its letter bears, or else its present one."""
    authority = register.find(code)
    if authority is None or not authority.former_codes:
        return code
    there = of_letters()
    return next((each for each in (code, *authority.codes) if each in there), authority.code)


def is_meant(text: str, authority: Authority) -> bool:
    """Whether a text is part of the name of an authority, or one of its codes."""
    return text.strip().upper() in authority.codes or _plain(text) in _plain(authority.name)


def named(code: AuthorityCode, register: Register) -> str:
    """Return an authority as lists show it: its code, and its name where the register has it."""
    authority = register.find(code)
    return f"{code}  {authority.name}" if authority else code


def spoken(code: AuthorityCode, register: Register) -> str:
    """Return an authority as sentences name it: "Rochford District Council (E07000075)"."""
    authority = register.find(code)
    return named_in_words(code, {code: authority.name} if authority else {})


def named_together(codes: Collection[AuthorityCode], register: Register) -> str:
    """Return authorities in one cell of a list: the one with its name, or how many there are."""
    if len(codes) == 1:
        [code] = codes
        return named(code, register)
    return counted(len(codes), "authority", "authorities") if codes else ""


def with_names(text: str, register: Register) -> str:
    """Return what a function says of authorities, which it knows by their codes, with their names.

    Functions write the same into their logs, where no names stand.
    """
    return _CODE_IN_TEXT.sub(lambda found: spoken(AuthorityCode(found[0]), register), text)


def _plain(name: str) -> str:
    """Return a name without what people leave out or write in another way."""
    letters = "".join(each if each.isalnum() else " " for each in name.casefold().replace("'", ""))
    return " ".join(letters.split())
