import gc
from collections.abc import Iterator

import pytest

from annual_review.adapters.invocation.at_start import at_start, begin_start


@pytest.fixture
def on_lambda(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "close-year")
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("on_lambda")
def test_on_lambda_a_function_is_wired_while_it_is_imported() -> None:
    wired: list[str] = []

    @at_start
    def service() -> None:
        wired.append("once")

    assert wired == ["once"]
    service()
    assert wired == ["once"]


def test_elsewhere_it_is_wired_when_it_is_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    wired: list[str] = []

    @at_start
    def service() -> None:
        wired.append("once")

    assert wired == []
    service()
    service()
    assert wired == ["once"]


@pytest.mark.usefixtures("on_lambda")
def test_what_fails_at_the_start_is_told_by_the_first_invocation() -> None:
    @at_start
    def service() -> None:
        raise LookupError("TABLE_NAME")

    with pytest.raises(LookupError, match="TABLE_NAME"):
        service()


@pytest.mark.usefixtures("on_lambda")
def test_nothing_looks_for_garbage_until_a_function_is_wired_and_then_not_in_what_stays() -> None:
    begin_start()
    looked: list[bool] = []

    @at_start
    def service() -> None:
        looked.append(gc.isenabled())

    assert service.cache_info().currsize == 1
    assert (looked, gc.isenabled()) == ([False], True)
    assert gc.get_freeze_count() > 0
