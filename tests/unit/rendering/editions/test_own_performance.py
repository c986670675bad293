"""The words of the shipped editions for an authority's own performance."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from annual_review.domain.cases import CaseReference
from annual_review.domain.own_performance import Finding, FindingKind
from annual_review.rendering.editions.edition import edition_years, load_edition
from annual_review.rendering.editions.own_performance import ordinal
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from tests.builders import YEAR, an_authority

REFERENCES = tuple(CaseReference(each) for each in ("19000001", "19000002", "19000003"))


def written(kind: FindingKind, cases: int = 1, row: int = 1, year: int = 2020) -> str:
    edition = load_edition(SHIPPED_EDITIONS, type(YEAR)(year))
    finding = Finding(kind, cases, REFERENCES[:cases], row)
    return edition.own_performance.write(finding, an_authority(), edition.reporting_year)


def test_one_case_is_singular_and_more_are_plural() -> None:
    assert written(FindingKind.LATE_REMEDIES).startswith("In 1 case our recommendations were")
    assert written(FindingKind.LATE_REMEDIES, 3).startswith("In 3 cases our recommendations were")


def test_what_was_not_complied_with_names_its_cases() -> None:
    assert "In 1 case (19000001) we" in written(FindingKind.NOT_COMPLIED)
    assert "(19000001 and 19000002)" in written(FindingKind.NOT_COMPLIED, 2)
    assert "(19000001, 19000002 and 19000003)" in written(FindingKind.NOT_COMPLIED, 3)


def test_earlier_years_are_remembered_by_their_number() -> None:
    assert "the second year in a row" in written(FindingKind.LATE_REMEDIES_AGAIN, row=2)
    assert "the fifth year in a row" in written(FindingKind.NOT_COMPLIED_AGAIN, row=5)


@pytest.mark.parametrize("year", [each.ends for each in edition_years(SHIPPED_EDITIONS)])
@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("cases", [1, 2])
def test_every_edition_has_words_for_everything(year: int, kind: FindingKind, cases: int) -> None:
    text = written(kind, cases, 2, year)

    assert text.endswith(".")
    assert not set("{}") & set(text)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "first"),
        (8, "eighth"),
        (9, "9th"),
        (11, "11th"),
        (13, "13th"),
        (21, "21st"),
        (32, "32nd"),
        (43, "43rd"),
        (112, "112th"),
    ],
)
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word


class TestAnEditionThatIsWrong:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        copytree(SHIPPED_EDITIONS / "2020", tmp_path / "2020")
        return tmp_path / "2020" / "edition.toml"

    def error(self, path: Path, old: str, new: str) -> str:
        source = path.read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new), encoding="utf-8")
        with pytest.raises(EditionError) as raised:
            load_edition(path.parents[1], YEAR)
        return str(raised.value)

    def test_an_unknown_placeholder_is_named_with_its_key(self, path: Path) -> None:
        message = self.error(path, "{{ years_in_a_row }}", "{{ years }}")

        assert "own_performance.late_remedies_again" in message
        assert "unknown placeholder {{ years }}" in message
        assert "edition.toml, line " in message

    def test_a_text_that_is_missing_is_named(self, path: Path) -> None:
        assert "own_performance.late_remedies_again" in self.error(
            path, "\nlate_remedies_again =", "\n# "
        )

    def test_a_missing_section_is_named(self, path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        section = source[source.index("[own_performance]") :]

        assert "`own_performance`" in self.error(path, section, "")
