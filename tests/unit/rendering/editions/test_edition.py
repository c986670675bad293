"""Editions: read strictly, explained where they are wrong, adapted for rehearsals only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_for, edition_years, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from tests.builders import YEAR


@pytest.fixture
def editions(tmp_path: Path) -> Path:
    copytree(SHIPPED_EDITIONS / "2020", tmp_path / "editions" / "2020")
    return tmp_path / "editions"


def change(editions: Path, old: str, new: str, file: str = "edition.toml") -> int:
    """Change one line of the edition and return its number."""
    path = editions / "2020" / file
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{old!r} is not there once"
    path.write_text(source.replace(old, new), encoding="utf-8")
    return source[: source.index(old)].count("\n") + 1


def test_the_edition_of_2020_is_dated_and_signed_as_the_source_letter() -> None:
    edition = load_edition(SHIPPED_EDITIONS, YEAR)

    assert edition.letter_date == date(2020, 7, 22)
    assert edition.publication_date == date(2020, 7, 29)
    assert edition.signatory.name == "Michael King"
    assert edition.wording.remedies_base.counted(2) == "2 detailed investigations"
    assert edition.adapted_from is None


def test_the_edition_of_2026_says_what_the_base_is_and_prints_all_there_is() -> None:
    edition = load_edition(SHIPPED_EDITIONS, ReportingYear(2026))

    assert edition.letter_date == date(2026, 7, 22)
    assert edition.publication_date == date(2026, 7, 29)
    assert edition.wording.remedies_base.counted(1) == "1 upheld decision"
    assert set(edition.printed.model_dump().values()) == {True}
    assert set(load_edition(SHIPPED_EDITIONS, YEAR).printed.model_dump().values()) == {False}


def test_a_missing_edition_is_reported_with_those_there_are(editions: Path) -> None:
    with pytest.raises(EditionError, match=r"no edition of 2027; there are editions of: 2020"):
        load_edition(editions, ReportingYear(2027))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('closing = "Yours sincerely"', 'closing = ""', "closing"),
        ('closing = "Yours sincerely"', "closing = 3", "closing"),
        ('delivery = "By email"', 'delivery = "By email"\ncolour = "red"', "colour"),
        ("publication_date = 2020-07-29", "publication_date = 2020-07-21", "dates out of order"),
        ("letter_date = 2020-07-22", "letter_date = 2020-03-31", "dates out of order"),
        ('"uphold_rate", "compliance_rate"', '"uphold_rate", "uphold_rate"', "listed twice"),
        ('statistics = ["uphold_rate", "compliance_rate"', 'statistics = ["rates"', "statistics.0"),
        ('title = "Annual Review letter {{ year }}"', 'title = "{{ jear }}"', "jear"),
        ('title = "Annual Review letter {{ year }}"', 'title = "{{ year }"', "braces"),
        ("year = 2020\n", "year = 2019\n", "`year` must be 2020"),
        (
            '"Yours sincerely"',
            '"Yours\u200b sincerely"',
            r"invisible character, U\+200B \(ZERO WIDTH",
        ),
        ("Annual Review letter {{ year }}: {{", "Letter { year }: {{", "braces"),
        ('"https://www.ombudsman.example"', '"ombudsman"', "must be an address, written https://…"),
        ('"annual.review@ombudsman.example"', '"annual.review"', "must be the address of one"),
        ('statistics = ["uphold_rate"', 'statistics = ["uphold"', "must be one of: uphold_rate, "),
        ("year = 2020\n", 'year = "2020"\n', "`year` must be a whole number without quotes"),
        ("trend = false", 'trend = "no"', r"`printed.trend` must be true or false"),
        ("trend = false", "trends = false", r"`printed.trends` is not known; .* volumes, upheld"),
        ("letter_date = 2020-07-22", 'letter_date = "22 July"', "`letter_date` must be a day"),
        ("letter_date = 2020-07-22", "letter_date = 2020-07-22T10:00:00", "must be a day"),
        ("letter_date = 2020-07-22\n", "", "`letter_date` is missing"),
        ('closing = "Yours sincerely"', "closing = []", "`closing` must be a text in quotes"),
        ('name = "Michael King"\noffices', 'name = "A"\noffices = []\nothers', "must be a list"),
        ("remedies_base = {", "remedies_base = 1 # {", "base` must be a table with: one, many"),
        ("[printed]", "[prints]", "`printed` is missing"),
        ("[wording]", "adapted_from = 2019\n[wording]", "adapted_from` is not known"),
        ("year = 2020\n", "year == 2020\n", "not TOML"),
    ],
)
def test_what_is_wrong_with_the_settings_is_named_with_its_file(
    editions: Path, old: str, new: str, what: str
) -> None:
    change(editions, old, new)

    with pytest.raises(EditionError, match=what) as raised:
        load_edition(editions, YEAR)

    assert str(editions / "2020" / "edition.toml") in str(raised.value)


def test_all_faults_of_an_edition_are_named_at_once_each_at_its_line(editions: Path) -> None:
    publication = change(editions, "publication_date = 2020-07-29", "publication_date = 1")
    closing = change(editions, 'closing = "Yours sincerely"', 'closing = ""')
    title = change(editions, 'title = "Annual Review letter {{ year }}"', 'title = "{{ jear }}"')
    volumes = change(editions, "volumes = false", "volumes = 0")
    text = change(editions, "{{ similar_authorities }}", "{{ simular }}", "letter.md")
    inserted = change(editions, "::: insert own_performance\n", "\n", "letter.md")

    with pytest.raises(EditionError) as raised:
        load_edition(editions, YEAR)

    named = [(fault.path.name, fault.line) for fault in raised.value.faults]
    assert sorted(named, key=str) == sorted(
        [
            ("edition.toml", publication),
            ("edition.toml", closing),
            ("edition.toml", title),
            ("edition.toml", volumes),
            ("letter.md", text),
            ("letter.md", None),
        ],
        key=str,
    )
    assert inserted
    assert len(str(raised.value).splitlines()) == len(named)


def test_what_is_not_toml_is_found_by_its_line(editions: Path) -> None:
    line = change(editions, 'closing = "Yours sincerely"', "closing = Yours")

    with pytest.raises(EditionError, match=rf"edition\.toml, line {line}: not TOML"):
        load_edition(editions, YEAR)


def test_a_fault_is_found_by_its_line(editions: Path) -> None:
    line = change(editions, 'name = "Michael King"', "name = 1")

    with pytest.raises(EditionError, match=rf"edition\.toml, line {line}: `signatory\.name`"):
        load_edition(editions, YEAR)


def test_a_key_left_out_is_found_by_its_table(editions: Path) -> None:
    line = change(editions, 'name = "Michael King"\n', "")

    with pytest.raises(EditionError, match=rf"line {line - 1}: `signatory\.name`"):
        load_edition(editions, YEAR)


def test_the_text_must_be_there(editions: Path) -> None:
    (editions / "2020" / "letter.md").unlink()

    with pytest.raises(EditionError, match=r"letter\.md: the text of the letter is missing"):
        load_edition(editions, YEAR)


def test_an_editor_may_save_a_byte_order_mark(editions: Path) -> None:
    path = editions / "2020" / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")

    assert load_edition(editions, YEAR).year == 2020


def test_settings_in_another_encoding_are_refused(editions: Path) -> None:
    (editions / "2020" / "edition.toml").write_bytes(b"title = 'caf\xe9'")

    with pytest.raises(EditionError, match="UTF-8"):
        load_edition(editions, YEAR)


def test_an_unknown_placeholder_in_the_text_is_found_by_its_line(editions: Path) -> None:
    line = change(editions, "{{ similar_authorities }}", "{{ simular_authorities }}", "letter.md")

    with pytest.raises(EditionError, match=rf"letter\.md, line {line}: unknown placeholder"):
        load_edition(editions, YEAR)


def test_another_year_is_rehearsed_with_the_nearest_edition(editions: Path) -> None:
    copytree(editions / "2020", editions / "2018")
    path = editions / "2018" / "edition.toml"
    source = path.read_text(encoding="utf-8").replace("year = 2020", "year = 2018")
    path.write_text(source.replace("= 2020-07-", "= 2018-07-"), encoding="utf-8")

    assert edition_years(editions) == (ReportingYear(2018), ReportingYear(2020))
    assert edition_for(editions, ReportingYear(2019)).adapted_from == 2018
    assert edition_for(editions, ReportingYear(2017)).adapted_from == 2018
    assert edition_for(editions, ReportingYear(2024)).adapted_from == 2020
    assert edition_for(editions, ReportingYear(1999)).adapted_from == 2018
    assert edition_for(editions, ReportingYear(2020)).adapted_from is None


@pytest.mark.parametrize("year", range(2017, 2050))
@pytest.mark.parametrize("source", ["2020-07-22", "2020-07-25", "2020-02-29"])
def test_a_letter_is_never_rehearsed_on_a_weekend_and_published_a_week_later(
    year: int, source: str
) -> None:
    written = load_edition(SHIPPED_EDITIONS, YEAR)
    letter_date = date.fromisoformat(source)
    publication = letter_date + timedelta(days=7)
    edition = written.model_copy(
        update={"letter_date": letter_date, "publication_date": publication}
    )

    adapted = edition.adapted_to(ReportingYear(year))

    if year != YEAR.ends:
        assert adapted.letter_date.year == year
        assert adapted.letter_date.strftime("%a") not in {"Sat", "Sun"}
        assert adapted.publication_date - adapted.letter_date == timedelta(days=7)
        assert abs(adapted.letter_date - letter_date.replace(year=year, day=28)).days <= 10


def test_a_folder_without_editions_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="has no edition"):
        edition_for(tmp_path / "nothing", YEAR)
