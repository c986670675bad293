"""The plain text: narrow lines, and addresses written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.figures import EarlierYear
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.tallies import Tally
from annual_review.rendering.forms.text import print_text
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.figures.frozen_authority import Reissue
from tests.unit.rendering.forms.test_pdf import ODD_NAMES
from tests.unit.rendering.letters import facts_of, on_one_line
from tests.unit.rendering.variants import ALL_VARIANTS, VariantOfEdition, variant


def test_no_line_is_wider_than_72_characters(renderer: EditionRenderer) -> None:
    for name in ODD_NAMES:
        lines = renderer.render(facts_of(name=name)).text.splitlines()
        assert max(map(len, lines)) <= 72
        assert not any(line != line.rstrip() for line in lines)


def test_tables_of_the_largest_figures_keep_within_it() -> None:
    of = variant(2026, "thousands")
    tally = Tally({measure: 10 * count for measure, count in of.facts.figures.tally.items()})
    year = of.edition.reporting_year
    facts = replace(
        of.facts,
        figures=replace(of.facts.figures, tally=tally),
        cases=(),
        earlier=(EarlierYear(ReportingYear(year.ends - 1), tally),),
        reissue=Reissue(
            of.edition.letter_date, "why", Revision(1), of.edition.letter_date, tally + tally
        ),
    )

    lines = print_text(compose(of.edition, facts)).splitlines()

    before = lines.index("Not for us, or not ready for us") + 1
    assert lines[before : before + 2] == ["  Before  12,840", "  Now     6,420"]
    assert "  Before  more than 99%  7,980 of 8,000" in lines
    assert any("77%  4,150 of 5,400" in line for line in lines)
    assert max(len(line) for line in lines) <= 72


@pytest.mark.parametrize("of", ALL_VARIANTS, ids=str)
def test_it_reads_well_by_itself(of: VariantOfEdition) -> None:
    text = of.rendered.text

    assert max(map(len, text.splitlines())) <= 72
    assert "\n\n\n\n" not in text
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_links_are_written_out_once(renderer: EditionRenderer) -> None:
    text = renderer.render(facts_of()).text

    assert "Our training (https://www.ombudsman.example/training) helps" in on_one_line(text)
    assert "\nhttps://www.ombudsman.example\nannual.review@ombudsman.example\n" in text


def test_a_sample_says_so_at_both_ends(renderer: EditionRenderer) -> None:
    text = renderer.render(facts_of(is_sample=True)).text

    assert text.count("* SAMPLE – simulated figures *") == 2
    assert text.startswith("*****")
    assert text.endswith("*****\n")
