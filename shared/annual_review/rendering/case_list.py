"""The case list that goes with a letter: the cases behind its numbers, as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from annual_review.domain.cases import CasePart, ComplianceOutcome, DecisionOutcome, Subject
from annual_review.domain.invisible import first_invisible, named
from annual_review.domain.tallies import SATISFACTORY_REMEDY, Measure, subject_measure
from annual_review.rendering.document import LetterDocument
from annual_review.rendering.edition_schema import Wording
from annual_review.rendering.wording import written_date
from annual_review.services.counted_cases import CountedCase, tally_of_cases
from annual_review.services.rendering import LetterFacts, UnprintableLetterError

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ABOUT: Final = "About"
DECIDED: Final = "Decided cases"
COMPLIANCE: Final = "Compliance outcomes"

_OUTCOMES: Final[Mapping[DecisionOutcome, str]] = MappingProxyType(
    {
        DecisionOutcome.INVALID_OR_INCOMPLETE: "Invalid or incomplete",
        DecisionOutcome.ADVICE_GIVEN: "Advice given",
        DecisionOutcome.REFERRED_BACK: "Referred back to the authority",
        DecisionOutcome.CLOSED_AFTER_INITIAL_ENQUIRIES: "Closed after initial enquiries",
        DecisionOutcome.NOT_UPHELD: "Not upheld",
        DecisionOutcome.UPHELD: "Upheld",
    }
)
_COMPLIED: Final[Mapping[ComplianceOutcome, tuple[str, str]]] = MappingProxyType(
    {
        ComplianceOutcome.ON_TIME: ("Complied on time", "Yes"),
        ComplianceOutcome.LATE: ("Complied late", "Yes"),
        ComplianceOutcome.NOT_COMPLIED: ("Not complied", "No"),
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
_WIDTHS: Final = (44, 31, 62, 10)
_LONGEST_REFERENCE: Final = 40
_A4: Final = 9

Cell = str | int | date | None
"""What a cell holds: a text, a number, a day, or nothing."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with a name of its own, as screen readers and formulas of the reader ask for it."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_filtered: bool = True


def print_case_list(facts: LetterFacts, document: LetterDocument, wording: Wording) -> bytes:
    """Print the case list of one letter as xlsx. Equal arguments give equal bytes.

    Every value is written as what it is: no text becomes a formula, a number or a link.

    Raises:
        UnprintableLetterError: The cases don't add up to the figures, or the reference of one holds
            a character that can't be seen.
    """
    from xlsxwriter import Workbook

    _check(facts)
    content = BytesIO()
    workbook = Workbook(content, {"in_memory": True, "default_date_format": "d mmmm yyyy"})
    workbook.set_properties(
        {
            "title": f"{document.title}: cases of {document.authority}",
            "author": document.author,
            # The library would take the clock's.
            "created": datetime.combine(document.dated, time()),
        }
    )
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    _print_about(_sheet(workbook, ABOUT, document), facts, document, wording, (bold, wrapped))
    for name, table in ((DECIDED, _decided(facts.cases)), (COMPLIANCE, _complied(facts.cases))):
        sheet = _sheet(workbook, name, document)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        # A reference is a text on purpose; else each would bear a mark that asks to mend it.
        sheet.ignore_errors({"number_stored_as_text": "A:A"})
        for place, width in enumerate(_widths(table)):
            sheet.set_column(place, place, width)
        _write(sheet, 0, table, bold)
    workbook.close()
    return content.getvalue()


def _check(facts: LetterFacts) -> None:
    if facts.cases and tally_of_cases(facts.cases) != facts.figures.tally:
        raise UnprintableLetterError(
            f"letter {facts.letter.tag}: its list of cases does not add up to its figures; re-issue"
            " it"
        )
    for case in facts.cases:
        if character := first_invisible(case.reference):
            raise UnprintableLetterError(
                f"letter {facts.letter.tag}: the reference of a case holds an invisible character,"
                f" {named(character)}; correct it in casework and re-issue the letter"
            )


def _sheet(workbook: Workbook, name: str, document: LetterDocument) -> Worksheet:
    sheet = workbook.add_worksheet(name)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    # In a footer, & begins a code.
    sheet.set_footer(f"&L{document.title.replace('&', '&&')}: &A&RPage &P of &N")
    return sheet


def _print_about(
    sheet: Worksheet,
    facts: LetterFacts,
    document: LetterDocument,
    wording: Wording,
    formats: tuple[Format, Format],
) -> None:
    bold, wrapped = formats
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    row = 0
    for name, text in (
        (f"Cases of {document.authority}", ""),
        *_facts(facts, document),
    ):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
        row += 1
    for table in (_sums(facts, wording), _explained()):
        row = _write(sheet, row + 1, table, bold, wrapped)


