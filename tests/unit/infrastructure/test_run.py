"""`make run`, as far as it can be tried without the minute that it takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from annual_review.domain.tallies import TallyKey
from infrastructure.local import run
from infrastructure.local.emulator import EmulatorError
from infrastructure.local.system import LocalSystem
from infrastructure.local.year_end import YearEndError
from tests.builders import ROCHFORD, YEAR, a_tally


def called_with(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def ending_with(error: Exception) -> Callable[..., AbstractContextManager[LocalSystem]]:
    """Stand in for the system: it does not come up."""

    def system(*_arguments: object, **_options: object) -> AbstractContextManager[LocalSystem]:
        raise error

    return system


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert called_with("--help") == 0
    assert "--seed" in capsys.readouterr().out


def test_what_is_missing_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    error = EmulatorError("local AWS is not installed: .venvs/ministack is missing")
    monkeypatch.setattr(run, "local_system", ending_with(error))

    assert called_with("--out", str(tmp_path)) == 1
    assert "local AWS is not installed" in capsys.readouterr().err


def test_a_wrong_option_is_refused() -> None:
    assert called_with("--seed", "many") == 2


def test_figures_that_are_not_those_of_the_events_end_the_run() -> None:
    key = TallyKey(ROCHFORD, YEAR)

    with pytest.raises(run.InexactError, match=ROCHFORD):
        run.check_tallies({key: a_tally(upheld=2)}, {key: a_tally(upheld=1)})


def test_a_step_that_fails_ends_the_run_with_what_the_functions_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    error = YearEndError("3 of 4 done, and nothing moves any more")
    monkeypatch.setattr(run, "local_system", ending_with(error))

    assert called_with("--out", str(tmp_path)) == 1
    assert "nothing moves any more" in capsys.readouterr().err


def test_its_mail_modes_are_those_of_the_system() -> None:
    assert called_with("--mail", "somewhere") == 2
