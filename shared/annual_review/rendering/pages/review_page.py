"""The review of a year's letters as one page that opens from disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.statistics import Statistic, StatisticName
from annual_review.rendering.letter.document import LANGUAGE
from annual_review.rendering.page_templates import page_templates
from annual_review.rendering.pages.thumbnails import HEIGHT, WIDTH
from annual_review.services.review.review_letters import Flag, ReviewedLetter

if TYPE_CHECKING:
    from jinja2 import Template

KINDS: Final = {"pdf": "PDF", "html": "HTML", "txt": "Text", "xlsx": "Cases (xlsx)"}
"""The forms of a letter that a reader may open, each with what its link says."""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One letter of the review, with the kinds of files that lie beside the page."""

    reviewed: ReviewedLetter
    kinds: Sequence[str]
    has_thumbnails: bool

    @property
    def figures(self) -> Iterator[tuple[str, Statistic | None, Statistic | None]]:
        """The statistics: name, what the authority has, what similar authorities have."""
        own, beside = self.reviewed.figures.statistics, self.reviewed.figures.comparisons.statistics
        for name in StatisticName:
            yield name.words, own.get(name), beside.get(name)


@dataclass(frozen=True, slots=True)
class Review:
    """What the page says above its lines.

    `source` names where the letters come from, `previous` what they are compared with (`None`: with
    nothing). `gone` are the authorities that had a letter there and have none here.
    """

    year: ReportingYear
    source: str
    made: str
    previous: str | None = None
    gone: tuple[AuthorityCode, ...] = ()


class ReviewPage:
    """Prints the page. Names are escaped wherever they stand."""

    @cached_property
    def _template(self) -> Template:
        return page_templates().get_template("review.html.j2")

    def print(self, review: Review, lines: Sequence[ReviewLine]) -> str:
        """Print the page of a review, its lines in the order of the authorities' names."""
        ordered = sorted(lines, key=lambda line: line.reviewed.figures.authority.name.casefold())
        return self._template.render(
            review=review,
            lines=ordered,
            statistics=[name.words.capitalize() for name in StatisticName],
            types=_found(line.reviewed.figures.authority.type.value for line in ordered),
            states=_found(line.reviewed.letter.state.value for line in ordered),
            flags=_flags_found(ordered),
            kinds=KINDS,
            width=WIDTH,
            height=HEIGHT,
            language=LANGUAGE,
        )


def _found(values: Iterator[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items())


def _flags_found(lines: Sequence[ReviewLine]) -> list[tuple[Flag, int]]:
    found = Counter(each.flag for line in lines for each in line.reviewed.flags)
    return [(flag, found[flag]) for flag in Flag if found[flag]]
