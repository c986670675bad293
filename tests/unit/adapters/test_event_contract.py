"""The contract with casework: schemas and samples, as they lie beside the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from annual_review.adapters.events import SOURCE, event_schemas, parse_event
from annual_review.adapters.files.event_files import write_schemas
from annual_review.domain.cases import CaseState, Compliance, Decision, Withdrawal
from tests.builders import an_event, an_upheld_decision, without
from tests.strategies import case_states

EVENTS = Path(__file__).parents[3] / "events"
SAMPLES = {
    "decision-recorded.json": Decision,
    "decision-withdrawn.json": Withdrawal,
    "compliance-recorded.json": Compliance,
}
SCHEMAS = {
    "Decision Recorded": "decision-recorded.v1.json",
    "Decision Withdrawn": "decision-withdrawn.v1.json",
    "Compliance Recorded": "compliance-recorded.v1.json",
}


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "samples" / name).read_text(encoding="utf-8"))
    return event


def validator(event: dict[str, Any]) -> Draft202012Validator:
    """Return what checks the detail of an event against the schema that is published for it."""
    schema = json.loads((EVENTS / "schemas" / SCHEMAS[event["detail-type"]]).read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize("name", event_schemas())
def test_the_published_schemas_are_those_of_the_code(name: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)

    expected, published = (tmp_path / name).read_bytes(), (EVENTS / "schemas" / name).read_bytes()
    assert published == expected, f"events/schemas/{name} has drifted: call write_schemas()"


def test_no_schema_is_published_that_the_code_does_not_know() -> None:
    assert {path.name for path in (EVENTS / "schemas").iterdir()} == event_schemas().keys()


@pytest.mark.parametrize("name", event_schemas())
def test_every_schema_is_a_sound_one(name: str) -> None:
    Draft202012Validator.check_schema(event_schemas()[name])


def test_there_is_one_sample_of_every_event() -> None:
    assert {path.name for path in (EVENTS / "samples").glob("*.json")} == SAMPLES.keys()
    assert {sample(name)["detail-type"] for name in SAMPLES} == SCHEMAS.keys()


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items())
def test_every_sample_is_taken(name: str, kind: type[CaseState]) -> None:
    assert isinstance(parse_event(json.dumps(sample(name))), kind)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_agrees_with_its_schema(name: str) -> None:
    event = sample(name)

    validator(event).validate(event["detail"])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_a_whole_event_as_eventbridge_delivers_it(name: str) -> None:
    event = sample(name)

    assert event["source"] == SOURCE
    assert event["account"] == "111122223333"
    assert event.keys() == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources"),
        "detail",
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_shows_every_field(name: str) -> None:
    event = sample(name)

    properties = event_schemas()[SCHEMAS[event["detail-type"]]]["properties"]
    assert isinstance(properties, dict)
    assert event["detail"].keys() == properties.keys()


@given(case_states())
def test_every_state_travels_as_an_event_that_agrees_with_its_schema(state: CaseState) -> None:
    event = an_event(state)

    validator(event).validate(event["detail"])
    assert parse_event(json.dumps(event)) == state


@pytest.mark.parametrize(
    "event",
    [
        without(an_event(), "version"),
        an_event(version="1"),
        an_event(version=0),
        an_event(version=True),
        an_event(schema_version=2),
        an_event(outcome="partly_upheld"),
        an_event(subject="Gardens"),
        an_event(satisfactory_remedy="no"),
        an_event(decided_on="05/11/2019"),
        an_event(decided_on="2019-02-30"),
        an_event(case_reference=""),
        an_event(public_report="bell \x07"),
        an_event(service_improvements="none"),
    ],
    ids=range(13),
)
def test_the_schema_too_refuses_what_the_code_refuses(event: dict[str, Any]) -> None:
    assert not validator(event).is_valid(event["detail"])


def test_the_schema_lets_casework_grow() -> None:
    event = an_event(an_upheld_decision(), priority="high")

    assert validator(event).is_valid(event["detail"])
