from __future__ import annotations

from traceback import format_exception

import pytest

from annual_review.adapters.invocation.observation import InvocationError, Observer
from annual_review.services.errors import RefusedError
from tests.integration.conftest import Said
from tests.integration.world import FakeContext

SECRET = "mrs@sentinel.example"  # noqa: S105 (what must not be told, and no password)


@pytest.fixture
def observer(said: Said) -> Observer:
    from functions.close_year import handler  # any function's: its log is the one that is read

    assert said.text == ""
    return handler.observer


def test_a_line_is_a_code_with_ids_and_the_id_of_the_invocation(
    observer: Observer, said: Said
) -> None:
    with observer.invocation(FakeContext()):
        observer.note("letter_prepared", letter="2020-1-E07000075")

    (line,) = said.lines("letter_prepared")
    assert line["letter"] == "2020-1-E07000075"
    assert line["request_id"] == "request-1"
    assert line["level"] == "INFO"
    assert line["service"] == "close_year"


def test_counts_go_to_cloudwatch_and_zeros_do_not(observer: Observer, said: Said) -> None:
    observer.count({"recorded": 3, "stale": 0})
    observer.note("year_closed", "closed", year=2020)

    assert said.counts == {"recorded": 3, "closed": 1}


def test_nothing_counted_is_nothing_said(observer: Observer, said: Said) -> None:
    observer.count({"stale": 0})

    assert said.text == ""


def test_an_error_of_our_own_is_told_with_its_text_and_goes_on(
    observer: Observer, said: Said
) -> None:
    with pytest.raises(RefusedError), observer.invocation(FakeContext()):
        raise RefusedError("PutItem: AccessDeniedException")

    (line,) = said.lines("failed")
    assert (line["error"], line["why"]) == ("RefusedError", "PutItem: AccessDeniedException")


def test_of_any_other_error_only_type_and_place_are_told(observer: Observer, said: Said) -> None:
    with pytest.raises(InvocationError) as caught, observer.invocation(FakeContext()):
        raise KeyError(SECRET)

    (line,) = said.lines("unexpected_error")
    assert line["error"] == "KeyError"
    assert line["at"][-1].startswith("test_observation.py:")
    assert said.counts == {"unexpected_errors": 1}
    assert SECRET not in said.text
    assert str(caught.value) == "KeyError"
    assert f"KeyError: {SECRET!r}" not in "".join(format_exception(caught.value))
