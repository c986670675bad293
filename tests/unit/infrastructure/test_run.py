"""`make run`, as far as it can be tried without the minute that it takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from annual_review.domain.tallies import TallyKey
from infrastructure.local import run
from infrastructure.local.emulator import EmulatorError
from infrastructure.local.run_folder import run_folder
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


def test_a_folder_that_another_run_is_using_is_left_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with run_folder(tmp_path / str(YEAR)) as folder:
        (folder / "letters" / "E07000075.pdf").write_bytes(b"%PDF")

        assert called_with("--out", str(tmp_path)) == 1

        assert (folder / "letters" / "E07000075.pdf").exists()
    assert "another run is using" in capsys.readouterr().err


def test_a_folder_is_free_again_and_emptied_when_a_run_has_ended(tmp_path: Path) -> None:
    with run_folder(tmp_path) as folder:
        (folder / "outbox" / "1.eml").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("mine")

    with run_folder(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            ".run",
            "letters",
            "notes.txt",
            "outbox",
        ]
        assert not list((tmp_path / "outbox").iterdir())


def test_a_folder_that_can_t_be_written_to_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")

    assert called_with("--out", str(tmp_path / "taken")) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert "Not a directory" in line


def test_letters_that_wait_for_an_approval_want_a_system_that_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert called_with("--approval") == 2
    assert "--stay" in capsys.readouterr().err
