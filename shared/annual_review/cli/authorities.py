"""Authorities as they are named on the command line: by their code, or by a part of their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from annual_review.console import CommandError
from annual_review.domain.authorities import Authority, AuthorityCode

_CODE: Final = re.compile(r"[A-Z]\d+")
_MOST_LISTED: Final = 12


def authority_in(
    named: str, read_register: Callable[[], Mapping[AuthorityCode, Authority]]
) -> AuthorityCode:
    """Return the authority that somebody means: `E07000075`, `rochford`.

    A code is taken as it is, without reading the register. Of a name, a part is enough that no
    other has; a whole name means its authority though others hold it as well.

    Raises:
        CommandError: No authority has this in its name, or several have.
    """
    if _CODE.fullmatch(code := named.strip().upper()):
        return AuthorityCode(code)
    wanted, register = _plain(named), read_register()
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
    return found[0]


def authorities_in(
    named: Iterable[str], read_register: Callable[[], Mapping[AuthorityCode, Authority]]
) -> list[AuthorityCode]:
    """Return the authorities that somebody means; the register is read once at most.

    Raises:
        CommandError: No authority has one of these in its name, or several have.
    """
    read_once = cache(read_register)
    return [authority_in(one, read_once) for one in named]


def _plain(name: str) -> str:
    """Return a name without what people leave out or write in another way."""
    letters = "".join(each if each.isalnum() else " " for each in name.casefold().replace("'", ""))
    return " ".join(letters.split())
