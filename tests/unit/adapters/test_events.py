from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from annual_review.adapters.events import parse_event
from annual_review.domain.cases import (
    CaseState,
    ComplianceOutcome,
    DecisionOutcome,
    Subject,
    Withdrawal,
)
from annual_review.services.recording.messages import RejectedEventError
from tests.builders import (
    a_compliance_outcome,
    a_decision,
    a_withdrawal,
    an_event,
    an_upheld_decision,
    without,
)

DECISION, WITHDRAWAL, COMPLIANCE = an_upheld_decision(), a_withdrawal(), a_compliance_outcome()


def parsed(event: object) -> CaseState:
    return parse_event(json.dumps(event))


def reason(body: str | bytes | dict[str, Any] | list[Any]) -> str:
    """Return why an event is rejected."""
    with pytest.raises(RejectedEventError) as rejection:
        parse_event(body if isinstance(body, str | bytes) else json.dumps(body))
    return rejection.value.reason


def with_field(field: str, value: object) -> dict[str, Any]:
    event = an_event()
    return event | {"detail": event["detail"] | {field: value}}


class TestWhatIsTaken:
    @pytest.mark.parametrize("outcome", DecisionOutcome)
    def test_a_decision_is_read_whole(self, outcome: DecisionOutcome) -> None:
        state = a_decision(
            outcome,
            "19 004/321.B-7",
            version=7,
            decided_on=date(2020, 2, 29),
            subject=Subject.EDUCATION_AND_CHILDRENS_SERVICES,
            service_improvements=["Train staff.", "Two\nlines,\ta tab – and “quotes”."],
            public_report="https://ombudsman.example/reports/1",
        )

        assert parsed(an_event(state)) == state

    def test_a_satisfactory_remedy_is_read(self) -> None:
        state = an_upheld_decision(satisfactory_remedy=True)

        assert parsed(an_event(state)) == state

    @pytest.mark.parametrize("subject", Subject)
    def test_every_subject_is_known(self, subject: Subject) -> None:
        state = an_upheld_decision(subject=subject)

        assert parsed(an_event(state)) == state

    def test_a_withdrawal_is_read_whole(self) -> None:
        state = parsed(an_event(a_withdrawal(reason="Name withheld")))

        assert isinstance(state, Withdrawal)
        assert state == a_withdrawal(reason="Name withheld")

    @pytest.mark.parametrize("outcome", ComplianceOutcome)
    def test_a_compliance_outcome_is_read_whole(self, outcome: ComplianceOutcome) -> None:
        state = a_compliance_outcome(outcome=outcome)

        assert parsed(an_event(state)) == state

    def test_unknown_fields_are_ignored_so_that_casework_can_grow(self) -> None:
        event = an_event(priority="high", links=[{"rel": "self"}], schema_note=None)

        assert parsed(event | {"replay-name": "x", "resources": [1]}) == DECISION

    def test_an_event_without_schema_version_is_of_version_1(self) -> None:
        assert parsed(without(an_event(), "schema_version")) == DECISION

    @pytest.mark.parametrize("field", ["service_improvements", "public_report"])
    def test_what_may_be_empty_may_be_left_out(self, field: str) -> None:
        assert parsed(without(an_event(), field)) == DECISION

    @pytest.mark.parametrize(
        ("written", "moment"),
        [
            ("2019-11-05T10:00:00Z", datetime(2019, 11, 5, 10, tzinfo=UTC)),
            ("2019-11-05T10:00:00.123456789Z", datetime(2019, 11, 5, 10, 0, 0, 123456, UTC)),
            ("2019-07-01T00:30:00+01:00", datetime(2019, 6, 30, 23, 30, tzinfo=UTC)),
        ],
    )
    def test_moments_are_kept_in_utc_however_they_were_written(
        self, written: str, moment: datetime
    ) -> None:
        state = parsed(an_event(decided_on="2019-07-01", recorded_at=written))

        assert state.recorded_at == moment
        assert state.recorded_at.tzinfo is UTC

    def test_the_largest_version_that_json_readers_agree_on_is_taken(self) -> None:
        assert parsed(an_event(version=2**53 - 1)).version == 2**53 - 1

    def test_bytes_are_read_like_text(self) -> None:
        assert parse_event(json.dumps(an_event()).encode()) == DECISION


