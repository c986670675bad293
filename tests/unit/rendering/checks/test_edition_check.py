"""What only shows when the letters of an edition are printed, told to its editors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.checks.edition_check import check_letters
from annual_review.rendering.checks.variants import variants_of
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.edition_copy import copy_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from tests.builders import YEAR
from tests.unit.rendering.letters import facts_of

Edit = Callable[[str, str, str], None]


@pytest.fixture
def editions(tmp_path: Path) -> Path:
    copytree(SHIPPED_EDITIONS / "2020", tmp_path / "editions" / "2020")
    return tmp_path / "editions"


@pytest.fixture
def edit(editions: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        path = editions / "2020" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def found(editions: Path) -> list[str]:
    folder = editions / "2020"
    findings = check_letters(folder, load_edition(editions, YEAR), {"a variant": facts_of()})
    return [str(each).removeprefix(f"{folder}/") for each in findings]


@pytest.mark.parametrize("year", edition_years(SHIPPED_EDITIONS), ids=str)
def test_every_edition_that_ships_is_in_order_with_every_variant(year: ReportingYear) -> None:
    edition = load_edition(SHIPPED_EDITIONS, year)
    letters = {variant.name: variant.facts for variant in variants_of(edition)}
    steps: list[tuple[int, int]] = []

    findings = check_letters(
        SHIPPED_EDITIONS / str(year), edition, letters, lambda *step: steps.append(step)
    )

    # Who signs the letters of 2026 is not known: whoever sends them writes the name.
    unsigned = [] if edition.signatory.name == "Michael King" else ["“The Ombudsman” is nobody's"]
    assert [each.what[: len("“The Ombudsman” is nobody's")] for each in findings] == unsigned
    assert steps[-1] == (len(letters), len(letters))


def test_a_text_of_three_pages_is_too_long(editions: Path, edit: Edit) -> None:
    edit("letter.md", "People who complain", "Once more, in other words. " * 250 + "\n\nPeople who")

    (finding,) = found(editions)

    assert finding == (
        "letter.md: the text fills 3 pages, 2 at most; shorten it (letters: a variant)"
    )


def test_what_is_wrong_with_many_letters_is_told_once(editions: Path) -> None:
    text = editions / "2020" / "letter.md"
    wrong = "75% of the complaints we investigated were upheld."
    too_much = "\n\nOne sentence more than anybody reads. " * 900
    text.write_text(text.read_text(encoding="utf-8") + f"\n{wrong}{too_much}\n", encoding="utf-8")
    edition = load_edition(editions, YEAR)
    letters = {each.name: each.facts for each in variants_of(edition)[:3]}

    pages, size, sentence, number = map(str, check_letters(editions / "2020", edition, letters))

    assert "pages, 2 at most" in pages
    assert "the message has more than 200 KB; shorten the text" in size
    assert "is almost the fixed sentence “…% of complaints we investigated were upheld”" in sentence
    assert ": 75% is typed into the text; name it under [facts.this_year]" in number


def test_a_number_typed_into_the_text_is_told_with_its_line(editions: Path, edit: Edit) -> None:
    edit("letter.md", "{{ courses }} courses", "1,118 courses (per 100,000 residents; 100%)")

    (finding,) = found(editions)

    line = line_of(editions, "letter.md", "1,118")
    assert finding.startswith(f"letter.md, line {line}: 1,118 is typed into the text")


def line_of(editions: Path, name: str, words: str) -> int:
    """Return the number of the line that holds some words."""
    lines = (editions / "2020" / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_a_character_that_the_font_lacks_is_named_with_its_line(editions: Path, edit: Edit) -> None:
    edit("letter.md", "- **Complaints upheld.**", "- ☃ **Complaints upheld.**")

    (finding,) = found(editions)

    line = line_of(editions, "letter.md", "☃")
    assert finding.startswith(f"letter.md, line {line}: the letter's font lacks U+2603 (SNOWMAN)")


@pytest.mark.parametrize(
    "address",
    [
        "http://www.ombudsman.example/x",
        "https://nowhere",
        "mailto:me",
        "mailto:me@ombudsman",
        "mailto:?subject=me@ombudsman.example",
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_its_line(
    editions: Path, edit: Edit, address: str
) -> None:
    edit("letter.md", "https://www.ombudsman.example/seminars", address)

    (finding,) = found(editions)

    line = line_of(editions, "letter.md", "[Our seminars]")
    assert finding.startswith(f"letter.md, line {line}: the link “Our seminars” goes to {address};")


def test_a_link_to_a_mailbox_may_bring_a_subject(editions: Path, edit: Edit) -> None:
    address = "mailto:office@ombudsman.example?subject=Seminars"
    edit("letter.md", "https://www.ombudsman.example/seminars", address)

    assert not list(found(editions))


def test_a_website_without_encryption_is_told(editions: Path, edit: Edit) -> None:
    edit("edition.toml", 'website = "https:', 'website = "http:')

    (finding,) = found(editions)

    line = line_of(editions, "edition.toml", "website =")
    assert f"edition.toml, line {line}: `website` is http://www.ombudsman.example" in finding


@pytest.mark.parametrize(("words", "length"), [("Short", 5), ("much longer than that " * 9, 197)])
def test_a_preheader_that_mail_clients_cut_or_fill_up_is_told(
    editions: Path, edit: Edit, words: str, length: int
) -> None:
    edit("edition.toml", 'preheader = "', f'preheader = "{words.strip()}" #"')

    (finding,) = found(editions)

    assert finding.startswith(f"edition.toml, line 10: the preheader has {length} characters")


def test_a_subject_that_no_list_of_mail_shows_whole_is_told(editions: Path, edit: Edit) -> None:
    edit("edition.toml", 'subject = "', 'subject = "' + "A very important matter: " * 3)

    (finding,) = found(editions)

    assert "edition.toml, line 9: the subject has 127 characters, 100 at most" in finding


def test_a_fixed_sentence_that_the_text_repeats_wrongly_is_told(editions: Path, edit: Edit) -> None:
    edit(
        "letter.md",
        "People who complain",
        "Failure to comply with your recommendations is rare. People who complain",
    )

    (finding,) = found(editions)

    assert "is almost the fixed sentence “Failure to comply with our recommendations" in finding


def test_the_same_sentence_in_the_right_words_is_fine(editions: Path, edit: Edit) -> None:
    edit(
        "letter.md",
        "People who complain",
        "Failure to comply with our recommendations is rare. People who complain",
    )

    assert found(editions) == []


def test_a_later_edition_calls_upheld_decisions_by_their_name(editions: Path) -> None:
    year = ReportingYear(2027)
    copied = copy_edition(editions / "2020", YEAR, year)
    (editions / "2027").mkdir()
    for name, content in copied.files.items():
        (editions / "2027" / name).write_bytes(content)
    letter = replace(facts_of(), letter=replace(facts_of().letter, year=year))

    (finding,) = check_letters(editions / "2027", load_edition(editions, year), {"one": letter})

    line = line_of(editions, "edition.toml", "remedies_base =")
    assert f"edition.toml, line {line}: `remedies_base` says “detailed investigations”" in str(
        finding
    )
    assert any("counts upheld decisions" in each.why for each in copied.to_check)
