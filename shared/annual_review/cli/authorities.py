"""Authorities as they are named on the command line: by their code, or by a part of their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Final

from annual_review.console import CommandError
from annual_review.domain.authorities import AuthorityCode, Register

_CODE: Final = re.compile(r"[A-Z]\d+")
_MOST_LISTED: Final = 12

ReadRegister = Callable[[], Register]

ReadCodes = Callable[[], Collection[AuthorityCode]]
"""Reads under which codes a year has letters."""


def authority_in(named: str, read_register: ReadRegister, of_letters: ReadCodes) -> AuthorityCode:
    """Return the authority that somebody means: `E07000075`, `rochford`.

    Of a name, a part is enough that no other has; a whole name means its authority though others
    hold it as well. An authority whose code has changed is meant by any of its codes: it is
    returned under the one that its letter of the year bears, or else under its present one.

    Raises:
        CommandError: No authority has this in its name, or several have.
    """
    register = read_register()
    if _CODE.fullmatch(code := named.strip().upper()):
        return as_in_letters(AuthorityCode(code), register, of_letters)
    wanted = _plain(named)
    names = {code: _plain(each.name) for code, each in register.items()}
    exact = [code for code, name in names.items() if name == wanted]
    found = exact or [code for code, name in names.items() if wanted and wanted in name]
    if not found:
        raise CommandError(
            f"no authority has {named.strip()!r} in its name",
            "Give its code, such as E07000075, or a part of its name as the register has it.",
        )
    if len(found) > 1:
        lines = [f"{code}  {register[code].name}" for code in sorted(found)]
        more = len(lines) - _MOST_LISTED
        raise CommandError(
            f"{named.strip()!r} may be any of {len(found)} authorities: give more of the name, or"
            " the code",
            *lines[:_MOST_LISTED],
            *([f"and {more} more"] if more > 0 else []),
        )
    return as_in_letters(found[0], register, of_letters)


def authorities_in(
    named: Iterable[str], read_register: ReadRegister, of_letters: ReadCodes
) -> list[AuthorityCode]:
    """Return the authorities that somebody means; what is needed is read once at most.

    Raises:
        CommandError: No authority has one of these in its name, or several have.
    """
    register, codes = cache(read_register), cache(of_letters)
    return [authority_in(one, register, codes) for one in named]


def as_in_letters(code: AuthorityCode, register: Register, of_letters: ReadCodes) -> AuthorityCode:
    """Return the code of an authority that its letter bears, or else its present one.

    Raises:
        PortError: The letters could not be read.
    """
    authority = register.find(code)
    if authority is None or not authority.former_codes:
        return code
    there = of_letters()
    return next((each for each in (code, *authority.codes) if each in there), authority.code)


def _plain(name: str) -> str:
    """Return a name without what people leave out or write in another way."""
    letters = "".join(each if each.isalnum() else " " for each in name.casefold().replace("'", ""))
    return " ".join(letters.split())
