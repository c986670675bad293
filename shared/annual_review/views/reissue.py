"""A re-issue before it is made: old and new figures, and what becomes of the letters."""

from __future__ import annotations

from collections.abc import Iterator

from annual_review.services.year_end.propose_reissue import ReissueProposal
from annual_review.views.table import Table


def figures_of(proposal: ReissueProposal) -> Table:
    """Return old and new figures side by side."""
    record = proposal.record
    first = "in the letter sent" if proposal.reissue.replaces else "frozen before"
    return Table(
        f"Figures of {proposal.letter.authority} {record.figures.authority.name}, {record.year}",
        ("", first, f"revision {record.revision}"),
        [(each.name, each.before, each.now) for each in proposal.figures],
    )


def consequences_of(proposal: ReissueProposal) -> Iterator[str]:
    """Say what the new letter says, what it replaces, and which letters are held for it."""
    reissue, before = proposal.reissue, proposal.before.authority.name
    if before != proposal.record.figures.authority.name:
        yield f"Its name was {before}."
    yield f"The new letter is dated {reissue.dated} and says: {reissue.reason}"
    if reissue.replaces:
        yield f"It replaces that of revision {reissue.replaces}, dated {reissue.replaced_date}."
    else:
        yield "No letter of this authority has been sent: it replaces none."
    for letter in proposal.to_hold:
        yield f"Letter {letter.tag} was not sent, and is held for good."
