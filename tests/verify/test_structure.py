"""What validators don't look at is looked at here: it needs neither Java nor a validator."""

from __future__ import annotations

from pathlib import Path

import pytest
from typst import Compiler, Fonts

from infrastructure.verify.structure import structural_findings
from infrastructure.verify.tags import pdf_tags
from tests.verify.broken import BROKEN, Damage, rewritten, without

FONTS = Path(__file__).parents[2] / "shared" / "annual_review" / "rendering" / "forms" / "fonts"
HEADED = "table.header[Year][Upheld], [2019], [3], [2020], [5]"
BARE = "[2019], [3], [2020], [5]"


def rules_of(pdf: bytes) -> set[str]:
    return {finding.rule for finding in structural_findings(pdf)}


def a_page(folder: Path, body: str) -> bytes:
    """Typeset a page with a title and a heading, so that only its body can be at fault."""
    (folder / "page.typ").write_text(
        '#set document(title: "Figures")\n#set text(font: "Source Sans 3", lang: "en")\n'
        f"= Figures\n{body}\n",
        encoding="utf-8",
    )
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    pdf = Compiler(root=folder, font_paths=fonts).compile(
        folder / "page.typ", format="pdf", pdf_standards=["ua-1"]
    )
    assert isinstance(pdf, bytes)
    return pdf


def test_a_letter_is_in_order(letter: bytes) -> None:
    assert structural_findings(letter) == structural_findings(rewritten(letter)) == ()


@pytest.mark.parametrize(("change", "rule"), BROKEN.values(), ids=BROKEN)
def test_a_broken_letter_is_found_out(letter: bytes, change: Damage, rule: str) -> None:
    assert rule in rules_of(rewritten(letter, change))


def test_without_a_tree_there_are_no_tags(letter: bytes) -> None:
    assert pdf_tags(rewritten(letter, without("/StructTreeRoot"))) == []


def test_what_is_no_pdf_is_unreadable() -> None:
    assert rules_of(b"Dear Sir or Madam") == {"unreadable"}


def test_a_table_has_header_cells(tmp_path: Path) -> None:
    assert rules_of(a_page(tmp_path, f"#table(columns: 2, {HEADED})")) == set()
    assert rules_of(a_page(tmp_path, f"#table(columns: 2, {BARE})")) == {"tables"}


def test_a_disc_on_a_page_belongs_to_a_figure(tmp_path: Path) -> None:
    disc = "circle(radius: 9mm, fill: black)"

    assert rules_of(a_page(tmp_path, f'#figure({disc[:-1]}, [50%]), alt: "Half of all")')) == set()
    assert rules_of(a_page(tmp_path, f"#{disc}")) == {"figures"}
    assert rules_of(a_page(tmp_path, "#rect(radius: 3pt, width: 9mm, fill: black)")) == set()


def test_a_figure_holds_something_that_stands_on_a_page(tmp_path: Path) -> None:
    bare = '#figure(line(length: 9mm), alt: "Upheld: 3, then 5")'

    (finding,) = structural_findings(a_page(tmp_path, bare))

    assert "page by page" in finding.meaning
