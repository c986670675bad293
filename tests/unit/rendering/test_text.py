"""The plain text: narrow lines, and addresses written out."""

from __future__ import annotations

from annual_review.rendering.renderer import EditionRenderer
from tests.unit.rendering.letters import facts_of, on_one_line
from tests.unit.rendering.test_pdf import ODD_NAMES


def test_no_line_is_wider_than_72_characters(renderer: EditionRenderer) -> None:
    for name in ODD_NAMES:
        lines = renderer.render(facts_of(name=name)).text.splitlines()
        assert max(map(len, lines)) <= 72
        assert not any(line != line.rstrip() for line in lines)


def test_links_are_written_out_once(renderer: EditionRenderer) -> None:
    text = renderer.render(facts_of()).text

    assert "Our training (https://www.ombudsman.example/training) helps" in on_one_line(text)
    assert "\nhttps://www.ombudsman.example\nannual.review@ombudsman.example\n" in text


def test_a_sample_says_so_at_both_ends(renderer: EditionRenderer) -> None:
    text = renderer.render(facts_of(is_sample=True)).text

    assert text.count("* SAMPLE – simulated figures *") == 2
    assert text.startswith("*****")
    assert text.endswith("*****\n")
