"""What a smoke test made: found by its keys, shown, and deleted as long as it is what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import ClientError

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.aws_errors import code_of
from annual_review.adapters.dynamodb import keys
from annual_review.adapters.dynamodb.table import Item, Key, Table, key_of, key_values, text
from infrastructure.deploy.smoke.subject import CODE, DECISION, LETTER, TALLY, YEAR

PREFIXES: Final = (f"figures/{YEAR}/", f"letters/{YEAR}/")
"""Where the documents of its year lie."""

_OF_THE_YEAR: Final = (keys.year_partition(YEAR), keys.closes_partition(YEAR))
_ELSEWHERE: Final = (
    keys.case_item_key(DECISION.key),
    keys.tally_item_key(TALLY),
    keys.directory_key(keys.REGISTER, CODE),
    keys.directory_key(keys.RECIPIENTS, CODE),
)
_OURS: Final = frozenset(
    {
        keys.close_key(YEAR, LETTER.revision),
        keys.letter_item_key(LETTER),
        keys.paragraphs_key(YEAR, LETTER.revision, CODE),
        keys.phase_key(YEAR),
        keys.volume_key(YEAR),
        keys.sending_key(YEAR),
    }
)


class NotOursError(Exception):
    """In the year of the smoke test lies what it did not make; the message names it."""

    retryable = False


@dataclass(frozen=True, slots=True)
class Found:
    """Items of the table, whole, and versions of documents by key and version id."""

    items: Sequence[Item] = ()
    documents: Sequence[tuple[str, str]] = ()

    @property
    def names(self) -> list[str]:
        """What they are called, to be shown."""
        return [
            *(" / ".join(key_of(each)) for each in self.items),
            *(key for key, _ in self.documents),
        ]


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Looks for what a smoke test made in a table and a bucket."""

    table: Table
    bucket: str

    def find(self) -> Found:
        """Find it, in whichever order it was made and however far that went.

        Raises:
            NotOursError: Something else lies in the year of the smoke test.
        """
        items = [one for each in _OF_THE_YEAR for one in self._partition(each)]
        if strangers := [key for each in items if (key := key_of(each)) not in _OURS]:
            first, more = " / ".join(strangers[0]), len(strangers) - 1
            others = f" and {more} more" if more else ""
            raise NotOursError(f"the smoke test has not made {first}{others}")
        items += [item for each in _ELSEWHERE if (item := self.table.get(each))]
        return Found(items, [one for each in PREFIXES for one in self._versions(each)])

    def remove(self, found: Found) -> list[Key]:
        """Delete what was found; return the items that are another by now and stay.

        Items that are gone already are as good as deleted.
        """
        stayed = [key_of(each) for each in found.items if not self._delete(each)]
        s3 = aws_clients.s3()
        for key, version in found.documents:
            s3.delete_object(Bucket=self.bucket, Key=key, VersionId=version)
        return stayed

    def _partition(self, name: str) -> Iterator[Item]:
        return self.table.query("pk = :pk", {":pk": text(name)})

    def _delete(self, item: Item) -> bool:
        """Delete an item if every attribute is still the one that was found."""
        names = {f"#{number}": name for number, name in enumerate(sorted(item))}
        same = " AND ".join(f"{each} = :{each[1:]}" for each in names)
        try:
            self.table.client.delete_item(
                TableName=self.table.name,
                Key=key_values(key_of(item)),
                ConditionExpression=f"attribute_not_exists(pk) OR ({same})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={f":{each[1:]}": item[names[each]] for each in names},
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _versions(self, prefix: str) -> Iterator[tuple[str, str]]:
        pages = aws_clients.s3().get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield each["Key"], each["VersionId"]
