"""The text of an edition: simple Markdown, strict names, parts on conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.rendering.errors import EditionError
from annual_review.rendering.text.blocks import Block, BulletList, Heading, Paragraph, Run
from annual_review.rendering.text.letter_markdown import TextTerms, read_letter_template
from annual_review.rendering.text.letter_template import LetterTemplate

TERMS = TextTerms(frozenset({"authority", "year"}), frozenset({"late", "compared"}))
WITH_NOTES = TextTerms(TERMS.placeholders, TERMS.conditions, frozenset({"notes"}))
VALUES = {"authority": "Rochford", "year": "2020"}


def read(tmp_path: Path, source: str, terms: TextTerms = TERMS) -> LetterTemplate:
    path = tmp_path / "letter.md"
    path.write_text(source, encoding="utf-8")
    return read_letter_template(path, terms)


def printed(
    tmp_path: Path, source: str, *, authority: str = "Rochford", late: bool = False
) -> tuple[Block, ...]:
    conditions = {"late": late, "compared": True}
    return read(tmp_path, source).filled({**VALUES, "authority": authority}, conditions, {})


def test_headings_paragraphs_and_lists_become_blocks(tmp_path: Path) -> None:
    source = (
        "## Results\n\nFor **{{ authority }}** *only*, see\n[all](https://x.example).\n\n- a\n- b\n"
    )

    assert printed(tmp_path, source) == (
        Heading("Results", 2),
        Paragraph(
            (
                Run("For "),
                Run("Rochford", strong=True),
                Run(" "),
                Run("only", emphasis=True),
                Run(", see "),
                Run("all", link="https://x.example"),
                Run("."),
            )
        ),
        BulletList(((Run("a"),), (Run("b"),))),
    )


def test_what_is_filled_in_is_never_read_as_markdown_or_as_a_placeholder(tmp_path: Path) -> None:
    name = "**A** [b](https://c.example) {{ year }} <d>\n# e"

    assert printed(tmp_path, "{{ authority }}", authority=name) == (Paragraph((Run(name),)),)


def test_a_part_is_printed_on_its_condition(tmp_path: Path) -> None:
    source = "::: when late\nLate.\n:::\n\n::: unless late\nIn time.\n:::\n"

    assert printed(tmp_path, source, late=True) == (Paragraph((Run("Late."),)),)
    assert printed(tmp_path, source, late=False) == (Paragraph((Run("In time."),)),)


def test_a_part_may_be_indented(tmp_path: Path) -> None:
    source = "- one\n\n  ::: when late\n  two\n  :::\n"

    assert printed(tmp_path, source) == (BulletList(((Run("one"),),)),)


def test_signs_that_are_no_html_stand(tmp_path: Path) -> None:
    source = "Fewer than five (< 5) and 3 > 2; at most <<5>> of a<b."

    assert printed(tmp_path, source) == (Paragraph((Run(source),)),)


def test_an_editor_may_save_a_byte_order_mark(tmp_path: Path) -> None:
    assert printed(tmp_path, "\ufeff::: when late\nLate.\n:::\n\none\n") == (
        Paragraph((Run("one"),)),
    )


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("one\n\ntwo\nthree {{ autority }}\n", 4, "unknown placeholder {{ autority }}"),
        ("one\n\n- two {{year}\n", 3, "braces"),
        ("one\n\n::: when late\n{{ nobody }}\n:::\n", 4, "unknown placeholder"),
        ("one\n\n::: when later\ntwo\n:::\n", 3, "unknown condition 'later'"),
        ("one\n\n::: if late\ntwo\n:::\n", 3, "begins"),
        ("one\n:::\n", 2, "no beginning"),
        ("one\n\n::: when late\ntwo\n", 3, "no end"),
        ("::: when late\n::: unless compared\ntwo\n:::\n", 2, "that begins in line 1 with"),
        ("one\n\n::: insert notes\n", 3, "unknown insertion 'notes'"),
        ("# One\n", 1, "two or three"),
        ("### One\n\n## Two\n", 1, "under one with two"),
        ("one\n\n![p](https://x.example/a.png)\n", 3, "image"),
        ("one\n\n```\ncode\n```\n", 3, "fence"),
        ("one\n\n1. two\n", 3, "a numbered list"),
        ("- one\n  - two\n", 2, "a bullet list inside another"),
        ("- one\n\n  two\n", 3, "a second paragraph under one bullet"),
        ("one\n\ntwo { authority }\n", 3, "braces are left over"),
        ("one\n\nwith <b>two</b>\n", 3, "HTML is printed as it stands; take <b> out"),
        ("one\n\n<div>\ntwo\n", 3, "take <div> out"),
        ("one\n\ntwo\nthr\u200bee\n", 4, "an invisible character, U+200B (ZERO WIDTH SPACE)"),
        ("one\n\n| a | b |\n|---|---|\n", 3, "no tables"),
        ("one\n\n:: when late\n", 3, "three colons"),
        ("- one\n\n  ::: when latter\ntwo\n:::\n", 3, "unknown condition 'latter'"),
        ("one\n[two](javascript:x)\n", 2, "https"),
        ("one\n\n[two](relative)\n", 3, "https"),
        ("[one](<https://x.example/{{ year }}>)\n", 1, "https"),
    ],
)
def test_what_a_letter_cannot_have_is_named_with_its_line(
    tmp_path: Path, source: str, line: int, what: str
) -> None:
    with pytest.raises(EditionError) as raised:
        read(tmp_path, source)

    assert f"letter.md, line {line}: " in str(raised.value)
    assert what in str(raised.value)


def test_what_is_inserted_stands_in_its_place_and_is_never_read(tmp_path: Path) -> None:
    template = read(tmp_path, "## One\n\n::: insert notes\n\ntwo\n", WITH_NOTES)
    note = Paragraph((Run("**a** {{ year }}"),))

    assert template.filled(VALUES, {}, {"notes": (note, note)}) == (
        Heading("One", 2),
        note,
        note,
        Paragraph((Run("two"),)),
    )
    assert len(template.filled(VALUES, {}, {"notes": ()})) == 2


@pytest.mark.parametrize(
    ("source", "where"), [("one\n", "nowhere"), ("::: insert notes\n::: insert notes\n", "twice")]
)
def test_what_is_inserted_has_one_place(tmp_path: Path, source: str, where: str) -> None:
    with pytest.raises(EditionError, match=rf"`::: insert notes` has to stand here once.*{where}"):
        read(tmp_path, source, WITH_NOTES)


def test_every_fault_of_a_text_is_named_at_once(tmp_path: Path) -> None:
    source = "{{ a }}\n\n```\ncode\n```\n\n::: when b\n- {{ c }}\n  1. d\n:::\n\n[e](f)\n"

    with pytest.raises(EditionError) as raised:
        read(tmp_path, source)

    assert [fault.line for fault in raised.value.faults] == [1, 3, 7, 8, 9, 12]
    assert len(str(raised.value).splitlines()) == 6


def test_an_empty_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="empty"):
        read(tmp_path, "\n\n")


def test_a_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.md"
    path.write_bytes(b"caf\xe9")

    with pytest.raises(EditionError, match="UTF-8"):
        read_letter_template(path, TERMS)
