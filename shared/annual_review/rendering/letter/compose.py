"""Compose a letter: an edition and the facts of one letter become the words of every form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from typing import Final, TypeVar, cast

from annual_review.domain.figures import AuthorityFigures
from annual_review.domain.recipients import without_dear
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.editions.edition_schema import Layout, LetterheadContent
from annual_review.rendering.letter.document import (
    LetterDocument,
    Letterhead,
    Replacement,
    SampleMarking,
    Signature,
    StatisticBlock,
)
from annual_review.rendering.letter.statistics import StatisticPrinter
from annual_review.rendering.letter.tables import (
    TREND_NOTE,
    replacement_of,
    trend_of,
    volumes_of,
)
from annual_review.rendering.text.blocks import Paragraph, Run
from annual_review.rendering.text.file_names import safe_in_file_names
from annual_review.rendering.text.names import OWN_PERFORMANCE, REASON, printable_texts
from annual_review.rendering.text.placeholders import fill
from annual_review.rendering.text.wording import (
    GROUPS,
    with_typographic_apostrophes,
    written_date,
)
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError

SAMPLE: Final = SampleMarking(
    label="SAMPLE – simulated figures",
    explanation="This is a sample, not a letter of the Ombudsman. Figures and names in it may be "
    "simulated.",
)
_CHART_KEY: Final = "In {charts}, the filled part is the percentage for {authority}"
_CHART_KEY_COMPARED: Final = " and the line across it marks the average in similar authorities"
_LONGEST_FILE_STEM: Final = 120
_NOT_READ: Final = frozenset({"file_stem", "link"})
_Part = TypeVar("_Part")


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
    texts = printable_texts(facts)
    authority = _needed(facts, texts, "authority's name")
    addressed = _needed(facts, texts, "addressed authority's name")
    salutation = _needed(facts, texts, "salutation")
    dated = facts.reissue.dated if facts.reissue else edition.letter_date
    blocks = tuple(_statistics(edition, facts))
    values = (
        edition.facts.values
        | _values(edition, figures, dated)
        | {
            "authority": authority,
            "addressed_authority": addressed,
        }
    )
    title = fill(edition.title, values)
    performance = tuple(
        Paragraph((Run(text),)) for what, text in texts.items() if what.startswith(OWN_PERFORMANCE)
    )
    document = LetterDocument(
        subject=_marked(fill(edition.subject, values), facts),
        preheader=fill(edition.preheader, values),
        file_stem=_file_stem(f"{title} - {authority}", facts),
        author=edition.author,
        authority=authority,
        dated=dated,
        letterhead=_letterhead(edition.letterhead),
        date_line=written_date(dated),
        delivery=edition.delivery,
        address=_address(texts),
        salutation=f"Dear {without_dear(salutation)}",
        title=title,
        replacement=_replacement(edition, facts, texts),
        body=edition.text.filled(
            values, _conditions(edition, facts, blocks), {"own_performance": performance}
        ),
        signature=Signature(edition.closing, edition.signatory.name, edition.signatory.offices),
        statistics_title=fill(edition.statistics_title, values),
        statistics_period=f"{values['year_from']} to {values['year_to']}",
        trend_note=TREND_NOTE if _has_trend(edition, facts) else None,
        volumes=volumes_of(figures.tally) if edition.printed.volumes else None,
        statistics=blocks,
        chart_key=_chart_key(blocks, authority) if edition.layout is Layout.OF_2020 else None,
        layout=edition.layout,
        sample=SAMPLE if facts.is_sample else None,
    )
    return document if edition.layout is Layout.OF_2020 else _typographic(document)


def _statistics(edition: Edition, facts: LetterFacts) -> Iterator[StatisticBlock]:
    printer = StatisticPrinter(edition, facts.figures)
    for name in edition.statistics:
        block = printer.block(name)
        if _has_trend(edition, facts):
            trend = trend_of(edition, name, facts.figures, facts.earlier)
            yield replace(block, trend=trend)
        else:
            yield block


def _typographic(whole: _Part) -> _Part:
    """Return a part of a letter with typographic apostrophes in all that is read."""
    match whole:
        case Enum():
            return whole
        case str():
            return cast("_Part", with_typographic_apostrophes(whole))
        case tuple():
            return cast("_Part", tuple(_typographic(each) for each in whole))
        case _ if is_dataclass(whole) and not isinstance(whole, type):
            read = (each.name for each in fields(whole) if each.name not in _NOT_READ)
            return replace(whole, **{name: _typographic(getattr(whole, name)) for name in read})
        case _:
            return whole


def _values(edition: Edition, figures: AuthorityFigures, dated: date) -> dict[str, str]:
    year = edition.reporting_year
    return {
        "letter_date": written_date(dated),
        "publication_date": written_date(edition.publication_date),
        "similar_authorities": GROUPS[figures.authority.type],
        "year": str(year),
        "year_from": written_date(year.first_day),
        "year_to": written_date(year.last_day),
    }


def _conditions(
    edition: Edition, facts: LetterFacts, blocks: tuple[StatisticBlock, ...]
) -> dict[str, bool]:
    return {
        "compared": _is_compared(blocks),
        "own_performance": bool(facts.paragraphs),
        "published": facts.reissue is not None and facts.reissue.dated > edition.publication_date,
        "successor": facts.goes_to_successor,
        "trend": _has_trend(edition, facts),
    }


def _has_trend(edition: Edition, facts: LetterFacts) -> bool:
    return edition.printed.trend and bool(facts.earlier)


def _replacement(
    edition: Edition, facts: LetterFacts, texts: Mapping[str, str]
) -> Replacement | None:
    if facts.reissue is None or not _replaces_another(facts):
        return None
    return replacement_of(edition, facts.figures, facts.reissue, _needed(facts, texts, REASON))


def _replaces_another(facts: LetterFacts) -> bool:
    return facts.reissue is not None and facts.reissue.replaces is not None


def _is_compared(blocks: tuple[StatisticBlock, ...]) -> bool:
    return any(block.chart and block.chart.comparison is not None for block in blocks)


def _chart_key(blocks: tuple[StatisticBlock, ...], authority: str) -> str | None:
    """Say how to read the charts, as far as there are any."""
    number = sum(block.chart is not None for block in blocks)
    if not number:
        return None
    charts = "the chart" if number == 1 else "each chart"
    compared = _CHART_KEY_COMPARED if _is_compared(blocks) else ""
    return f"{_CHART_KEY.format(charts=charts, authority=authority)}{compared}."


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


def _address(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the address line by line; nothing is said twice and no line is empty."""
    lines = (texts[what] for what in ("addressee", "job title", "addressed authority's name"))
    return tuple(dict.fromkeys(line for line in lines if line))


def _marked(subject: str, facts: LetterFacts) -> str:
    again = "Re-issued – " if _replaces_another(facts) else ""
    sample = "SAMPLE – " if facts.is_sample else ""
    return f"{sample}{again}{subject}"


def _needed(facts: LetterFacts, texts: Mapping[str, str], what: str) -> str:
    if not texts[what]:
        message = (
            f"letter {facts.letter.tag} has no {what}; fill it in and prepare the letter again"
        )
        raise UnprintableLetterError(message)
    return texts[what]


def _file_stem(text: str, facts: LetterFacts) -> str:
    """Return a name under which every system can keep a file, another for a re-issue."""
    stem = safe_in_file_names(text)[:_LONGEST_FILE_STEM].strip(" .")
    return f"{stem} - re-issued" if _replaces_another(facts) else stem
