"""What a case list holds: the numbers of a letter, its cases, and what each column says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, assert_never

from annual_review.domain.cases import CasePart, ComplianceOutcome, DecisionOutcome, Subject
from annual_review.domain.statistics import StatisticName
from annual_review.domain.tallies import SATISFACTORY_REMEDY, Measure, Tally, subject_measure
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.editions.edition_schema import Wording
from annual_review.rendering.letter.document import LetterDocument
from annual_review.rendering.letter.statistic_words import words_of
from annual_review.rendering.text.wording import written_date
from annual_review.services.figures.counted_cases import CountedCase
from annual_review.services.letters.rendering import LetterFacts

ABOUT: Final = "About"
DECIDED: Final = "Decided cases"
COMPLIANCE: Final = "Compliance outcomes"

_UPHELD: Final = Measure(DecisionOutcome.UPHELD.value)
_OUTCOMES: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        Measure(DecisionOutcome.INVALID_OR_INCOMPLETE.value): "Invalid or incomplete",
        Measure(DecisionOutcome.ADVICE_GIVEN.value): "Advice given",
        Measure(DecisionOutcome.REFERRED_BACK.value): "Referred back to the authority",
        Measure(
            DecisionOutcome.CLOSED_AFTER_INITIAL_ENQUIRIES.value
        ): "Closed after initial enquiries",
        Measure(DecisionOutcome.NOT_UPHELD.value): "Not upheld",
        _UPHELD: "Upheld",
    }
)
_SUBJECTS: Final[Mapping[Measure, str]] = MappingProxyType(
    {subject_measure(each): each.value for each in Subject}
)
_COMPLIED: Final[Mapping[Measure, tuple[str, str]]] = MappingProxyType(
    {
        Measure(ComplianceOutcome.ON_TIME.value): ("Complied on time", "Yes"),
        Measure(ComplianceOutcome.LATE.value): ("Complied late", "Yes"),
        Measure(ComplianceOutcome.NOT_COMPLIED.value): ("Not complied", "No"),
    }
)
_MEANINGS: Final = (
    (DECIDED, "Reference", "Our reference for the case."),
    (DECIDED, "Decided on", "The day of our decision. It puts the case into its year."),
    (DECIDED, "Subject", "What the complaint was about."),
    (
        DECIDED,
        "Outcome",
        "How the case ended. Only Upheld and Not upheld are detailed investigations.",
    ),
    (
        DECIDED,
        "Satisfactory remedy",
        "Whether the authority had already offered a remedy that we agreed with; only if upheld.",
    ),
    (COMPLIANCE, "Reference", "Our reference for the case, which may be of an earlier year."),
    (
        COMPLIANCE,
        "Recorded on",
        "The day on which we recorded what became of our recommendations.",
    ),
    (COMPLIANCE, "Outcome", "Whether our recommendations were carried out, and when."),
    (COMPLIANCE, "Counts as complied", "A remedy that came late still counts as compliance."),
)

CellValue = str | int | date | None
"""What a cell holds: a text, a number, a day, or nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name of its own, as screen readers and formulas of the reader ask for it."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[CellValue]]
    is_filtered: bool = True


def about_letter(facts: LetterFacts, document: LetterDocument) -> Iterable[tuple[str, str]]:
    """Go through what is said of the list itself: names, and what stands beside them."""
    authority, year = document.authority, facts.letter.year
    if document.sample:
        yield "Please note", document.sample.explanation
    yield "Authority", f"{authority} ({facts.letter.authority})"
    yield "Goes with", f"{document.title}, dated {document.date_line}"
    yield (
        "Reporting year",
        f"{year}: {written_date(year.first_day)} to {written_date(year.last_day)}",
    )
    yield "Revision of the figures", str(facts.letter.revision)
    if facts.reissue and facts.reissue.replaces is not None:
        replaced = written_date(facts.reissue.replaced_date)
        yield "Replaces", f"revision {facts.reissue.replaces}, with the letter of {replaced}"
    alone = f"{facts.addressed_authority}, as a successor to {authority},"
    receiver = " ".join((alone if facts.goes_to_successor else authority).split())
    yield "Not published", f"We do not publish this list. It is for {receiver} alone."
    yield (
        "What it is for",
        "To find the cases behind each number. The sheets hold every case that counts, no other.",
    )


def sums(facts: LetterFacts, edition: Edition) -> Table:
    """Return the numbers of the letter, under the letter's own labels, and where to count them."""
    tally = facts.figures.tally
    rows = [row for name in edition.statistics for row in _sums_of(name, tally, edition.wording)]
    return Table(
        "NumbersOfTheLetter",
        ("Statistic", "Number of", "Where to count them", "Number"),
        (*rows, ("All decisions", "decided cases", f"Sheet {DECIDED}: all rows", tally.decisions)),
        is_filtered=False,
    )


def _sums_of(name: StatisticName, tally: Tally, wording: Wording) -> Iterator[Sequence[CellValue]]:
    decided, complied = f"Sheet {DECIDED}", f"Sheet {COMPLIANCE}"
    words = words_of(name, wording)
    match name:
        case StatisticName.UPHOLD_RATE:
            yield (
                words.title,
                "detailed investigations",
                f"{decided}: rows with the outcome Upheld or Not upheld",
                tally.investigations,
            )
            where = f"{decided}: rows with the outcome Upheld"
            yield words.title, "upheld decisions", where, tally.upheld
        case StatisticName.COMPLIANCE_RATE:
            where = f"{complied}: all rows"
            yield words.title, "compliance outcomes", where, tally.compliance_outcomes
            where = f"{complied}: rows with Yes under Counts as complied"
            yield words.title, "recommendations implemented", where, tally.complied
        case StatisticName.SATISFACTORY_REMEDY_RATE:
            where = f"{decided}: rows with Yes under Satisfactory remedy"
            number = tally.satisfactory_remedies
            yield words.title, "satisfactory remedy decisions", where, number
            where = f"{decided}: rows with the outcome Upheld, on which this statistic is based"
            yield words.title, words.base.many, where, tally.upheld
        case _:
            assert_never(name)


def columns_explained() -> Table:
    """Return what each column of the other sheets says."""
    return Table("Columns", ("Sheet", "Column", "What it says"), _MEANINGS, is_filtered=False)


def decided_cases(cases: Iterable[CountedCase]) -> Table:
    """Return the decisions of the year, a row for each."""
    return Table(
        "DecidedCases",
        [column for sheet, column, _ in _MEANINGS if sheet == DECIDED],
        [
            (
                case.reference,
                case.counted_on,
                _subject(case),
                _OUTCOMES[measure],
                _remedy(case, measure),
            )
            for case in cases
            if case.part is CasePart.DECISION
            for measure in case.measures
            if measure in _OUTCOMES
        ],
    )


def _subject(case: CountedCase) -> str | None:
    return next((_SUBJECTS[each] for each in case.measures if each in _SUBJECTS), None)


def _remedy(case: CountedCase, outcome: Measure) -> str | None:
    if outcome != _UPHELD:
        return None
    return "Yes" if SATISFACTORY_REMEDY in case.measures else "No"


def compliance_outcomes(cases: Iterable[CountedCase]) -> Table:
    """Return the compliance outcomes of the year, a row for each."""
    return Table(
        "ComplianceOutcomes",
        [column for sheet, column, _ in _MEANINGS if sheet == COMPLIANCE],
        [
            (case.reference, case.counted_on, *_COMPLIED[measure])
            for case in cases
            if case.part is CasePart.COMPLIANCE
            for measure in case.measures
            if measure in _COMPLIED
        ],
    )
