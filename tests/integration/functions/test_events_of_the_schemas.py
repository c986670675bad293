"""Whatever the published schemas allow is recorded, or refused for a reason that is written down.

And whatever they forbid goes to the dead letters at once, whole, while its neighbours are recorded:
through the handler, on AWS in memory.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from annual_review.adapters.events import parse_event
from annual_review.domain.cases import CaseState
from annual_review.services.recording.messages import RejectedEventError
from functions.record_decisions import handler
from infrastructure.local.project import ROOT
from tests.builders import a_compliance_outcome, a_message, a_register, messages
from tests.integration.world import (
    BUCKET,
    TABLE,
    FakeContext,
    deployed_beside_the_fake_table,
    handed_back,
    sqs_event,
)
from tests.schemas import SCHEMAS, details, spoilt_details

KINDS = st.sampled_from(sorted(SCHEMAS))
VALIDATORS: Final[dict[str, Any]] = {
    kind: Draft202012Validator(schema) for kind, schema in SCHEMAS.items()
}
BEYOND_THE_SCHEMA: Final = {
    "unknown_authority": "the register decides",
    "before_authority_existed": "the register decides",
    "version_contradicts": "what is stored decides",
    "remedy_without_upheld": "two fields decide together",
    "dated_after_recorded": "two fields decide together",
    "invalid_field": "a date that is written otherwise, in no calendar, or before the office began",
}
DATES: Final = {"date_format", "date_impossible", "date_out_of_range"}
"""A validator takes `format` as a remark; these are our words for a date that can't be."""


def envelopes(details_of: Any) -> st.SearchStrategy[dict[str, Any]]:  # noqa: ANN401 (a strategy of each kind)
    return KINDS.flatmap(
        lambda kind: details_of(kind).map(
            lambda detail: {"source": "ombudsman.casework", "detail-type": kind, "detail": detail}
        )
    )


def check_that_the_schema_leaves_it_to_us(reason: str) -> None:
    code = reason.partition(":")[0]
    assert code in BEYOND_THE_SCHEMA, reason
    if code == "invalid_field":
        assert re.search(r"\((\w+)\)", reason)[1] in DATES, reason  # type: ignore[index]


@settings(max_examples=150)
@given(envelopes(details))
def test_what_a_schema_allows_is_taken_or_refused_for_a_reason_beyond_it(
    sound: dict[str, Any],
) -> None:
    VALIDATORS[sound["detail-type"]].validate(sound["detail"])

    try:
        state = parse_event(json.dumps(sound))
    except RejectedEventError as rejection:
        check_that_the_schema_leaves_it_to_us(rejection.reason)
        note(rejection.reason.partition(":")[0])
    else:
        assert state.reference == " ".join(sound["detail"]["case_reference"].upper().split())
        assert state.version == sound["detail"]["version"]
        note("taken")


@settings(max_examples=150)
@given(envelopes(spoilt_details))
def test_what_a_schema_forbids_is_never_taken(spoilt: dict[str, Any]) -> None:
    is_valid = VALIDATORS[spoilt["detail-type"]].is_valid(spoilt["detail"])

    try:
        parse_event(json.dumps(spoilt))
    except RejectedEventError as rejection:
        if is_valid:
            check_that_the_schema_leaves_it_to_us(rejection.reason)
        note("valid, refused" if is_valid else "forbidden")
    else:
        assert is_valid
        note("valid, taken")


def read(body: str) -> CaseState | str:
    """Return what an event says, or the reason for which it can't be read."""
    try:
        return parse_event(body)
    except RejectedEventError as rejection:
        return rejection.reason


@settings(max_examples=15)
@given(st.lists(envelopes(spoilt_details) | envelopes(details), min_size=1, max_size=6))
def test_each_is_recorded_or_a_dead_letter_whole_and_its_neighbours_are_recorded(
    arriving: list[dict[str, Any]],
) -> None:
    neighbours = [a_compliance_outcome(f"NEIGHBOUR {n}") for n in range(len(arriving) + 1)]
    batch = messages(*(each for pair in zip(neighbours, arriving, strict=False) for each in pair))
    batch.append(a_message(neighbours[-1], "last"))
    said = {message.body: read(message.body) for message in batch}
    states = [each for each in said.values() if not isinstance(each, str)]
    with (
        pytest.MonkeyPatch.context() as environment,
        deployed_beside_the_fake_table(environment) as world,
    ):
        environment.setenv("TABLE_NAME", TABLE)
        environment.setenv("BUCKET_NAME", BUCKET)
        environment.setenv("DEAD_LETTER_QUEUE_URL", world.urls["decisions-dead"])
        world.knows(a_register(*{state.authority for state in states}), {})
        handler.service.cache_clear()

        assert handed_back(handler.lambda_handler(sqs_event(*batch), FakeContext())) == []

        dead = {letter.body: letter.reason for letter in world.dead_letters("decisions-dead")}
        stored = world.cases.load({state.key for state in states})
    for body, content in said.items():
        if isinstance(content, str):
            assert dead.pop(body) == content
        elif body in dead:
            assert str(dead.pop(body)).startswith(("version_contradicts", "implausible_version"))
        else:
            assert stored[content.key].version >= content.version
    assert not dead, "every dead letter is one of the messages, whole"
    for neighbour in neighbours:
        assert stored[neighbour.key] == neighbour


@pytest.mark.parametrize("code", BEYOND_THE_SCHEMA)
def test_a_reason_beyond_the_schemas_is_in_the_runbook(code: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
