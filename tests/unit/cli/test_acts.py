"""What the commands that deal with letters say of those they left."""

from __future__ import annotations

import getpass

import pytest

from annual_review.cli.acts import act_of, show_done
from annual_review.console import CommandError
from annual_review.domain.letters import LetterState
from annual_review.services.letters.letter import LeftLetter, LettersDone
from tests.builders import YEAR, a_letter_id, a_register


def said(capsys: pytest.CaptureFixture[str], *left: LeftLetter) -> str:
    show_done(YEAR, "Held", LettersDone((), left), a_register)
    return " ".join(capsys.readouterr().out.split())


def test_no_letter_is_listed_where_none_was_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys).endswith("Held 0 Left 0")


def test_each_letter_is_listed_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    left = LeftLetter(a_letter_id(), LetterState.HELD, "held by a person")

    assert "E07000075 Council E07000075 held held by a person" in said(capsys, left)


def test_of_many_with_the_same_reason_the_number_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    delivered = [
        LeftLetter(a_letter_id(f"E{number:08}"), LetterState.DELIVERED, "sent already")
        for number in range(300)
    ]
    one = LeftLetter(a_letter_id(), LetterState.FAILED, "failed: fix the cause")

    listed = said(capsys, *delivered, one)

    assert "E07000075 Council E07000075 failed failed: fix the cause" in listed
    assert "300 letters delivered sent already" in listed
    assert "E00000007" not in listed


def test_where_nobody_is_logged_in_a_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nobody)

    with pytest.raises(CommandError, match="--by"):
        act_of(" ")
    assert act_of(" the data team ").by == "the data team"
