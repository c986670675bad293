"""What a smoke test made is found and deleted; nothing else is, and nothing that was changed."""

from __future__ import annotations

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.keys import letter_item_key, year_partition
from annual_review.adapters.dynamodb.letter_items import letter_item
from annual_review.adapters.dynamodb.table import key_values, number, text
from annual_review.services.letters.directory_store import SeenEntry
from annual_review.services.letters.plan_letters import planned_letter
from infrastructure.deploy.smoke.leftovers import Leftovers, NotOursError
from infrastructure.deploy.smoke.subject import AUTHORITY, CODE, LETTER, RECIPIENT, YEAR
from tests.builders import NOON, ROCHFORD, a_letter_id, a_register, recipients
from tests.integration.world import BUCKET, TABLE, World

FIGURES = f"figures/{YEAR}/1-a/figures.json"


@pytest.fixture
def tried(moto_world: World) -> World:
    """A deployment with a register, in which a smoke test ended half-way."""
    moto_world.knows(a_register(ROCHFORD), recipients(ROCHFORD))
    moto_world.letters.plan(planned_letter(a_letter_id(), "sha", NOON, "for a test"))
    aws_clients.s3().put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    moto_world.documents.put("figures/2020/1/figures.json", b"{}", "application/json")
    return moto_world


def leave_something(world: World) -> Leftovers:
    world.directory.put([SeenEntry(AUTHORITY, 0), SeenEntry(RECIPIENT, 0)], [])
    world.letters.plan(planned_letter(LETTER, "sha", NOON, "for a test"))
    for content in (b"1", b"2"):
        world.documents.put(FIGURES, content, "application/json")
    aws_clients.s3().delete_object(Bucket=BUCKET, Key=FIGURES)
    return Leftovers(world.table, BUCKET)


def everything(world: World) -> object:
    versions = aws_clients.s3().list_object_versions(Bucket=BUCKET)
    kept = [*versions.get("Versions", ()), *versions.get("DeleteMarkers", ())]
    return world.table.client.scan(TableName=TABLE)["Items"], [each["Key"] for each in kept]


def test_what_was_made_is_shown_and_gone_with_every_version_and_no_more(tried: World) -> None:
    before = everything(tried)
    leftovers = leave_something(tried)

    found = leftovers.find()
    assert sorted(found.names) == [
        f"RECIPIENTS / AUTHORITY#{CODE}",
        f"REGISTER / AUTHORITY#{CODE}",
        "YEAR#1990 / LETTER#000001#SMOKE-TEST",
        *[FIGURES] * 3,
    ]
    assert leftovers.remove(found) == []
    assert everything(tried) == before
    assert leftovers.remove(found) == []
    assert leftovers.find().names == []


def test_what_was_changed_after_it_was_shown_stays(tried: World) -> None:
    leftovers = leave_something(tried)
    found = leftovers.find()
    tried.holds({**letter_item(tried.letters.get(LETTER)), "version": number(7)})

    assert leftovers.remove(found) == [letter_item_key(LETTER)]
    assert tried.letters.get(LETTER).version == 7


@pytest.mark.parametrize("sk", ["LETTER#000001#E07000075", "NOTE#E07000075#1", "PHASES"])
def test_where_something_else_lies_in_its_year_nothing_is_touched(tried: World, sk: str) -> None:
    leftovers = leave_something(tried)
    tried.holds({**key_values((year_partition(YEAR), sk)), "text": text("somebody's")})

    with pytest.raises(NotOursError, match=f"YEAR#1990 / {sk}"):
        leftovers.find()
