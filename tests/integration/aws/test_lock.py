"""What a deployment with a lock keeps from being deleted, in a bucket that is made for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from annual_review.adapters import stack as stack_adapter
from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.aws_errors import code_of
from annual_review.adapters.stack import Stack, find_stack
from annual_review.domain.publication.manifest import Manifest, manifest_of
from infrastructure.local.project import TEMPLATE
from tests.builders import ROCHFORD, YEAR
from tests.integration.permissions.calls import Asked, Circumstances, questions
from tests.integration.permissions.names import REFS, bucket_arn
from tests.integration.permissions.policies import (
    not_allowed,
    read_statement,
    statements_of_people,
)
from tests.integration.world import BUCKET, REGION, TABLE, World, a_closed_year
from tests.template.deployed import Deployed
from tests.template.whole import whole_template

DEPLOYED: Final = Deployed(whole_template(TEMPLATE))
DAYS: Final = 400
# A lock that has ended locks nothing: moto compares it with the clock of this machine.
NOW: Final = datetime.now(UTC)
CONTENTS: Final = {"index.html": b"home"}
_LOCKING: Final = "s3:PutObjectRetention"
_MODE: Final[Circumstances] = {"s3:object-lock-mode": ("GOVERNANCE",)}
MANIFEST: Final = manifest_of(YEAR, {}, CONTENTS.items())


@pytest.fixture
def locking(deployed: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A deployment with a lock: its bucket is made for it, and functions are told of it."""
    aws_clients.s3().delete_bucket(Bucket=BUCKET)
    aws_clients.s3().create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,
    )
    monkeypatch.setenv("LOCK_DAYS", str(DAYS))
    monkeypatch.setitem(REFS, "LockDays", str(DAYS))
    return deployed


def a_stack(**outputs: str) -> Stack:
    """Find a stack with these outputs, as every command does."""
    given = {"TableName": TABLE, "BucketName": BUCKET, **outputs}
    listed = [{"OutputKey": name, "OutputValue": value} for name, value in given.items()]
    described = {"Stacks": [{"Outputs": listed}]}
    formation = SimpleNamespace(describe_stacks=lambda **_: described)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack_adapter, "boto3", SimpleNamespace(client=lambda _: formation))
        return find_stack("annual-review", lambda: NOW)


@contextmanager
def asked_meanwhile() -> Iterator[list[Asked]]:
    """Put down what IAM is asked about the documents that are put meanwhile."""
    asked: list[Asked] = []
    events, name = aws_clients.s3().meta.events, "provide-client-params.s3.PutObject"

    def note(params: dict[str, Any], **_: object) -> None:
        asked.extend(questions("s3", "PutObject", params))

    events.register(name, note)
    try:
        yield asked
    finally:
        events.unregister(name, note)


def staged_by(stack: Stack) -> Manifest:
    for path, content in CONTENTS.items():
        stack.publications.put_staged(MANIFEST.name, path, content, MANIFEST.files[path])
    stack.publications.put_manifest(MANIFEST)
    return MANIFEST


def versions(prefix: str) -> list[dict[str, Any]]:
    found = aws_clients.s3().list_object_versions(Bucket=BUCKET, Prefix=prefix)
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found["Versions"]]


def is_locked(version: dict[str, Any]) -> bool:
    """Try to delete one version of a document for good."""
    try:
        aws_clients.s3().delete_object(Bucket=BUCKET, **version)
    except ClientError as error:
        return code_of(error) == "AccessDenied"
    return False


def test_figures_that_a_closing_froze_cannot_be_deleted(locking: World) -> None:
    a_closed_year(locking, ROCHFORD)

    assert all(is_locked(each) for each in versions("figures/"))


def test_what_people_staged_cannot_be_deleted_and_letters_and_what_is_live_can(
    locking: World,
) -> None:
    assert locking.urls
    stack = a_stack(LockDays=str(DAYS))
    staged_by(stack)
    for _ in range(2):
        stack.publications.put_live("index.html", b"home", MANIFEST.files["index.html"])
    stack.publications.remove_live("index.html")
    stack.documents.put("letters/2020/1/E07000075.pdf", b"a letter", "application/pdf")

    assert all(is_locked(each) for each in versions("publications/"))
    assert not any(is_locked(each) for each in (*versions("live/"), *versions("letters/")))
    assert stack.publications.live_paths() == []


def test_a_lock_ends_after_its_days_and_what_is_written_again_has_one_too(
    locking: World,
) -> None:
    assert locking.urls
    stack = a_stack(LockDays=str(DAYS))
    for _ in range(2):
        stack.documents.put("figures/2020/1-abc/figures.json", b"{}", "application/json")

    found = versions("figures/")
    assert len(found) == 2
    for each in found:
        head = aws_clients.s3().head_object(Bucket=BUCKET, **each)
        until = (NOW + timedelta(days=DAYS)).replace(microsecond=0)
        assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", until)


@pytest.mark.parametrize("outputs", [{}, {"LockDays": "0"}])
def test_a_stack_without_a_lock_asks_for_none(deployed: World, outputs: dict[str, str]) -> None:
    """A bucket that is not made for it would refuse a lock."""
    staged_by(a_stack(**outputs))

    assert deployed.urls
    head = aws_clients.s3().head_object(
        Bucket=BUCKET, Key=f"publications/{MANIFEST.name}/manifest.json"
    )
    assert "ObjectLockMode" not in head


def test_whoever_locks_may_lock_what_they_freeze_and_nothing_for_good(locking: World) -> None:
    with asked_meanwhile() as by_close_year:
        a_closed_year(locking, ROCHFORD)
    with asked_meanwhile() as by_reviewers:
        staged_by(a_stack(LockDays=str(DAYS)))

    lock = DEPLOYED.of_type("AWS::IAM::Policy")["LockPolicy"]["PolicyDocument"]["Statement"]
    for asked, statements in (
        (by_close_year, [read_statement(DEPLOYED, each) for each in lock]),
        (by_reviewers, statements_of_people(DEPLOYED, "Reviewers")),
    ):
        locks = [one for one in asked if one.action == _LOCKING]
        assert locks
        assert not_allowed(statements, locks) == set()
        assert not_allowed(statements, [_for_good(one) for one in locks]) != set()
        assert not_allowed(statements, [Asked(_LOCKING, f"{bucket_arn()}/live/x", _MODE)]) != set()


def _for_good(lock: Asked) -> Asked:
    return Asked(lock.action, lock.resource, {"s3:object-lock-mode": ("COMPLIANCE",)})


def test_only_a_lock_makes_a_bucket_that_can_never_be_one_without() -> None:
    bucket = DEPLOYED.of_type("AWS::S3::Bucket")["Bucket"]
    for days, is_made_for_it in (("0", False), (str(DAYS), True)):
        parameters = {"LockDays": days, "AWS::NoValue": ""}
        assert bool(DEPLOYED.evaluated(bucket["ObjectLockEnabled"], parameters)) is is_made_for_it