class TestTheEnvelope:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            " ",
            "not json",
            "{",
            '{"a": 1,}',
            "{'a': 1}",
            "\ufeff{}",
            '{"a": "\\ud800"}',
            b"\xff\xfe",
            b'{"a": "\xff"}',
            "[" * 100_000,
            json.dumps(an_event()) + "}",
        ],
        ids=lambda body: repr(body)[:20],
    )
    def test_what_is_not_json_says_so(self, body: str | bytes) -> None:
        assert reason(body) == "not_json"

    def test_a_text_that_was_never_unicode_says_so(self) -> None:
        # How a file of events hands on bytes that are no UTF-8.
        assert reason(json.dumps(an_event())[:-1] + ', "x": "\udcff"}') == "not_utf8"

    @pytest.mark.parametrize("body", ["[]", "5", "null", '"text"', "{}", "[{}]"])
    def test_json_that_is_no_event_is_a_wrong_envelope(self, body: str) -> None:
        assert reason(body) == "wrong_envelope: event"

    @pytest.mark.parametrize("source", [None, 5, "", "ombudsman.Casework", "aws.s3", ["x"], {}])
    def test_another_source_is_a_wrong_envelope(self, source: object) -> None:
        assert reason(an_event() | {"source": source}) == "wrong_envelope: source"

    @pytest.mark.parametrize(
        ("field", "expected"),
        [
            ("source", "wrong_envelope: source"),
            ("detail-type", "wrong_envelope: event"),
            ("detail", "missing_field: detail"),
        ],
    )
    def test_a_missing_part_of_the_envelope_is_named(self, field: str, expected: str) -> None:
        event = an_event()
        del event[field]

        assert reason(event) == expected

    @pytest.mark.parametrize(
        "detail_type", ["Decision Deleted", "decision recorded", "Decision Recorded ", "", None, 5]
    )
    def test_a_type_that_is_not_ours_is_unknown(self, detail_type: object) -> None:
        assert reason(an_event() | {"detail-type": detail_type}) == "unknown_type"

    @pytest.mark.parametrize("detail", [None, 5, "text", [], [an_event()["detail"]]])
    def test_a_detail_that_is_no_object_is_invalid(self, detail: object) -> None:
        assert reason(an_event() | {"detail": detail}) == "invalid_field: detail (model_type)"


