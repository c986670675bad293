"""What an edition still holds of its making, told to its editors at its line."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from annual_review.rendering.checks.edition_content import content_faults
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from tests.builders import YEAR


def found(folder: Path, name: str = "", old: str = "", new: str = "") -> list[str]:
    """What is found in the edition of 2020 once a text of it is another."""
    copytree(SHIPPED_EDITIONS / "2020", folder / "2020")
    if name:
        path = folder / "2020" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    settings, text = (
        (folder / "2020" / each).read_text(encoding="utf-8")
        for each in ("edition.toml", "letter.md")
    )
    faults = content_faults(load_edition(folder, YEAR), settings, text)
    return [f"{each.file}:{each.line}: {each.what}" for each in faults]


def test_a_finished_edition_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    "leftover",
    ["[date]", "[…]", "[...]", "«name»", "TODO", "todo:", "XXX", "on XX July", "TBC", "____", "??"],
)
def test_what_was_left_to_be_filled_in_is_found_wherever_it_is_printed(
    tmp_path: Path, leftover: str
) -> None:
    (in_text,) = found(tmp_path / "a", "letter.md", "Each summer I", f"Each summer {leftover} I")
    (in_settings,) = found(tmp_path / "b", "edition.toml", '"By email"', f'"By {leftover}"')

    assert in_text.startswith("letter.md:2: “")
    assert "was left to be filled in" in in_text
    assert in_settings.startswith("edition.toml:12: “")


@pytest.mark.parametrize("link", ["[](https://a.example)", "[ ](https://a.example)"])
def test_a_link_without_text_is_found(tmp_path: Path, link: str) -> None:
    (fault,) = found(tmp_path, "letter.md", "Each summer I", f"Each summer {link} I")

    assert fault.startswith("letter.md:2: the link to https://a.example has no text")


@pytest.mark.parametrize("bullet", ["-", "- …", "- **–**", "- [](https://a.example)"])
def test_an_empty_bullet_is_found(tmp_path: Path, bullet: str) -> None:
    first, *_ = found(tmp_path, "letter.md", "- [Our map", f"{bullet}\n- [Our map")

    assert "an empty bullet" in first
    assert first.startswith("letter.md:49:")


@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("letter_date", "2021-07-22", "`letter_date` is 2021-07-22: the letters of 2020"),
        ("letter_date", "2020-07-25", "`letter_date` is Saturday 2020-07-25"),
        ("publication_date", "2020-08-02", "`publication_date` is Sunday 2020-08-02"),
    ],
)
def test_a_day_in_another_year_or_on_a_weekend_is_found(
    tmp_path: Path, name: str, day: str, said: str
) -> None:
    old = "2020-07-22" if name == "letter_date" else "2020-07-29"
    late = "publication_date = 2021-07-29" if day.startswith("2021") else ""
    new = f"{name} = {day}" + ("\n" if late else "")
    if late:
        old_lines = "letter_date = 2020-07-22\npublication_date = 2020-07-29"
        faults = found(tmp_path, "edition.toml", old_lines, f"{new}{late}")
    else:
        faults = found(tmp_path, "edition.toml", f"{name} = {old}", new)

    assert said in faults[0]
    assert faults[0].startswith(f"edition.toml:{5 if name == 'letter_date' else 6}:")


@pytest.mark.parametrize("name", ["The Ombudsman", "Name Surname", "[Name]", "N. N.", "TBC"])
def test_a_signatory_who_is_nobody_is_found(tmp_path: Path, name: str) -> None:
    faults = found(tmp_path, "edition.toml", '"Michael King"', f'"{name}"')

    assert faults[0].startswith("edition.toml:41: “")
