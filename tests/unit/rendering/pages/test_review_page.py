"""The page of a review: everything on it, names as they are, nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.letters import LetterState
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import Tally
from annual_review.rendering.pages.review_page import Review, ReviewLine, ReviewPage
from annual_review.services.review.letter_differences import (
    Difference,
    FigureChange,
    Piece,
    WordChange,
)
from annual_review.services.review.review_letters import Flag, Flagged, ReviewedLetter
from tests.builders import OTHER_DISTRICT, YEAR, a_letter, a_tally, an_authority, compared_with

ODD_NAME = 'St Edmund\'s & <b>Llŷn</b> "Council" #1$'
REVIEW = Review(YEAR, "Letters of stack x", "1 July 2020, 09:00")


class Page(HTMLParser):
    """What stands on a page: texts, attributes, and elements that were left open."""

    VOID = frozenset({"meta", "input", "img", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [value for *found, value in self.attributes if found == [tag, attribute]]


def a_line(
    *flags: Flagged,
    name: str = "Rochford District Council",
    code: str | None = None,
    difference: Difference | None = None,
    tally: Tally | None = None,
) -> ReviewLine:
    letter = a_letter(LetterState.PREPARED)
    authority = an_authority(code or letter.id.authority, name=name)
    figures = AuthorityFigures(
        authority,
        tally or a_tally(upheld=1, not_upheld=2),
        compared_with(uphold_rate=Statistic(45, 100)),
    )
    reviewed = ReviewedLetter(letter, figures, flags, difference)
    return ReviewLine(reviewed, kinds=("pdf", "html", "txt"), has_thumbnails=True)


def printed(*lines: ReviewLine, review: Review = REVIEW) -> Page:
    page = Page(ReviewPage().print(review, lines))
    assert not page.open
    return page


def test_a_name_is_printed_as_it_is_and_never_read_as_html() -> None:
    page = printed(a_line(name=ODD_NAME))

    assert ODD_NAME in page.texts
    assert any(ODD_NAME in alt for alt in page.all("img", "alt"))


def test_nothing_comes_from_elsewhere() -> None:
    html = ReviewPage().print(REVIEW, [a_line()])

    assert re.findall(r"(?:https?:)?//[a-z]", html) == []
    for address in (*Page(html).all("a", "href"), *Page(html).all("img", "src")):
        assert re.fullmatch(r"(letters|thumbnails)/E\d+[-.\w]+|#\w*", address)


def test_pictures_are_fetched_when_they_come_into_view() -> None:
    page = printed(a_line())

    assert page.all("img", "loading") == ["lazy"] * 2
    assert len(page.all("img", "width")) == len(page.all("img", "height")) == 2


def test_figures_stand_with_their_cases_and_comparison() -> None:
    words = " ".join(" ".join(printed(a_line()).texts).split())

    assert "33% 1 of 3 similar: 45%" in words
    assert "0% 0 of 1 no comparison" in words
    assert "no cases" in words


def test_all_and_nothing_are_said_only_where_they_are_true() -> None:
    tally = a_tally(upheld=249, not_upheld=1, satisfactory_remedy=1)
    page = printed(a_line(tally=tally))
    words = " ".join(" ".join(page.texts).split())

    assert "more than 99% 249 of 250 similar: 45%" in words
    assert "less than 1% 1 of 249 no comparison" in words
    assert "99" in page.all("rect", "width")


def test_flags_are_badges_with_what_there_is_to_say_and_filters_with_their_number() -> None:
    moved = Flagged(Flag.MOVED, "uphold rate from 2% to 33%")
    page = printed(a_line(moved), a_line(code=OTHER_DISTRICT, name="Another"))

    assert ": uphold rate from 2% to 33%" in page.texts
    assert page.all("tr", "data-flags") == ["", "MOVED "]
    chips = [each for each in page.all("input", "value") if each.isupper()]
    assert chips == ["MOVED"]


def test_every_column_of_words_or_figures_can_be_sorted() -> None:
    page = printed(a_line())

    assert page.all("button", "data-column") == [str(number) for number in range(1, 8)]
    assert page.all("th", "aria-sort") == ["ascending"]
    assert page.all("td", "data-sort") == ["district", "prepared", "33", "", "0", "0"]


def test_lines_come_in_the_order_of_names() -> None:
    page = printed(a_line(name="Zeal"), a_line(name="apple"), a_line(name="Mole"))

    assert page.all("th", "data-sort") == ["apple", "mole", "zeal"]


def test_what_differs_is_marked_by_more_than_colour() -> None:
    difference = Difference(
        (FigureChange("uphold rate", "40% (2 of 5)", "60% (3 of 5)"),),
        (
            (
                Piece(WordChange.REMOVED, "<old>"),
                Piece(WordChange.ADDED, "new"),
                Piece(WordChange.KEPT, "x"),
            ),
        ),
    )
    html = ReviewPage().print(REVIEW, [a_line(difference=difference)])

    assert '<del><span class="unseen">removed: </span>&lt;old&gt;</del>' in html
    assert '<ins><span class="unseen">added: </span>new</ins>' in html
    assert "40% (2 of 5)</del> → <ins>" in html
    assert 'ins::before { content: "+"; }' in html


def test_a_letter_that_was_not_printed_has_neither_picture_nor_link() -> None:
    line = replace(a_line(), kinds=(), has_thumbnails=False)
    page = printed(line)

    assert page.all("img", "src") == []
    assert "letters/E07000075.pdf" not in page.all("a", "href")
    assert "not printed" in page.texts


def test_letters_that_are_gone_and_those_without_one_before_are_told() -> None:
    review = replace(REVIEW, previous="the rehearsal before", gone=(AuthorityCode("E07000001"),))
    words = " ".join(" ".join(printed(a_line(), review=review).texts).split())

    assert "Compared with the rehearsal before." in words
    assert "1 of the previous letters has none after it: E07000001." in words
    assert "no previous letter" in words