class TestTheDetail:
    @pytest.mark.parametrize(
        ("state", "field"),
        [
            (state, field)
            for state in (DECISION, WITHDRAWAL, COMPLIANCE)
            for field in an_event(state)["detail"]
            if field not in {"schema_version", "service_improvements", "public_report"}
        ],
        ids=lambda value: value if isinstance(value, str) else type(value).__name__,
    )
    def test_a_missing_field_is_named(self, state: CaseState, field: str) -> None:
        assert reason(without(an_event(state), field)) == f"missing_field: detail.{field}"

    @pytest.mark.parametrize(
        ("field", "value", "kind"),
        [
            ("version", "1", "int_type"),
            ("version", True, "int_type"),
            ("version", 1.0, "int_type"),
            ("version", None, "int_type"),
            ("version", 0, "greater_than_equal"),
            ("version", -1, "greater_than_equal"),
            ("version", 2**53, "less_than_equal"),
            ("version", 10**400, "less_than_equal"),
            ("schema_version", 2, "less_than_equal"),
            ("schema_version", 0, "greater_than_equal"),
            ("schema_version", True, "int_type"),
            ("schema_version", "1", "int_type"),
            ("case_reference", 19012345, "string_type"),
            ("case_reference", "", "string_pattern_mismatch"),
            ("case_reference", "\t19012345", "string_pattern_mismatch"),
            ("case_reference", "19012345\n", "string_pattern_mismatch"),
            ("case_reference", "19012345\x00", "string_pattern_mismatch"),
            ("case_reference", "1" * 65, "string_pattern_mismatch"),
            ("case_reference", "१९", "string_pattern_mismatch"),
            ("case_reference", "A#B", "string_pattern_mismatch"),
            ("authority", None, "string_type"),
            ("authority", "E07000075 ", "string_pattern_mismatch"),
            ("authority", "E07 000075", "string_pattern_mismatch"),
            ("authority", "E" * 21, "string_pattern_mismatch"),
            ("decided_on", "2019-02-30", "date_impossible"),
            ("decided_on", "2019-02-29", "date_impossible"),
            ("decided_on", "2019-13-01", "date_impossible"),
            ("decided_on", "05/11/2019", "date_format"),
            ("decided_on", "2019-11-05T00:00:00Z", "date_format"),
            ("decided_on", "20191105", "date_format"),
            ("decided_on", "1572912000", "date_format"),
            ("decided_on", 1572912000, "date_format"),
            ("decided_on", "२०१९-११-०५", "date_format"),
            ("decided_on", None, "date_format"),
            ("decided_on", "1974-03-31", "date_out_of_range"),
            ("decided_on", "3000-01-01", "date_out_of_range"),
            ("recorded_at", "2019-11-05", "date_format"),
            ("recorded_at", "2019-11-05T10:00:00", "date_format"),
            ("recorded_at", "2019-11-05 10:00:00Z", "date_format"),
            ("recorded_at", "2019-11-05T10:00:00+25:00", "date_impossible"),
            ("recorded_at", "2019-11-05T10:61:00Z", "date_impossible"),
            ("recorded_at", 1572912000, "date_format"),
            ("outcome", "Upheld", "enum"),
            ("outcome", "partly_upheld", "enum"),
            ("outcome", "on_time", "enum"),
            ("outcome", 1, "enum"),
            ("outcome", None, "enum"),
            ("satisfactory_remedy", "false", "bool_type"),
            ("satisfactory_remedy", 0, "bool_type"),
            ("satisfactory_remedy", None, "bool_type"),
            ("subject", "Planning and Development", "enum"),
            ("subject", "housing", "enum"),
            ("service_improvements", "Train staff.", "list_type"),
            ("service_improvements", None, "list_type"),
            ("service_improvements", ["x"] * 41, "too_long"),
            ("public_report", 5, "string_type"),
            ("public_report", "", "string_too_short"),
            ("public_report", "x" * 2001, "string_too_long"),
            ("public_report", "bell \x07", "string_pattern_mismatch"),
            pytest.param("public_report", "x" * 2**20, "string_too_long", id="1 MB of text"),
        ],
        ids=lambda value: repr(value)[:30],
    )
    def test_a_field_of_the_wrong_shape_is_named_with_what_is_wrong(
        self, field: str, value: object, kind: str
    ) -> None:
        assert reason(with_field(field, value)) == f"invalid_field: detail.{field} ({kind})"

    @pytest.mark.parametrize("value", ["", "\x1b[31m", "x" * 2001, 5, None])
    def test_a_list_is_named_with_the_position_of_what_is_wrong(self, value: object) -> None:
        found = reason(an_event(service_improvements=["fine", value]))

        assert found.startswith("invalid_field: detail.service_improvements.1 (")

    @pytest.mark.parametrize("value", ["", None, 5, "nul \x00", "c1 \x85", "del \x7f"])
    def test_a_withdrawal_says_why_in_printable_words(self, value: object) -> None:
        found = reason(an_event(WITHDRAWAL, reason=value))

        assert found.startswith("invalid_field: detail.reason (")

    @pytest.mark.parametrize("value", ["upheld", "LATE", "", None, True])
    def test_a_compliance_outcome_has_outcomes_of_its_own(self, value: object) -> None:
        assert reason(an_event(COMPLIANCE, outcome=value)) == "invalid_field: detail.outcome (enum)"

    @pytest.mark.parametrize(
        "outcome", [each for each in DecisionOutcome if each is not DecisionOutcome.UPHELD]
    )
    def test_a_remedy_without_an_upheld_decision_is_a_reason_of_its_own(
        self, outcome: DecisionOutcome
    ) -> None:
        event = an_event(a_decision(outcome), satisfactory_remedy=True)

        assert reason(event) == "remedy_without_upheld: detail.satisfactory_remedy"

    @pytest.mark.parametrize(
        ("state", "field"),
        [
            (DECISION, "decided_on"),
            (WITHDRAWAL, "withdrawn_on"),
            (COMPLIANCE, "recorded_on"),
        ],
        ids=["decision", "withdrawal", "compliance"],
    )
    def test_a_day_that_had_not_come_when_it_was_recorded_is_a_typing_error(
        self, state: CaseState, field: str
    ) -> None:
        dated = {field: "2019-06-02"}

        # Half past midnight in London is the day before in UTC, as long as it is summer.
        parsed(an_event(state, recorded_at="2019-06-01T23:30:00Z", **dated))
        assert reason(an_event(state, recorded_at="2019-06-01T22:30:00Z", **dated)) == (
            f"dated_after_recorded: detail.{field}"
        )

    @pytest.mark.parametrize(
        ("state", "detail_type"),
        [(WITHDRAWAL, "Decision Recorded"), (COMPLIANCE, "Decision Withdrawn")],
        ids=["withdrawal", "compliance"],
    )
    def test_a_detail_under_the_name_of_another_type_lacks_fields(
        self, state: CaseState, detail_type: str
    ) -> None:
        assert reason(an_event(state) | {"detail-type": detail_type}).startswith("missing_field: ")


@pytest.mark.parametrize("written", ["ABC1", "AbC1", "abc1", " AbC1  "])
def test_a_reference_names_one_case_however_it_is_typed(written: str) -> None:
    assert parsed(an_event(case_reference=written)).reference == "ABC1"


def test_blanks_within_a_reference_count_once() -> None:
    assert parsed(an_event(case_reference="19  012 a")).reference == "19 012 A"
