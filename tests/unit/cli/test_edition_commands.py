"""`annual-review edition`, as editors call it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from tests.unit.cli.commands import Result, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copytree(SHIPPED_EDITIONS / "2020", tmp_path / "editions" / "2020")
    return tmp_path


def edition(folder: Path, *arguments: str) -> Result:
    return run(folder, "edition", *arguments, "--editions", "editions")


def spoil(folder: Path, old: str, new: str) -> None:
    path = folder / "editions/2020/edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_new_edition_can_be_used_at_once_and_names_what_to_look_at(folder: Path) -> None:
    result = edition(folder, "new", "2027", "--from", "2020")

    assert result.returncode == 0
    copied = load_edition(folder / "editions", ReportingYear(2027))
    assert copied.letter_date.isoformat() == "2027-07-21"
    assert "editions/2027/edition.toml, line 5: moved from Wednesday 2020-07-22" in result.words
    assert "who signs" in result.words
    assert "Then: annual-review edition check 2027" in result.words


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    result = edition(folder, "new", "2027", "--from", "2020", "--dry-run")

    assert result.returncode == 0
    assert "Nothing was changed" in result.words
    assert not (folder / "editions/2027").exists()


def test_an_edition_that_is_there_is_never_overwritten(folder: Path) -> None:
    edition(folder, "new", "2027", "--from", "2020")
    text = folder / "editions/2027/letter.md"
    text.write_text("Mine.", encoding="utf-8")

    result = edition(folder, "new", "2027", "--from", "2020")

    assert result.returncode == 2
    assert "already exists and was not overwritten" in result.words
    assert text.read_text(encoding="utf-8") == "Mine."


@pytest.mark.parametrize("source", ["2019", "2020"])
def test_what_is_missing_or_faulty_is_not_copied(folder: Path, source: str) -> None:
    spoil(folder, "{{ year }}", "{{ yeer }}")

    result = edition(folder, "new", "2027", "--from", source)

    assert result.returncode == 2
    assert f"the edition of {source} can't be copied" in result.words
    assert not (folder / "editions/2027").exists()


def test_where_an_edition_is_missing_the_command_that_copies_one_is_told_with_its_options(
    folder: Path,
) -> None:
    (folder / "editions").rename(folder / "our editions")
    where = ("--editions", "our editions")

    checked = run(folder, "edition", "check", "2027", *where)
    copied = run(folder, "edition", "new", "2027", "--from", "2019", *where, "--dry-run")
    shipped = run(folder, "edition", "check", "2999")

    helping = "annual-review edition new 2027 --from 2020 --editions 'our editions'"
    assert (checked.returncode, copied.returncode) == (1, 2)
    assert f"Copy one: {helping}" in checked.words
    assert f"{helping} --dry-run" in copied.words
    assert "Copy one: annual-review edition new 2999 --from 2026" in shipped.words
    assert "--editions" not in shipped.words


def test_an_edition_in_order_passes(folder: Path) -> None:
    result = edition(folder, "check", "2020")

    assert result.returncode == 0
    assert "The edition of 2020 is in order" in result.words


def test_a_fault_in_the_files_is_told_with_its_line(folder: Path) -> None:
    spoil(folder, "{{ authority }}", "{{ council }}")

    result = edition(folder, "check", "2020")

    assert result.returncode == 1
    assert "edition.toml, line 11: unknown placeholder {{ council }}" in result.words


def test_what_only_the_letters_show_is_told_after_it(folder: Path) -> None:
    spoil(folder, "How many complaints we upheld,", "x" * 100)

    result = edition(folder, "check", "2020")

    assert result.returncode == 1
    assert "edition.toml, line 12: the preheader has" in result.words


def test_editions_are_listed_with_those_that_need_fixing(folder: Path) -> None:
    edition(folder, "new", "2027", "--from", "2020")
    spoil(folder, "letter_date = 2020", "letter_date = 2029")

    result = edition(folder, "list")

    assert result.returncode == 1
    assert "2020 no: annual-review edition check 2020 --editions editions" in result.words
    assert "2027 21 July 2027 28 July 2027 Michael King yes" in result.words


def test_the_shipped_editions_are_those_that_are_meant_if_none_are_named(tmp_path: Path) -> None:
    result = run(tmp_path, "edition", "list")

    assert result.returncode == 0
    assert "2020 22 July 2020" in result.words


def test_a_folder_without_editions_says_what_belongs_there(tmp_path: Path) -> None:
    result = run(tmp_path, "edition", "list", "--editions", ".")

    assert result.returncode == 2
    assert "has no edition" in result.words