def _facts(facts: LetterFacts, document: LetterDocument) -> Iterable[tuple[str, str]]:
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


def _sums(facts: LetterFacts, wording: Wording) -> _Table:
    """Return the numbers of the letter, under the letter's own labels, and where to count them."""
    tally = facts.figures.tally
    decided, complied = f"Sheet {DECIDED}", f"Sheet {COMPLIANCE}"
    upheld, compliance, remedies = (
        "Complaints upheld",
        "Compliance with Ombudsman recommendations",
        "Satisfactory remedies provided by the authority",
    )
    return _Table(
        "NumbersOfTheLetter",
        ("Statistic", "Number of", "Where to count them", "Number"),
        (
            (
                upheld,
                "detailed investigations",
                f"{decided}: rows with the outcome Upheld or Not upheld",
                tally.investigations,
            ),
            (upheld, "upheld decisions", f"{decided}: rows with the outcome Upheld", tally.upheld),
            (compliance, "compliance outcomes", f"{complied}: all rows", tally.compliance_outcomes),
            (
                compliance,
                "recommendations implemented",
                f"{complied}: rows with Yes under Counts as complied",
                tally.complied,
            ),
            (
                remedies,
                "satisfactory remedy decisions",
                f"{decided}: rows with Yes under Satisfactory remedy",
                tally.satisfactory_remedies,
            ),
            (
                remedies,
                wording.remedies_base.many,
                f"{decided}: rows with the outcome Upheld, on which this statistic is based",
                tally.upheld,
            ),
            ("All decisions", "decided cases", f"{decided}: all rows", tally.decisions),
        ),
        is_filtered=False,
    )


def _explained() -> _Table:
    return _Table("Columns", ("Sheet", "Column", "What it says"), _MEANINGS, is_filtered=False)


def _decided(cases: Iterable[CountedCase]) -> _Table:
    return _Table(
        "DecidedCases",
        [column for sheet, column, _ in _MEANINGS if sheet == DECIDED],
        [
            (
                case.reference,
                case.counted_on,
                _subject(case),
                _OUTCOMES[outcome],
                _remedy(case, outcome),
            )
            for case in cases
            if case.part is CasePart.DECISION
            for outcome in DecisionOutcome
            if Measure(outcome.value) in case.measures
        ],
    )


def _subject(case: CountedCase) -> str | None:
    subjects = (each.value for each in Subject if subject_measure(each) in case.measures)
    return next(subjects, None)


def _remedy(case: CountedCase, outcome: DecisionOutcome) -> str | None:
    if outcome is not DecisionOutcome.UPHELD:
        return None
    return "Yes" if SATISFACTORY_REMEDY in case.measures else "No"


def _complied(cases: Iterable[CountedCase]) -> _Table:
    return _Table(
        "ComplianceOutcomes",
        [column for sheet, column, _ in _MEANINGS if sheet == COMPLIANCE],
        [
            (case.reference, case.counted_on, *_COMPLIED[outcome])
            for case in cases
            if case.part is CasePart.COMPLIANCE
            for outcome in ComplianceOutcome
            if Measure(outcome.value) in case.measures
        ],
    )


def _widths(table: _Table) -> Iterable[int]:
    """Return how many characters wide each column is; dates are written out."""
    for place, column in enumerate(table.columns):
        texts = (str(row[place]) for row in table.rows if isinstance(row[place], str))
        longest = max(map(len, texts), default=0)
        yield max(min(longest, 2 * _LONGEST_REFERENCE), len(column) + 4, 18) + 1


def _write(
    sheet: Worksheet, row: int, table: _Table, bold: Format, format_: Format | None = None
) -> int:
    """Write a table from a row on, and return the row after it. A table has a row at least."""
    last = row + max(1, len(table.rows))
    sheet.add_table(
        *(row, 0, last, len(table.columns) - 1),
        {
            "name": table.name,
            "columns": [{"header": each, "header_format": bold} for each in table.columns],
            "autofilter": table.is_filtered,
            "style": "Table Style Light 1",
        },
    )
    for down, cells in enumerate(table.rows, row + 1):
        for across, cell in enumerate(cells):
            match cell:
                case str():
                    sheet.write_string(down, across, cell, format_)
                case int():
                    sheet.write_number(down, across, cell, format_)
                case date():
                    sheet.write_datetime(down, across, datetime.combine(cell, time()))
                case None:
                    continue
    return last + 1
