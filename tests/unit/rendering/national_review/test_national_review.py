from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_years
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from annual_review.rendering.national_review.compose import compose_review
from annual_review.rendering.national_review.document import DataTable, Glance, NationalReview
from annual_review.rendering.national_review.pdf import print_review
from annual_review.rendering.national_review.review_text import (
    INSERTIONS,
    ReviewText,
    review_text,
)
from annual_review.rendering.text.blocks import Heading, Paragraph
from infrastructure.verify.structure import structural_findings
from tests.builders import ROCHFORD, YEAR
from tests.unit.rendering.site.years import a_public_year

NEXT_YEAR = ReportingYear(2021)


@cache
def shipped() -> ReviewText:
    text = review_text(SHIPPED_EDITIONS, YEAR)
    assert text is not None
    return text


def review(*, with_year_before: bool = False) -> NationalReview:
    year = a_public_year(NEXT_YEAR)
    return compose_review(year, a_public_year() if with_year_before else None, shipped())


def tables(of: NationalReview) -> dict[str, DataTable]:
    return {each.name: each for each in of.parts if isinstance(each, DataTable)}


def words(of: NationalReview) -> str:
    return " ".join(
        run.text for each in of.parts if isinstance(each, Paragraph) for run in each.runs
    )


def written(folder: Path, text: str, year: str = "2020") -> Path:
    """Ship an edition with this text for its review."""
    edition = folder / year
    edition.mkdir()
    for name in ("edition.toml", "letter.md"):
        (edition / name).write_bytes((SHIPPED_EDITIONS / year / name).read_bytes())
    (edition / "review.md").write_text(text, encoding="utf-8")
    return folder


def test_tables_and_sentences_say_the_same_as_the_frozen_figures() -> None:
    made = review()
    found = tables(made)

    # 1 + 8 + 249 upheld of 2 + 20 + 250 investigated, as the sample's tallies have them.
    national = found["uphold_rate"].rows[-1]
    assert (national.head, national.cells) == ("All authorities", ("258 of 271", "95%"))
    assert "so in 95% of our detailed investigations" in words(made)
    assert [row.cells[0] for row in found["compliance_outcomes"].rows] == ["5", "1", "1"]
    assert "carried our recommendations out in 6 of 7 cases: 86%." in words(made)
    (glance,) = (each for each in made.parts if isinstance(each, Glance))
    assert [each.number for each in glance.highlights][:3] == ["274", "271", "95%"]


def test_every_type_stands_once_and_their_pools_make_up_the_whole() -> None:
    *types, whole = tables(review())["uphold_rate"].rows

    shares = [row.share for row in types if row.share]
    assert whole.share is not None
    assert sum(each.numerator for each in shares) == whole.share.numerator
    assert sum(each.denominator for each in shares) == whole.share.denominator


def test_subjects_with_few_cases_have_no_percentage() -> None:
    year = a_public_year()
    few = replace(year, authorities=(year.by_code[AuthorityCode(ROCHFORD)],))
    table = tables(compose_review(few, None, shipped()))["upheld_by_subject"]

    assert [(row.cells, row.share) for row in table.rows] == [(("1 of 1", "few"), None)]


def test_one_of_something_is_not_called_several() -> None:
    assert "Our recommendations were not carried out in 1 case." in words(review())


def test_what_changed_is_told_only_where_the_year_before_is_public() -> None:
    alone, beside = review(), review(with_year_before=True)

    def headings(of: NationalReview) -> list[str]:
        return [each.text for each in of.parts if isinstance(each, Heading)]

    assert "change" not in tables(alone)
    assert "What changed since 2020" not in headings(alone)
    assert "What changed since 2020" in headings(beside)
    change = {row.head: row.cells for row in tables(beside)["change"].rows}
    assert change["Complaints upheld"] == ("95% (258 of 271)", "95% (258 of 271)", "no")
    assert tables(beside)["uphold_rate"].columns[-1] == "2020"


@pytest.mark.parametrize("year", edition_years(SHIPPED_EDITIONS), ids=str)
def test_every_edition_has_a_text_of_its_own(year: ReportingYear) -> None:
    assert (SHIPPED_EDITIONS / str(year) / "review.md").is_file()
    assert review_text(SHIPPED_EDITIONS, year)


def test_a_year_without_an_edition_takes_the_text_of_the_nearest(tmp_path: Path) -> None:
    everything = "\n\n".join(f"::: insert {name}" for name in sorted(INSERTIONS))
    written(tmp_path, f"Of 2020.\n\n{everything}\n")
    editions = written(tmp_path, f"Of 2026.\n\n{everything}\n", "2026")

    for year, said in ((2018, "Of 2020."), (2022, "Of 2020."), (2024, "Of 2026.")):
        text = review_text(editions, ReportingYear(year))
        assert text is not None
        assert words(compose_review(a_public_year(NEXT_YEAR), None, text)) == said


def test_a_text_that_leaves_a_table_out_or_names_an_unknown_number_is_refused(
    tmp_path: Path,
) -> None:
    editions = written(tmp_path, "We had {{ complaint_count }} complaints.\n")

    with pytest.raises(EditionError) as refused:
        review_text(editions, YEAR)

    told = [fault.what for fault in refused.value.faults]
    assert any("unknown placeholder {{ complaint_count }}" in each for each in told)
    assert sum("insert" in each for each in told) == len(INSERTIONS)


def test_the_printed_review_can_be_read_with_a_screen_reader_and_is_the_same_each_time() -> None:
    made = review(with_year_before=True)
    pdf = print_review(made)

    assert structural_findings(pdf) == ()
    assert pdf == print_review(made)
    assert len(made.annex[0].rows) == len(a_public_year().authorities)
