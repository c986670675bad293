"""Closes of years in the table; nothing edits one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from annual_review.adapters.aws_errors import ConditionFailedError, port_errors
from annual_review.adapters.table import Item, Table, key_of, key_values, optional_text, text
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import Revision
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.letters import Close

_CLOSES: Final = "CLOSES#"


@dataclass(frozen=True, slots=True)
class DynamoDBCloseStore:
    """Implements `CloseStore`."""

    table: Table

    def add(self, close: Close) -> Close:
        """Keep a close, or return the one that is there already for this year and revision.

        Raises:
            PortError: It could not be kept.
        """
        item = {
            **key_values((f"{_CLOSES}{close.year}", f"{close.revision:06}")),
            "figures_sha256": text(close.figures_sha256),
            "closed_at": text(close.at.isoformat()),
        }
        if close.reissues is not None:
            item["reissues"] = text(close.reissues)
        try:
            with port_errors():
                self.table.client.put_item(
                    TableName=self.table.name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailedError as failed:
            return _close(failed.item or item)
        return close

    def of_year(self, year: ReportingYear) -> Sequence[Close]:
        """Return the closes of a year by revision, read consistently.

        Raises:
            PortError: They could not be read.
        """
        # They have a partition of their own: every letter that is prepared asks for them. A year is
        # closed once and re-issued rarely, so that they fit many times over into one page.
        found = self.table.query("pk = :closes", {":closes": text(f"{_CLOSES}{year}")})
        return [_close(item) for item in found]

    def latest(self, year: ReportingYear) -> Close | None:
        """Return the close of the highest revision, read consistently.

        Raises:
            PortError: It could not be read.
        """
        *_, last = (None, *self.of_year(year))
        return last


def _close(item: Item) -> Close:
    pk, sk = key_of(item)
    return Close(
        year=ReportingYear(int(pk.removeprefix(_CLOSES))),
        revision=Revision(int(sk)),
        figures_sha256=item["figures_sha256"]["S"],
        at=datetime.fromisoformat(item["closed_at"]["S"]),
        reissues=AuthorityCode(reissues) if (reissues := optional_text(item, "reissues")) else None,
    )
