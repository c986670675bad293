"""How the command ends when something goes wrong: one exit code for one kind of trouble."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from annual_review.console import EXIT_CODES, Exit
from annual_review.services.errors import MissingError, PortError, RefusedError, UnavailableError
from tests.unit.cli.commands import run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MissingError("there is none of this name"), Exit.WRONG_INPUT),
        (RefusedError("AccessDenied"), Exit.AWS_FAILED),
        (UnavailableError("no answer"), Exit.AWS_FAILED),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ("status", "2020"),
        ("dead-letters", "list"),
        ("paragraphs", "list", "2020"),
        ("approve", "2020"),
    ],
    ids=lambda command: command[0],
)
def test_a_failure_of_aws_ends_with_four_and_a_name_that_is_wrong_with_two(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    error: PortError,
    code: Exit,
) -> None:
    def fail(_name: str, _clock: object) -> NoReturn:
        raise error

    monkeypatch.setattr("annual_review.wiring.system.find_stack", fail)

    result = run(tmp_path, *command)

    assert result.returncode == code
    assert "check the AWS profile" in result.words


def test_the_help_tells_what_each_exit_code_means(tmp_path: Path) -> None:
    told = run(tmp_path, "--help").words

    assert set(EXIT_CODES) == set(Exit)
    for code, meaning in EXIT_CODES.items():
        assert f"{code.value} {meaning}" in told
