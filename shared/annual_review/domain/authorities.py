"""Authorities and the register: who complaints are made about, and who answers for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from annual_review.domain.reporting_year import ReportingYear

AuthorityCode = NewType("AuthorityCode", str)
"""The code of an authority in the Government Statistical Service's register: `E07000075`."""


class AuthorityType(StrEnum):
    """The groups of similar authorities. No comparison is made within `other`."""

    COUNTY = "county"
    DISTRICT = "district"
    METROPOLITAN = "metropolitan"
    UNITARY = "unitary"
    LONDON = "london"
    OTHER = "other"

    @property
    def is_compared(self) -> bool:
        """Whether authorities of this type are compared with one another."""
        return self is not AuthorityType.OTHER


@dataclass(frozen=True, slots=True)
class Authority:
    """A body about which complaints are made.

    `in_being_from` and `in_being_to` are the first and the last day of its existence, `None` where
    it is not known or has not come. An authority that was divided has more than one successor.
    `former_codes` are others that it had before: what is known under any of its codes is its own.
    """

    code: AuthorityCode
    name: str
    type: AuthorityType
    in_being_from: date | None = None
    in_being_to: date | None = None
    successors: tuple[AuthorityCode, ...] = ()
    population: int | None = None
    former_codes: tuple[AuthorityCode, ...] = ()

    @property
    def codes(self) -> tuple[AuthorityCode, ...]:
        """All codes that it has or had, the present one first."""
        return self.code, *self.former_codes

    def existed_in(self, year: ReportingYear) -> bool:
        """Whether it was in being on at least one day of the year."""
        ended_too_early = self.in_being_to is not None and self.in_being_to < year.first_day
        return self.existed_by(year.last_day) and not ended_too_early

    def existed_by(self, day: date) -> bool:
        """Whether it had come into being by that day; cases may still arrive after its end.

        Of one whose code has changed, `in_being_from` may be the first day of the present code.
        """
        began_in_time = self.in_being_from is None or self.in_being_from <= day
        return began_in_time or bool(self.former_codes)

    def is_abolished_by(self, day: date) -> bool:
        """Whether that day, or an earlier one, was the last of its existence."""
        return self.in_being_to is not None and self.in_being_to <= day


def named(code: AuthorityCode, names: Mapping[AuthorityCode, str]) -> str:
    """Return an authority as sentences name it: "Rochford District Council (E07000075)"."""
    return f"{names[code]} ({code})" if names.get(code) else code


_NAMED: Final = 5


def first_named(codes: Sequence[AuthorityCode], names: Mapping[AuthorityCode, str]) -> str:
    """Name the first few authorities, and say how many more there are."""
    more = len(codes) - _NAMED
    first = ", ".join(named(code, names) for code in codes[:_NAMED])
    return first + (f" and {more} more" if more > 0 else "")


class UnknownAuthorityError(KeyError):
    """The register holds no authority of this code."""

    def __str__(self) -> str:
        return str(self.args[0])


class Register(Mapping[AuthorityCode, Authority]):
    """All authorities by their present code, in the order of these codes."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        """Take the authorities.

        Raises:
            ValueError: Two authorities have the same code, or had.
        """
        by_code: dict[AuthorityCode, Authority] = {}
        for authority in sorted(authorities, key=lambda each: each.code):
            if authority.code in by_code:
                message = f"authority {authority.code} is in the register twice"
                raise ValueError(message)
            by_code[authority.code] = authority
        self._by_code = MappingProxyType(by_code)
        by_any_code = dict(by_code)
        for authority in by_code.values():
            for former in authority.former_codes:
                other = by_any_code.setdefault(former, authority)
                if other is not authority:
                    message = (
                        f"{former}, a former code of {authority.code}, is that of {other.code}"
                    )
                    raise ValueError(message)
        self._by_any_code = MappingProxyType(by_any_code)

    def __getitem__(self, code: AuthorityCode) -> Authority:
        """Return the authority of a present code.

        Raises:
            UnknownAuthorityError: There is none.
        """
        try:
            return self._by_code[code]
        except KeyError:
            message = f"the register holds no authority {code}"
            raise UnknownAuthorityError(message) from None

    def __contains__(self, code: object) -> bool:
        """Whether this is the present code of an authority."""
        return code in self._by_code

    def __iter__(self) -> Iterator[AuthorityCode]:
        """Go through the codes in their order."""
        return iter(self._by_code)

    def __len__(self) -> int:
        """Count the authorities."""
        return len(self._by_code)

    @property
    def every_code(self) -> Collection[AuthorityCode]:
        """All codes that the authorities have or had."""
        return self._by_any_code.keys()

    def find(self, code: AuthorityCode) -> Authority | None:
        """Return the authority that has a code or had it before; `None` if there is none."""
        return self._by_any_code.get(code)

    def present_code(self, code: AuthorityCode) -> AuthorityCode:
        """Return what the code of an authority is now; a code that nobody has or had stays."""
        authority = self.find(code)
        return authority.code if authority else code

    def codes_of(self, code: AuthorityCode) -> tuple[AuthorityCode, ...]:
        """Return all codes of the authority of a code, the present one first."""
        authority = self.find(code)
        return authority.codes if authority else (code,)

    def answering_for(self, code: AuthorityCode, day: date) -> tuple[AuthorityCode, ...]:
        """Return who receives the letter of an authority on a day (rule 6).

        See `answering_for`.
        """
        return answering_for(self.find, code, day)


def register_of_entries(entries: Iterable[Authority]) -> Register:
    """Return the register of all entries that were ever made.

    One that was made under what is a former code of another is left out: it is the same authority.

    Raises:
        ValueError: Two authorities have the same code, or had.
    """
    entries = tuple(entries)
    former = {code for each in entries for code in each.former_codes}
    return Register(each for each in entries if each.code not in former)


def answering_for(
    find: Callable[[AuthorityCode], Authority | None], code: AuthorityCode, day: date
) -> tuple[AuthorityCode, ...]:
    """Return who receives the letter of an authority on a day, by present codes (rule 6).

    That is the authority itself, or, once it is abolished, its successors, or theirs. A successor
    that `find` does not know stands as it is: its code may still have a recipient. Nobody answers
    for an authority that ended without a successor.
    """
    answering: dict[AuthorityCode, None] = {}
    seen: set[AuthorityCode] = set()
    waiting = [code]
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        authority = find(current)
        if authority is not None and authority.is_abolished_by(day):
            waiting = [*authority.successors, *waiting]
        else:
            answering[authority.code if authority else current] = None
    return tuple(answering)
