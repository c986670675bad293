"""From a public year to its national review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.statistics import statistics_of
from annual_review.rendering.national_review import tables
from annual_review.rendering.national_review.document import NationalReview, Part
from annual_review.rendering.national_review.review_text import ReviewText
from annual_review.rendering.text.letter_template import Insertion, LetterTemplate
from annual_review.rendering.text.letter_template import Part as TextPart
from annual_review.rendering.text.wording import counted, written_date
from annual_review.services.publication.public_year import PublicYear

_NO_SUBJECT: Final = "no subject"


def compose_review(year: PublicYear, before: PublicYear | None, text: ReviewText) -> NationalReview:
    """Compose the review of a year; `before` is the year before, where it is public."""
    return NationalReview(
        title=f"Review of local authority complaints {year.year}",
        period=f"{written_date(year.year.first_day)} to {written_date(year.year.last_day)}",
        author=text.author,
        dated=year.published_on,
        is_sample=year.is_sample,
        parts=tuple(_parts(year, before, text.template)),
        annex=(tables.every_authority(year),),
    )


def _parts(year: PublicYear, before: PublicYear | None, template: LetterTemplate) -> Iterator[Part]:
    values, conditions = _values(year), _conditions(year, before)
    for part in template.parts:
        if not part.is_printed(conditions):
            continue
        for block in part.blocks:
            if isinstance(block, Insertion):
                yield from _inserted(block.name, year, before)
            else:
                yield from LetterTemplate((TextPart((block,)),)).filled(values, {}, {})


def _inserted(name: str, year: PublicYear, before: PublicYear | None) -> Iterator[Part]:
    match name:
        case "at_a_glance":
            yield tables.at_a_glance(year)
        case "outcomes":
            yield tables.outcomes(year)
        case "upheld_by_type":
            yield tables.by_type(year, tables.UPHOLD, before)
        case "upheld_by_subject":
            yield tables.by_subject(year)
        case "compliance":
            yield tables.compliance_outcomes(year)
            yield tables.by_type(year, tables.COMPLIANCE, before)
        case "remedies":
            yield tables.by_type(year, tables.REMEDY, before)
        case "change" if before is not None:
            yield tables.change(year, before)


def _conditions(year: PublicYear, before: PublicYear | None) -> Mapping[str, bool]:
    return {
        "last_year": before is not None,
        "late": tables.count_of(year.national, ComplianceOutcome.LATE) > 0,
        "not_complied": tables.count_of(year.national, ComplianceOutcome.NOT_COMPLIED) > 0,
        "public_reports": tables.public_reports(year) > 0,
    }


def _values(year: PublicYear) -> Mapping[str, str]:
    tally = year.national
    shares = statistics_of(tally)
    uphold, compliance, remedy = (
        shares[name] for name in (tables.UPHOLD, tables.COMPLIANCE, tables.REMEDY)
    )
    told = [row for row in tables.by_subject(year).rows if row.share]
    most = max(
        told, key=lambda row: (row.share.numerator if row.share else 0, row.head), default=None
    )
    return {
        "authorities": f"{len(year.authorities):,}",
        "complied": f"{compliance.numerator:,}",
        "compliance_outcomes": f"{compliance.denominator:,}",
        "compliance_rate": tables.printed(compliance),
        "decisions": f"{tally.decisions:,}",
        "improvements": counted(tables.improvements(year), "change", "changes"),
        "investigations": f"{uphold.denominator:,}",
        "late": f"{tables.count_of(tally, ComplianceOutcome.LATE):,}",
        "most_upheld_subject": most.head if most else _NO_SUBJECT,
        "not_complied": counted(
            tables.count_of(tally, ComplianceOutcome.NOT_COMPLIED), "case", "cases"
        ),
        "public_reports": counted(tables.public_reports(year), "investigation", "investigations"),
        "publication_date": written_date(year.published_on),
        "remedies": counted(remedy.numerator, "upheld complaint", "upheld complaints"),
        "satisfactory_remedy_rate": tables.printed(remedy),
        "upheld": f"{uphold.numerator:,}",
        "uphold_rate": tables.printed(uphold),
        "year": str(year.year),
        "year_before": str(year.year.ends - 1),
        "year_from": written_date(year.year.first_day),
        "year_to": written_date(year.year.last_day),
    }
