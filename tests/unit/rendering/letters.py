"""Builders of facts and readers of forms: what the tests of rendering begin and end with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from io import BytesIO
from typing import Final

from pypdf import PageObject, PdfReader

from annual_review.domain.authorities import Authority, AuthorityType
from annual_review.domain.figures import AuthorityFigures, Comparisons
from annual_review.domain.letters import LetterId
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import Statistic
from annual_review.domain.tallies import Tally
from annual_review.rendering.editions.edition import load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.figures.frozen_authority import Reissue
from annual_review.services.letters.rendering import LetterFacts
from tests.builders import ROCHFORD, YEAR, a_tally, an_authority, cases_of, compared_with

OFFICE: Final = '"Local Government & Social Care Ombudsman" <annual.review@ombudsman.example>'
SUCCESSOR: Final = "E07000245"

DISTRICTS: Final = compared_with(
    uphold_rate=Statistic(45, 100),
    compliance_rate=Statistic(99, 100),
    satisfactory_remedy_rate=Statistic(20, 100),
)
"""What the districts of 2019-20 stand at."""

ROCHFORD_TALLY: Final = a_tally(upheld=1, on_time=1)


def a_renderer(year: ReportingYear = YEAR) -> EditionRenderer:
    return EditionRenderer(load_edition(SHIPPED_EDITIONS, year), OFFICE)


def an_addressee(
    *,
    authority: str = ROCHFORD,
    addressee: str = "Mr Scrutton",
    job_title: str = "Managing Director",
    salutation: str = "Mr Scrutton",
    email: str = "managing.director@rochford.example",
    copies: tuple[str, ...] = (),
) -> Recipient:
    return Recipient(
        authority=an_authority(authority).code,
        addressee=addressee,
        job_title=job_title,
        salutation=salutation,
        email=EmailAddress(email),
        copies=tuple(EmailAddress(copy) for copy in copies),
    )


def facts_of(
    tally: Tally = ROCHFORD_TALLY,
    *,
    name: str = "Rochford District Council",
    type_: AuthorityType = AuthorityType.DISTRICT,
    comparisons: Comparisons = DISTRICTS,
    recipient: Recipient | None = None,
    addressed_authority: str | None = None,
    year: ReportingYear = YEAR,
    is_sample: bool = False,
    population: int | None = None,
    paragraphs: tuple[str, ...] = (),
    reissue: Reissue | None = None,
) -> LetterFacts:
    """Build the facts of a letter: those of the acceptance case where nothing else is said."""
    authority: Authority = an_authority(name=name, type_=type_, population=population)
    return LetterFacts(
        letter=LetterId(year, Revision(1), authority.code),
        figures=AuthorityFigures(authority, tally, comparisons),
        recipient=recipient or an_addressee(),
        addressed_authority=name if addressed_authority is None else addressed_authority,
        is_sample=is_sample,
        paragraphs=paragraphs,
        reissue=reissue,
        cases=cases_of(tally),
    )


def to_a_successor() -> LetterFacts:
    """Build the facts of a letter about an authority that is no longer in being."""
    return facts_of(
        name="St Edmundsbury Borough Council",
        recipient=an_addressee(authority=SUCCESSOR),
        addressed_authority="West Suffolk Council",
    )


def on_one_line(text: str) -> str:
    """Return a text with every stretch of white space as one space."""
    return " ".join(text.split())


@dataclass(frozen=True)
class PrintedPage:
    """What is printed on a page: its text in reading order, and of every piece its place and size.

    Heights are in points above the foot of the page, which is `height` points high.
    """

    text: str
    pieces: tuple[tuple[float, float], ...]
    height: float


@lru_cache(maxsize=512)
def printed_pages(pdf: bytes) -> tuple[PrintedPage, ...]:
    """Read the pages of a PDF: once, however many tests look at it, for reading takes long."""
    return tuple(map(_printed, PdfReader(BytesIO(pdf)).pages))


def _printed(page: PageObject) -> PrintedPage:
    pieces: list[tuple[float, float]] = []

    def keep(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            pieces.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5], round(size, 2)))

    text = page.extract_text(visitor_text=keep)
    return PrintedPage(text, tuple(pieces), float(page.mediabox.height))


def pdf_pages(pdf: bytes) -> list[str]:
    """Return the text of each page, in reading order, on one line."""
    return [on_one_line(page.text) for page in printed_pages(pdf)]


def pdf_text(pdf: bytes) -> str:
    return " ".join(pdf_pages(pdf))


def plain_words(text: str) -> list[str]:
    """Return the words of the plain text: no rules, bullets, or addresses of links."""
    shown = re.sub(r"^[=\-* ]+$|^• |\(https?://\S+\)|https?://", "", text, flags=re.MULTILINE)
    return shown.split()


def html_words(html: str) -> list[str]:
    reader = _Words()
    reader.feed(html)
    return " ".join(reader.texts).split()


class _Words(HTMLParser):
    """Keeps what a reader of a page sees: neither its head nor its preheader."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"head", "div"}:
            self._hidden += 1
        elif tag not in {"strong", "em", "a", "span"}:
            self.texts.append(" ")
        del attrs

    def handle_endtag(self, tag: str) -> None:
        if tag in {"head", "div"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            if self.texts and self.texts[-1].strip():
                self.texts[-1] += data
            else:
                self.texts.append(data)
