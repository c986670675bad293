"""Compose a letter: an edition and the facts of one letter become the words of every form."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.tallies import Measure
from annual_review.rendering.document import (
    LetterDocument,
    Letterhead,
    Run,
    SampleMarking,
    Signature,
    StatisticBlock,
)
from annual_review.rendering.edition import Edition, LetterheadContent
from annual_review.rendering.placeholders import fill
from annual_review.rendering.statistics import statistic_block
from annual_review.rendering.wording import GROUPS, counted, written_date
from annual_review.services.rendering import LetterFacts, UnprintableLetterError

SAMPLE: Final = SampleMarking(
    label="SAMPLE – simulated figures",
    explanation="This is a sample, not a letter of the Ombudsman. Figures and names in it may be "
    "simulated.",
)
_CHART_KEY: Final = "In each chart, the filled part is the percentage for {authority}"
_CHART_KEY_COMPARED: Final = " and the line across it marks the average in similar authorities"
_UNSAFE_IN_FILE_NAMES: Final = re.compile(r'[<>:"/\\|?*%]+')
_LONGEST_FILE_STEM: Final = 120


def compose(edition: Edition, facts: LetterFacts) -> LetterDocument:
    """Compose one letter of an edition.

    Raises:
        UnprintableLetterError: A name that the letter needs is empty or holds characters that
            can't be seen, or the facts belong to another year.
    """
    if facts.letter.year != edition.reporting_year:
        message = f"letter {facts.letter.tag} can't be printed with the edition of {edition.year}"
        raise UnprintableLetterError(message)
    figures = facts.figures
    authority = _name(facts, "authority's name", figures.authority.name)
    addressed = _name(facts, "addressed authority's name", facts.addressed_authority)
    salutation = _name(facts, "salutation", facts.recipient.salutation)
    blocks = tuple(
        statistic_block(name, figures, edition.reporting_year, edition.wording)
        for name in edition.statistics
    )
    values = _values(edition, figures, authority, addressed)
    title = fill(edition.title, values)
    return LetterDocument(
        subject=_marked(fill(edition.subject, values), facts),
        preheader=fill(edition.preheader, values),
        file_stem=_file_stem(f"{title} - {authority}"),
        author=edition.author,
        authority=authority,
        dated=edition.letter_date,
        letterhead=_letterhead(edition.letterhead),
        date_line=written_date(edition.letter_date),
        delivery=edition.delivery,
        address=_address(facts, addressed),
        salutation=f"Dear {salutation}",
        title=title,
        body=edition.text.filled(values, _conditions(facts, blocks)),
        signature=Signature(edition.closing, edition.signatory.name, edition.signatory.offices),
        statistics_title=fill(edition.statistics_title, values),
        statistics_period=f"{values['year_from']} to {values['year_to']}",
        statistics=blocks,
        chart_key=_chart_key(blocks, authority),
        sample=SAMPLE if facts.is_sample else None,
    )


def _values(
    edition: Edition, figures: AuthorityFigures, authority: str, addressed: str
) -> dict[str, str]:
    year = edition.reporting_year
    return {
        "addressed_authority": addressed,
        "authority": authority,
        "late_cases": counted(_late(figures), "case", "cases"),
        "letter_date": written_date(edition.letter_date),
        "not_complied_cases": counted(_not_complied(figures), "case", "cases"),
        "publication_date": written_date(edition.publication_date),
        "similar_authorities": GROUPS[figures.authority.type],
        "year": str(year),
        "year_from": written_date(year.first_day),
        "year_to": written_date(year.last_day),
    }


def _conditions(facts: LetterFacts, blocks: tuple[StatisticBlock, ...]) -> dict[str, bool]:
    late = _late(facts.figures) > 0
    not_complied = _not_complied(facts.figures) > 0
    return {
        "compared": _is_compared(blocks),
        "late": late,
        "not_complied": not_complied,
        "own_performance": late or not_complied,
        "successor": facts.goes_to_successor,
    }


def _late(figures: AuthorityFigures) -> int:
    return figures.tally[Measure(ComplianceOutcome.LATE.value)]


def _not_complied(figures: AuthorityFigures) -> int:
    return figures.tally[Measure(ComplianceOutcome.NOT_COMPLIED.value)]


def _is_compared(blocks: tuple[StatisticBlock, ...]) -> bool:
    return any(block.chart and block.chart.comparison is not None for block in blocks)


def _chart_key(blocks: tuple[StatisticBlock, ...], authority: str) -> str | None:
    """Say how to read the charts, as far as there are any."""
    if not any(block.chart for block in blocks):
        return None
    compared = _CHART_KEY_COMPARED if _is_compared(blocks) else ""
    return f"{_CHART_KEY.format(authority=authority)}{compared}."


def _letterhead(content: LetterheadContent) -> Letterhead:
    website = str(content.website).rstrip("/")
    return Letterhead(
        content.name,
        content.emphasised,
        contact=(
            Run(website.partition("//")[2], link=website),
            Run(content.email, link=f"mailto:{content.email}"),
        ),
    )


def _address(facts: LetterFacts, addressed: str) -> tuple[str, ...]:
    """Return the address line by line; nothing is said twice and no line is empty."""
    lines = (
        _printable(facts, "addressee", facts.recipient.addressee),
        _printable(facts, "job title", facts.recipient.job_title),
        addressed,
    )
    return tuple(dict.fromkeys(line for line in lines if line))


def _marked(subject: str, facts: LetterFacts) -> str:
    return f"SAMPLE – {subject}" if facts.is_sample else subject


def _name(facts: LetterFacts, what: str, value: str) -> str:
    printable = _printable(facts, what, value)
    if not printable:
        message = (
            f"letter {facts.letter.tag} has no {what}; fill it in and prepare the letter again"
        )
        raise UnprintableLetterError(message)
    return printable


def _printable(facts: LetterFacts, what: str, value: str) -> str:
    """Return a name on one line, composed (NFC), without anything that can't be seen."""
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    for character in text:
        if unicodedata.category(character).startswith("C"):
            message = (
                f"letter {facts.letter.tag}: the {what} holds an invisible character, "
                f"U+{ord(character):04X}; type it afresh and prepare the letter again"
            )
            raise UnprintableLetterError(message)
    return text


def _file_stem(text: str) -> str:
    """Return a name under which every system can keep a file."""
    return _UNSAFE_IN_FILE_NAMES.sub("-", text)[:_LONGEST_FILE_STEM].strip(" .")
