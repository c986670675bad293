from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.publication_bucket import (
    FIVE_MINUTES,
    FOR_EVER,
    S3PublicationFiles,
)
from annual_review.adapters.memory.publication import InMemoryPublicationFiles
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import Manifest, PublicationName, manifest_of
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import MissingError
from annual_review.services.publication.publication_store import (
    NOTICE,
    PublicationFiles,
    notice_content,
    read_manifest,
    read_staged,
)
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR
from tests.integration.contract.stores import Stores
from tests.integration.world import BUCKET, World

NAME = PublicationName("f" * 64)
STAGED = PublicationStep(NOON, PublicationState.STAGED, NAME, YEAR, "a.person", "why")
APPROVED = replace(STAGED, state=PublicationState.APPROVED)
CHALLENGE = Challenge(YEAR, ROCHFORD, 1, "Their officer", NOON, "3 were ours", "a.person")
ANSWER = Answer(Verdict.UNCHANGED, "a.person", NOON, reason="they were theirs")
CONTENTS = {"index.html": b"home", "assets/site-1.css": b"{}"}


@pytest.fixture
def manifest() -> Manifest:
    return manifest_of(YEAR, {}, CONTENTS.items())


@pytest.fixture(params=["memory", "bucket"])
def files(request: pytest.FixtureRequest) -> PublicationFiles:
    if request.param == "memory":
        return InMemoryPublicationFiles()
    request.getfixturevalue("world")
    return S3PublicationFiles(aws_clients.s3(), BUCKET)


def test_steps_are_kept_in_their_order(stores: Stores) -> None:
    assert stores.history.get() == PublicationHistory()
    assert stores.history.add(PublicationHistory(), STAGED)
    assert stores.history.add(stores.history.get(), APPROVED)

    assert stores.history.get().steps == (STAGED, APPROVED)


def test_a_step_beside_one_that_was_taken_since_is_not_kept(stores: Stores) -> None:
    stores.history.add(PublicationHistory(), STAGED)

    assert not stores.history.add(PublicationHistory(), APPROVED)
    assert stores.history.get().steps == (STAGED,)


def test_challenges_are_kept_by_authority_and_number(stores: Stores) -> None:
    other = replace(CHALLENGE, authority=AuthorityCode(OTHER_DISTRICT))
    second = replace(CHALLENGE, number=2)
    for each in (other, second, CHALLENGE):
        assert stores.challenges.add(each)

    assert list(stores.challenges.of_year(YEAR)) == [CHALLENGE, second, other]
    assert list(stores.challenges.of_authority(YEAR, ROCHFORD)) == [CHALLENGE, second]
    assert list(stores.challenges.of_year(ReportingYear(2021))) == []


def test_a_challenge_of_the_same_number_is_not_overwritten(stores: Stores) -> None:
    stores.challenges.add(CHALLENGE)

    assert not stores.challenges.add(replace(CHALLENGE, text="another one"))
    assert list(stores.challenges.of_year(YEAR)) == [CHALLENGE]


def test_a_challenge_is_answered_once(stores: Stores) -> None:
    stores.challenges.add(CHALLENGE)

    assert stores.challenges.answer(CHALLENGE, ANSWER)
    assert stores.challenges.answer(CHALLENGE, ANSWER)
    assert not stores.challenges.answer(CHALLENGE, replace(ANSWER, by="another.person"))
    [kept] = stores.challenges.of_year(YEAR)
    assert kept.answer == ANSWER


def test_a_publication_comes_back_byte_for_byte(
    files: PublicationFiles, manifest: Manifest
) -> None:
    for path, content in CONTENTS.items():
        files.put_staged(manifest.name, path, content, manifest.files[path])
    files.put_manifest(manifest)

    assert read_manifest(files, manifest.name) == manifest
    assert {path: read_staged(files, manifest, path) for path in manifest.files} == CONTENTS
    assert list(files.live_paths()) == []


def test_what_is_not_staged_is_missing(files: PublicationFiles, manifest: Manifest) -> None:
    with pytest.raises(MissingError):
        files.manifest(manifest.name)
    with pytest.raises(MissingError):
        files.staged(manifest.name, "index.html")


def test_what_is_removed_is_public_no_more_and_removing_it_again_is_no_fault(
    files: PublicationFiles, manifest: Manifest
) -> None:
    for path, content in CONTENTS.items():
        files.put_live(path, content, manifest.files[path])

    files.remove_live("index.html")
    files.remove_live("index.html")

    assert list(files.live_paths()) == ["assets/site-1.css"]


def test_the_notice_is_replaced_by_whoever_saw_the_last_one(
    files: PublicationFiles, manifest: Manifest
) -> None:
    assert files.notice() is None
    assert files.put_notice(notice_content(1, manifest), None)
    assert not files.put_notice(notice_content(2, manifest), None)
    first = files.notice()
    assert first
    assert (first.number, first.publication) == (1, manifest.name)

    assert files.put_notice(notice_content(3, manifest), first)
    assert not files.put_notice(notice_content(4, manifest), first)

    now = files.notice()
    assert now
    assert now.number == 3


def test_browsers_keep_assets_for_ever_and_all_else_for_five_minutes(
    world: World, manifest: Manifest
) -> None:
    files = S3PublicationFiles(aws_clients.s3(), BUCKET)
    for path, content in CONTENTS.items():
        files.put_live(path, content, manifest.files[path])
    files.put_notice(notice_content(1, manifest), None)

    def head(path: str) -> tuple[str, str]:
        found = aws_clients.s3().head_object(Bucket=BUCKET, Key=f"live/{path}")
        return found["ContentType"], found["CacheControl"]

    assert head("index.html") == ("text/html; charset=utf-8", FIVE_MINUTES)
    assert head("assets/site-1.css") == ("text/css; charset=utf-8", FOR_EVER)
    assert head(NOTICE) == ("application/json", FIVE_MINUTES)
    assert world.urls
