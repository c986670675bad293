"""`annual-review review` on a deployed system, as the data team calls it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.reporting_year import Revision
from annual_review.services.documents import digest
from annual_review.services.figures.closes import Close
from annual_review.services.letters.letter import Letter, Move
from functions.prepare_letter import handler as prepare_letter
from tests.builders import OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id, an_upheld_decision
from tests.integration.dynamodb.test_repair_table import record
from tests.integration.operators import Operators
from tests.integration.world import BUCKET, FakeContext, World, a_closed_year
from tests.year_snapshots import DAYS_LATER


@pytest.fixture
def prepared(deployed: World, operators: Operators) -> Operators:
    """Two letters, printed by the real renderer."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    prepare_letter.lambda_handler(deployed.batch("prepare"), FakeContext())
    return operators


def manifest(operators: Operators) -> dict[str, Any]:
    path = operators.folder / "out/2020/review/review.json"
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def page(operators: Operators) -> str:
    return (operators.folder / "out/2020/review/index.html").read_text(encoding="utf-8")


def reissued(world: World) -> Letter:
    """Plan a letter of a second revision over the records of the first, and prepare it."""
    first = world.letters.get(a_letter_id())
    close = world.closes.latest(YEAR)
    assert close
    second = Close(YEAR, Revision(2), close.figures_sha256, close.at, reissues=first.id.authority)
    world.closes.add(second)
    for key in [each for each in world.kept() if each.startswith(close.folder)]:
        content = world.documents.get(key)
        world.documents.put(key.replace(close.folder, second.folder), content, "application/json")
    changed = world.documents.get(first.key("eml")).replace(b"22 July 2020", b"1 August 2020")
    planned = replace(
        first,
        id=LetterId(YEAR, Revision(2), first.id.authority),
        state=LetterState.PREPARED,
        message_sha256=digest(changed),
    )
    world.letters.plan(planned)
    world.documents.put(planned.key("eml"), changed, "message/rfc822")
    return planned


def test_what_is_read_is_what_the_message_brings_and_not_what_lies_beside_it(
    prepared: Operators,
) -> None:
    letter = prepared.world.letters.get(a_letter_id())
    for kind in ("pdf", "html", "txt"):
        prepared.world.documents.put(letter.key(kind), b"2 of 12 upheld", "text/plain")

    assert prepared.run("review", "2020").returncode == 0

    folder = prepared.folder / "out/2020/review/letters"
    for kind in ("pdf", "html", "txt"):
        assert b"2 of 12 upheld" not in (folder / f"{ROCHFORD}.{kind}").read_bytes()


def test_a_message_that_is_not_the_one_that_was_prepared_is_shown_to_nobody(
    prepared: Operators,
) -> None:
    key = prepared.world.letters.get(a_letter_id()).key("eml")
    changed = prepared.world.documents.get(key) + b" "
    prepared.world.documents.put(key, changed, "message/rfc822")

    result = prepared.run("review", "2020")

    assert result.returncode == 2
    assert f"annual-review prepare 2020 --only {ROCHFORD}" in result.words


def test_a_page_that_was_changed_in_the_folder_is_not_approved_by_it(prepared: Operators) -> None:
    prepared.run("review", "2020")
    folder = prepared.folder / "out/2020/review"
    (folder / f"letters/{ROCHFORD}.html").write_text("2 of 12 upheld")

    result = prepared.run("approve", "2020", "--read", str(folder / "review.json"), "--by", "a.b")

    assert result.returncode == 1
    assert f"letters/{ROCHFORD}.html is not what the review wrote there" in result.words
    assert prepared.world.letters.get(a_letter_id()).state is LetterState.PREPARED
    assert prepared.world.letters.get(a_letter_id(OTHER_DISTRICT)).state is LetterState.APPROVED


def test_what_lies_in_the_bucket_is_what_is_read(prepared: Operators) -> None:
    result = prepared.run("review", "2020")

    assert result.returncode == 0, result.words
    letter = prepared.world.letters.get(a_letter_id())
    folder = prepared.folder / "out/2020/review"
    for kind in ("pdf", "html", "txt"):
        kept = prepared.world.documents.get(letter.key(kind))
        assert (folder / f"letters/{ROCHFORD}.{kind}").read_bytes() == kept
    assert (folder / f"thumbnails/{ROCHFORD}-2.png").is_file()
    assert "Letters of stack annual-review." in page(prepared)
    assert "prepared 2" in result.words


def test_the_manifest_names_the_letters_as_they_stand(prepared: Operators) -> None:
    prepared.run("review", "2020", "--out", "elsewhere")

    path = prepared.folder / "elsewhere/2020/review/review.json"
    letters = json.loads(path.read_bytes())["letters"]
    letter = prepared.world.letters.get(a_letter_id())
    assert [each["letter"] for each in letters] == [
        a_letter_id(code).tag for code in (ROCHFORD, OTHER_DISTRICT)
    ]
    assert letters[0]["state"] == "prepared"
    assert letters[0]["message_sha256"] == letter.message_sha256
    assert letters[0]["figures_sha256"] == letter.figures_sha256


def test_a_letter_that_was_reissued_is_compared_with_the_one_it_replaces(
    prepared: Operators,
) -> None:
    reissued(prepared.world)

    result = prepared.run("review", "2020", "--diff")

    assert result.returncode == 0, result.words
    assert "Letters 2" in result.words
    assert "Differs from the previous one 1" in result.words
    assert "revision 2" in page(prepared)
    assert "no previous letter" in page(prepared)


def test_the_letter_that_was_sent_is_what_a_later_one_is_compared_with(
    prepared: Operators,
) -> None:
    world = prepared.world
    sent = Move(LetterState.ACCEPTED, DAYS_LATER, "accepted")
    world.letters.move(world.letters.get(a_letter_id()), sent)
    for number in (1, 2):
        record(world, an_upheld_decision(f"late-{number}"))
        prepared.run("reissue", "2020", ROCHFORD, "--reason", "One was missing.")
        prepare_letter.lambda_handler(world.batch("prepare"), FakeContext())

    result = prepared.run("review", "2020", "--diff")

    assert result.returncode == 0, result.words
    assert "that a re-issue replaces" in page(prepared)
    assert "100% (1 of 1)" in page(prepared)
    assert "100% (2 of 2)" not in page(prepared)


def test_a_year_that_is_not_closed_has_nothing_to_review(operators: Operators) -> None:
    result = operators.run("review", "2020")

    assert result.returncode == 2
    assert "the year 2020 has no letters: close it first" in result.words


def test_a_letter_that_was_never_prepared_is_there_without_documents(
    deployed: World, operators: Operators
) -> None:
    a_closed_year(deployed, ROCHFORD)

    result = operators.run("review", "2020")

    assert result.returncode == 0
    assert "planned 1" in result.words
    assert "not printed" in page(operators)
    assert manifest(operators)["letters"] == []


def test_a_frozen_record_that_was_altered_is_not_shown_as_if_it_were_read(
    prepared: Operators,
) -> None:
    close = prepared.world.closes.latest(YEAR)
    assert close
    key = f"{close.folder}/authorities/{ROCHFORD}.json"
    aws_clients.s3().put_object(Bucket=BUCKET, Key=key, Body=b"{}")

    result = prepared.run("review", "2020")

    assert result.returncode == 4
    assert f"{key} is not the record that letter 2020-1-{ROCHFORD} prints" in result.words
