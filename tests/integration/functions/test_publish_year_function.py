from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from annual_review.adapters.dynamodb.phase_table import DynamoDBPhaseStore
from annual_review.domain.publication.challenges import Challenge
from annual_review.domain.year_phases import YearPhase
from annual_review.services.publication.publication_store import NOTICE
from annual_review.services.publication.publish_year import NotPublishedError
from functions.publish_year import handler
from tests.builders import NOON, ROCHFORD, YEAR
from tests.integration.conftest import Said
from tests.integration.publishing import (
    CONTENTS,
    an_approved_publication,
    challenges,
    history,
    live,
    publish_ready,
)
from tests.integration.world import FakeContext, World


@pytest.fixture
def year(deployed: World) -> World:
    """A complete year with a small publication that is approved."""
    publish_ready(deployed)
    an_approved_publication(deployed)
    return deployed


def publish(**event: object) -> dict[str, Any]:
    return handler.lambda_handler(event or {"year": 2020}, FakeContext())


def test_what_was_approved_becomes_public_and_the_year_is_published(
    year: World, said: Said
) -> None:
    done = publish(scheduled_at="2020-07-29T08:30:00Z")

    public = live()
    notice = json.loads(public.pop(NOTICE))
    assert public == CONTENTS
    assert (done["files"], done["publication"]) == (len(CONTENTS), notice["publication"])
    assert DynamoDBPhaseStore(year.table).get(YEAR).phase is YearPhase.PUBLISHED
    (line,) = said.lines("year_published")
    assert (line["year"], line["was_live"]) == (2020, False)


def test_publishing_twice_is_publishing_once(year: World) -> None:
    publish()
    before = history(year).get()

    assert publish()["was_live"]
    assert history(year).get() == before


def test_before_the_day_of_the_edition_nothing_is_public_whoever_asks(
    year: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tomorrow:
        publication_date = date.max

    monkeypatch.setattr(handler, "edition_dates", lambda *_: Tomorrow)

    with pytest.raises(NotPublishedError, match="is published on 9999-12-31"):
        publish()

    assert live() == {}
    assert year.urls


def test_an_open_challenge_that_the_publication_does_not_know_stops_it(year: World) -> None:
    challenge = Challenge(YEAR, ROCHFORD, 1, "They", NOON, "3 were ours", "a.person")
    challenges(year).add(challenge)

    with pytest.raises(NotPublishedError, match=ROCHFORD):
        publish()

    assert live() == {}
