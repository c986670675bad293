"""Publication at the desk: challenges, staging, looking, approving, publishing, going back."""

from __future__ import annotations

import json

import pytest

from annual_review.domain.publication.history import PublicationState
from annual_review.services.publication.publication_store import NOTICE
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR
from tests.integration.operators import Operators
from tests.integration.publishing import (
    SENTINEL,
    challenges,
    files,
    history,
    live,
    publish_ready,
)
from tests.integration.world import World
from tests.unit.cli.commands import Result

PAGE = "2020/authorities/e07000075/index.html"
LETTER = "2020/letters/E07000075.pdf"


@pytest.fixture
def desk(world: World, operators: Operators) -> Operators:
    publish_ready(world)
    return operators


def staged(desk: Operators) -> str:
    """Stage the year and return the name of the publication."""
    result = desk.run("publish", "2020", "--stage", "--by", "Ann")
    assert result.returncode == 0, result.words
    return history(desk.world).get().steps[-1].publication


def published(desk: Operators) -> tuple[str, Result]:
    name = staged(desk)
    assert desk.run("publish", "2020", "--approve", name[:12], "--by", "Ben").returncode == 0
    return name, desk.run("publish", "2020", "--by", "Ben")


def test_a_year_is_staged_looked_at_approved_and_published(desk: Operators) -> None:
    name = staged(desk)
    assert live() == {}

    looked = desk.run("site", "--publication", name[:12], "--out", "site")
    assert looked.returncode == 0, looked.words
    assert (desk.folder / "site" / PAGE).is_file()
    approved = desk.run("publish", "2020", "--approve", name[:12], "--by", "Ben")
    assert "29 July 2020" in approved.words
    result = desk.run("publish", "2020", "--by", "Ben")

    assert result.returncode == 0, result.words
    assert "Public at https://figures.example" in result.words
    public = live()
    notice = json.loads(public.pop(NOTICE))
    assert (notice["publication"], notice["files"]) == (name, len(public))
    looked_at = desk.folder / "site"
    assert public == {path: (looked_at / path).read_bytes() for path in public}
    assert public[LETTER] == b"%PDF"
    assert not [path for path, content in public.items() if SENTINEL.encode() in content]
    assert [step.by for step in history(desk.world).get().steps] == ["Ann", "Ben", "Ben", "Ben"]
    assert "published" in desk.run("status", "2020").words


def test_a_dry_run_lists_what_would_change_and_keeps_nothing(desk: Operators) -> None:
    result = desk.run("publish", "2020", "--dry-run")

    assert result.returncode == 0, result.words
    assert "2020/authorities/e07000076/index.html" in result.words
    assert history(desk.world).get().version == 0


def test_what_nobody_approved_is_not_published(desk: Operators) -> None:
    staged(desk)

    result = desk.run("publish", "2020")

    assert result.returncode == 2
    assert "no publication of 2020 is approved" in result.words
    assert live() == {}


def test_an_open_challenge_keeps_its_authority_out_until_it_is_answered(desk: Operators) -> None:
    added = desk.run(
        "challenge", "add", "2020", ROCHFORD, "--from", "Their office", "--text", "3 were ours"
    )
    assert added.returncode == 0, added.words
    listed = desk.run("challenge", "list", "2020")
    assert listed.returncode == 1
    assert "3 were ours" in listed.words
    assert "1 challenge is open" in desk.run("status", "2020").words
    first, result = published(desk)
    assert "Left out: Council E07000075 (E07000075)" in result.words
    assert LETTER not in live()
    assert b"follow" in live()[PAGE]

    answered = desk.run(
        "challenge", "answer", "2020", ROCHFORD, "--unchanged", "--reason", "they were theirs"
    )
    assert answered.returncode == 0, answered.words
    second, _ = published(desk)

    assert first != second
    assert live()[LETTER] == b"%PDF"
    assert desk.run("challenge", "list", "2020").returncode == 0


def test_peers_of_a_file_are_shown_by_every_publication_from_then_on(desk: Operators) -> None:
    (desk.folder / "peers.csv").write_text(f"code,peer,rank\n{ROCHFORD},{OTHER_DISTRICT},1\n")
    result = desk.run("publish", "2020", "--stage", "--peers", "peers.csv", "--by", "Ann")
    assert result.returncode == 0, result.words
    name = history(desk.world).get().steps[-1].publication
    desk.run("publish", "2020", "--approve", name[:12], "--by", "Ben")
    desk.run("publish", "2020", "--by", "Ben")
    assert b"Its peers, nearest first" in live()[PAGE]
    assert b"data/peers.csv" in live()["data/index.html"]

    desk.run("challenge", "add", "2020", COUNTY, "--from", "They", "--text", "3 were ours")
    second, _ = published(desk)

    assert second != name
    assert b"Its peers, nearest first" in live()[PAGE]
    refused = desk.run("publish", "2020", "--peers", "peers.csv")
    assert (refused.returncode, "goes with --stage" in refused.words) == (2, True)


def test_publish_goes_back_to_what_was_public_before(desk: Operators) -> None:
    first, _ = published(desk)
    before = live()
    desk.run("challenge", "add", "2020", ROCHFORD, "--from", "They", "--text", "3 were ours")
    published(desk)
    assert set(live()) < set(before)
    go_back = ("publish", "2020", "--back-to", first[:12], "--reason", "wrong page", "--by", "Ann")
    refused = desk.run(*go_back)
    assert refused.returncode == 2
    assert f"challenge of {ROCHFORD}" in refused.words
    desk.run("challenge", "answer", "2020", ROCHFORD, "--unchanged", "--reason", "all theirs")

    result = desk.run(*go_back)

    assert result.returncode == 0, result.words
    now = live()
    assert json.loads(now.pop(NOTICE))["publication"] == first
    before.pop(NOTICE)
    assert now == before
    last = history(desk.world).get().steps[-1]
    assert (last.state, last.why) == (PublicationState.LIVE, "wrong page")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["publish", "2020", "--stage", "--dry-run"], "one of --stage"),
        (["publish", "2020", "--approve", "0123456789ab"], "0 publications are called"),
        (["publish", "2020", "--back-to", "abc", "--reason", "x"], "at least 8 characters"),
        (["publish", "2020", "--back-to", "0123456789ab"], "give a reason"),
        (["site", "--out", "site"], "--publication"),
        (["challenge", "answer", "2020", ROCHFORD], "--changed"),
        (["challenge", "answer", "2020", ROCHFORD, "--unchanged"], "why the figures stand"),
        (["challenge", "answer", "2020", ROCHFORD, "--changed", "2"], "re-issue it first"),
        (["challenge", "add", "2020", ROCHFORD, "--from", " ", "--text", "x"], "who objects"),
        (
            ["challenge", "answer", "2020", ROCHFORD, "--unchanged", "--reason", "no"],
            "no open challenge",
        ),
    ],
)
def test_what_can_not_be_done_is_refused_with_the_reason(
    desk: Operators, arguments: list[str], why: str
) -> None:
    result = desk.run(*arguments)

    assert result.returncode == 2
    assert why in result.words
    assert list(files().live_paths()) == []
    assert list(challenges(desk.world).of_year(YEAR)) == []
