"""`make verify-letters`, with the structure checked alone: the validator has tests of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from annual_review.services.letters.rendering import LetterFacts
from infrastructure.verify import run, sample_letters
from infrastructure.verify.verapdf import EngineFailedError, EngineMissingError
from tests.unit.rendering.letters import an_addressee, facts_of
from tests.verify.broken import rewritten, without


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "find_engine", lambda _environment: None)


def status_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        run.main(arguments)
    return ended.value.code


def test_a_folder_of_sound_letters_passes(
    tmp_path: Path, letter: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "E07000075.pdf").write_bytes(letter)

    run.main(["--folder", str(tmp_path)])

    assert "structure alone" in capsys.readouterr().out


def test_a_letter_that_fails_is_named_with_the_rule_and_what_it_means(
    tmp_path: Path, letter: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "within").mkdir()
    (tmp_path / "within" / "E07000075.pdf").write_bytes(rewritten(letter, without("/Lang")))

    assert status_of("--folder", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "within/E07000075.pdf" in said
    assert "letter language: the document does not say in which language" in said


def test_of_very_many_failures_the_first_are_named_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(23):
        (tmp_path / f"{number:02}.pdf").write_bytes(b"Dear Sir or Madam")

    assert status_of("--folder", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "19.pdf" in said
    assert "20.pdf" not in said
    assert "3 more files fail" in said


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--folder", "{empty}"], "no PDF in"),
        (["--edition", "1999"], "there is no edition of 1999"),
    ],
)
def test_wrong_input_is_told_from_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], what: str
) -> None:
    assert status_of(*(each.format(empty=tmp_path) for each in arguments)) == 2
    assert what in capsys.readouterr().err


@pytest.mark.parametrize("error", [EngineMissingError("no Java"), EngineFailedError("no memory")])
def test_an_engine_that_is_needed_and_does_not_work_is_a_failure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    def engine(_environment: object) -> None:
        raise error

    monkeypatch.setattr(run, "find_engine", engine)

    assert status_of("--folder", str(tmp_path)) == 1
    assert f"error: {error}" in capsys.readouterr().err


def test_the_letters_of_an_edition_are_printed_afresh_and_one_that_cannot_be_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def letters(_edition: object) -> Sequence[LetterFacts]:
        return [facts_of(), facts_of(recipient=an_addressee(addressee="Ms 王"))]

    monkeypatch.setattr(sample_letters, "sample_letters", letters)
    monkeypatch.setattr(run, "LETTERS", tmp_path)
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020" / "old.pdf").write_bytes(b"of an earlier run")

    assert status_of("--edition", "2020") == 1
    said = capsys.readouterr().err
    assert "letter unprintable: " in said
    assert "lacks U+738B" in said
    assert [file.name for file in (tmp_path / "2020").iterdir()] == ["E07000075.pdf"]


def test_there_is_a_letter_for_every_authority_of_the_sample_year() -> None:
    edition = sample_letters.adapted_edition(sample_letters.SAMPLE_YEAR)

    letters = sample_letters.sample_letters(edition)

    assert len({facts.letter.authority for facts in letters}) == len(letters) == 354
    assert all(facts.is_sample for facts in letters)
