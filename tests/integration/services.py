"""The services of the year end over the table in memory of AWS, and what steps in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.authorities import Authority, AuthorityCode
from tests import worlds
from tests.integration.contract.stores import in_the_table
from tests.integration.faults import Call, Fault, FaultyClient
from tests.integration.world import TABLE, World


class Directory(DynamoDBDirectory):
    """The directory with the question that recording asks, here without the copy that it keeps."""

    def find(self, code: AuthorityCode) -> Authority | None:
        """Return the authority of a code, or `None`."""
        return self.authority(code)


def over_the_table(world: World, year_end: worlds.World, **scripts: list[Fault]) -> worlds.World:
    """Return a year end whose records are kept in the table; `scripts` are faults of its client.

    Its documents, queues, mail and renderer are those of the year end that is given, so that
    several processes of one system can be made.
    """
    client: Any = FaultyClient(world.table.client, **scripts)
    table = Table(client, TABLE, pause=lambda _: None)
    stores = in_the_table(table)
    process: Any = year_end.under(year_end.faults)
    process.letters = stores.letters
    process.closes = stores.closes
    process.paragraphs = stores.paragraphs
    process.phases = stores.phases
    process.cases = stores.cases
    process.directory = Directory(table)
    made: worlds.World = process
    return made


def first(act: Callable[[], object]) -> Fault:
    """Let others act before a call is made."""

    def fault(call: Call) -> object:
        act()
        return call.make()

    return fault
