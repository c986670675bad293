"""The HTML: for any mail client, in any light, with any name, and without anything remote."""

from __future__ import annotations

import re

import pytest

from annual_review.domain.statistics import PrintedPercentage
from annual_review.rendering.forms.html import BarPart, bar_parts
from annual_review.rendering.letter.document import Chart
from annual_review.rendering.renderer import EditionRenderer
from tests.unit.rendering.forms.test_pdf import ODD_NAMES
from tests.unit.rendering.letters import facts_of, html_words
from tests.unit.rendering.variants import variant

FILLED, EMPTY, MARK = "filled", "empty", "mark"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_printed_literally(renderer: EditionRenderer, name: str) -> None:
    letter = renderer.render(facts_of(name=name))

    assert f"Figures for {name}" in " ".join(html_words(letter.html))
    assert "<b>" not in letter.html


def test_it_needs_nothing_from_elsewhere_and_no_script(renderer: EditionRenderer) -> None:
    html = renderer.render(facts_of()).html

    assert not re.search(r"<(?:img|svg|script|link|iframe|object)\b|url\(|@import", html)
    assert set(re.findall(r'href="(\w+:(?://)?[^/"]+)', html)) == {
        "https://www.ombudsman.example",
        "mailto:annual.review@ombudsman.example",
    }


def test_its_style_stands_on_the_elements_and_media_rules_in_the_page(
    renderer: EditionRenderer,
) -> None:
    html = renderer.render(facts_of()).html

    assert re.search(r'<h1 style="[^"]*font-size: 26px', html)
    assert re.search(r'<td class="page" style="[^"]*padding', html)
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 480px)" in html


def test_layout_tables_are_hidden_from_screen_readers_and_charts_described(
    renderer: EditionRenderer,
) -> None:
    html = renderer.render(facts_of()).html

    assert html.count("<table") == html.count('role="presentation"') + html.count('role="img"')
    assert (
        'aria-label="Bar chart: 100% of complaints we investigated were upheld; similar '
        'authorities: 45%."' in html
    )


def test_tables_of_figures_have_header_cells_and_a_name(renderer: EditionRenderer) -> None:
    html = variant(2026, "longest").rendered.html
    heads = re.findall(r'<th scope="(col|row)"', html)

    assert html.count("<table") == len(re.findall(r'role="(?:presentation|img)"', html)) + 4
    assert re.findall(r'<table class="figures"[^>]*aria-label="([^"]+)"', html) == [
        "Figures before and now",
        "Complaints upheld: earlier years",
        "Compliance with Ombudsman recommendations: earlier years",
        "Satisfactory remedies provided by the authority: earlier years",
    ]
    assert (heads.count("col"), heads.count("row")) == (3 + 3 * 2, 6 + 3 * 5)
    assert 'class="figures"' not in renderer.render(facts_of()).html


def test_every_text_of_the_dark_mode_is_set_in_a_light_colour() -> None:
    html = variant(2026, "longest").rendered.html
    dark = html.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    quiet = set(re.findall(r'class="([\w ]+)" style="[^"]*(?<!-)color: #56616b', html))

    assert quiet
    assert all(
        re.search(rf"\.{name}\b[^{{]*{{ color: #aab5bd", dark) for name in quiet - {"quiet key"}
    )


def test_the_preheader_comes_first(renderer: EditionRenderer) -> None:
    html = renderer.render(facts_of()).html
    body = html.partition("<body")[2]

    assert body.index("How many complaints we upheld") < body.index("OMBUDSMAN")


@pytest.mark.parametrize(
    ("percentage", "comparison", "expected"),
    [
        (60, None, [BarPart(FILLED, 60), BarPart(EMPTY, 40)]),
        (0, None, [BarPart(EMPTY, 100)]),
        (100, None, [BarPart(FILLED, 100)]),
        (60, 45, [BarPart(FILLED, 45), BarPart(MARK, 0), BarPart(FILLED, 15), BarPart(EMPTY, 40)]),
        (40, 45, [BarPart(FILLED, 40), BarPart(EMPTY, 5), BarPart(MARK, 0), BarPart(EMPTY, 55)]),
        (60, 60, [BarPart(FILLED, 60), BarPart(MARK, 0), BarPart(EMPTY, 40)]),
        (0, 0, [BarPart(MARK, 0), BarPart(EMPTY, 100)]),
        (100, 100, [BarPart(FILLED, 100), BarPart(MARK, 0)]),
        (100, 0, [BarPart(MARK, 0), BarPart(FILLED, 100)]),
        (0, 100, [BarPart(EMPTY, 100), BarPart(MARK, 0)]),
    ],
)
def test_a_bar_is_cut_at_the_percentage_and_marked_at_the_comparison(
    percentage: int, comparison: int | None, expected: list[BarPart]
) -> None:
    beside = None if comparison is None else PrintedPercentage(comparison)
    assert list(bar_parts(Chart(PrintedPercentage(percentage), beside, ""))) == expected
