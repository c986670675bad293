"""A complete year in AWS in memory, ready to be published."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.aws.publication_bucket import S3PublicationFiles
from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.adapters.dynamodb.publication_table import (
    DynamoDBChallengeStore,
    DynamoDBHistoryStore,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import LetterId
from annual_review.domain.publication.history import PublicationState, PublicationStep
from annual_review.domain.publication.manifest import PublishedYear, manifest_of
from annual_review.domain.reporting_year import FIRST_REVISION
from annual_review.rendering.forms.message import Attachment, build_message, mailbox
from annual_review.services.documents import FIGURES_JSON, authority_figures_name, digest
from annual_review.services.year_end.year_phases import PhaseRecord
from tests.builders import NOON, YEAR, a_recipient
from tests.integration.world import BUCKET, World
from tests.publishing import a_complete_year

CONTENTS: Final = {
    "index.html": b"home",
    "2020/authorities/e07000075/index.html": b"a page",
    "data/2020/r1/figures.csv": b"a,b",
}
SENTINEL: Final = "sentinel-4c1e"


def publish_ready(world: World) -> World:
    """Put a complete year there: figures, delivered letters with their messages, phases."""
    publishing = a_complete_year()
    year_end = publishing.world
    world.knows(
        year_end.register,
        {code: a_recipient(code, email=_address(code)) for code in year_end.register},
    )
    close = year_end.closes.latest(YEAR)
    assert close
    world.closes.add(close)
    for name in (FIGURES_JSON, *map(authority_figures_name, year_end.register)):
        key = f"{close.folder}/{name}"
        world.documents.put(key, year_end.documents.get(key), "application/json")
    for letter in year_end.letters.of_year(YEAR):
        message = _message(letter.id)
        kept = replace(letter, message_sha256=digest(message))
        world.letters.plan(kept)
        world.documents.put(kept.key("eml"), message, "message/rfc822")
    record, phases = PhaseRecord(YEAR), DynamoDBPhaseStore(world.table)
    for step in year_end.phases.get(YEAR).history:
        assert phases.add(record, step)
        record = phases.get(YEAR)
    return world


def an_approved_publication(world: World) -> None:
    """Stage a small publication, and approve it."""
    years = {YEAR: PublishedYear(FIRST_REVISION)}
    manifest = manifest_of(YEAR, years, CONTENTS.items())
    for path, content in CONTENTS.items():
        files().put_staged(manifest.name, path, content, manifest.files[path])
    files().put_manifest(manifest)
    for state in (PublicationState.STAGED, PublicationState.APPROVED):
        step = PublicationStep(NOON, state, manifest.name, YEAR, "a.person")
        assert history(world).add(history(world).get(), step)


def files() -> S3PublicationFiles:
    return S3PublicationFiles(aws_clients.s3(), BUCKET)


def history(world: World) -> DynamoDBHistoryStore:
    return DynamoDBHistoryStore(world.table)


def challenges(world: World) -> DynamoDBChallengeStore:
    return DynamoDBChallengeStore(world.table)


def live() -> dict[str, bytes]:
    """Return what the public reads."""
    s3 = aws_clients.s3()
    return {
        path: s3.get_object(Bucket=BUCKET, Key=f"live/{path}")["Body"].read()
        for path in files().live_paths()
    }


def _message(letter: LetterId) -> bytes:
    office = mailbox("letters@ombudsman.example")
    words = f"Letter of {letter.authority}"
    return build_message(
        letter=letter,
        sender=office,
        reply_to=office,
        recipient=a_recipient(letter.authority, email=_address(letter.authority)),
        subject=words,
        text=words,
        html=f"<p>{words}</p>",
        attachments=[
            Attachment("letter.pdf", "application/pdf", b"%PDF"),
            Attachment("cases.xlsx", "application/octet-stream", SENTINEL.encode()),
        ],
    )


def _address(code: AuthorityCode) -> str:
    return f"{SENTINEL}@{code.lower()}.example"
