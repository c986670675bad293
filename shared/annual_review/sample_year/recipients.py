"""Recipients of the sample year: job titles at addresses that can't exist."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import Final

from annual_review.domain.authorities import Authority, AuthorityCode, Register

RECIPIENT_COLUMNS: Final = ("code", "addressee", "job_title", "salutation", "email", "cc")

_ROCHFORD: Final = AuthorityCode("E07000075")
_LONGEST_LABEL: Final = 63


def recipients(register: Register) -> list[dict[str, str]]:
    """Return a made-up recipient for every authority, as rows of `RECIPIENT_COLUMNS`.

    They are job titles, no persons. The one exception is the acceptance case, Rochford District
    Council: its letter of 2020 is public, and so is to whom it was addressed.
    """
    rows = []
    taken: set[str] = set()
    for authority in register.values():
        domain = _domain(authority, taken)
        taken.add(domain)
        rows.append(
            {
                "code": authority.code,
                "addressee": "Chief Executive",
                "job_title": "Chief Executive",
                "salutation": "Chief Executive",
                "email": f"chief.executive@{domain}",
                "cc": f"link.officer@{domain}",
            }
        )
        if authority.code == _ROCHFORD:
            rows[-1] |= {
                "addressee": "Mr Scrutton",
                "job_title": "Managing Director",
                "salutation": "Mr Scrutton",
                "email": f"managing.director@{domain}",
            }
    return rows


def write_recipients(register: Register, path: Path) -> None:
    """Write the recipients of every authority to a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RECIPIENT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(recipients(register))


def _domain(authority: Authority, taken: set[str]) -> str:
    """Return a domain of the authority's own: its name, and its code if another is called so."""
    spelled = unicodedata.normalize("NFKD", authority.name.replace("&", " and "))
    letters = spelled.encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[:_LONGEST_LABEL].strip("-")
    domain = f"{slug}.example"
    return domain if slug and domain not in taken else f"{authority.code.lower()}.example"
