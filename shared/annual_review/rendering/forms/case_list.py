"""The case list that goes with a letter: the cases behind its numbers, as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Final

from annual_review.domain.invisible import first_invisible, named
from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.forms.case_tables import (
    ABOUT,
    COMPLIANCE,
    DECIDED,
    Table,
    about_letter,
    columns_explained,
    compliance_outcomes,
    decided_cases,
    sums,
)
from annual_review.rendering.letter.document import LetterDocument
from annual_review.services.figures.counted_cases import tally_of_cases
from annual_review.services.letters.rendering import LetterFacts, UnprintableLetterError

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (44, 31, 62, 10)
_LONGEST_REFERENCE: Final = 40
_A4: Final = 9


def print_case_list(facts: LetterFacts, document: LetterDocument, edition: Edition) -> bytes:
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
    _print_about(_sheet(workbook, ABOUT, document), facts, document, edition, (bold, wrapped))
    for name, table in (
        (DECIDED, decided_cases(facts.cases)),
        (COMPLIANCE, compliance_outcomes(facts.cases)),
    ):
        sheet = _sheet(workbook, name, document)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        # A reference is a text on purpose; else each would bear a mark that asks to fix it.
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
    edition: Edition,
    formats: tuple[Format, Format],
) -> None:
    bold, wrapped = formats
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    row = 0
    for name, text in (
        (f"Cases of {document.authority}", ""),
        *about_letter(facts, document),
    ):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text)
        row += 1
    for table in (sums(facts, edition), columns_explained()):
        row = _write(sheet, row + 1, table, bold, wrapped)


def _widths(table: Table) -> Iterable[int]:
    """Return how many characters wide each column is; dates are written out."""
    for place, column in enumerate(table.columns):
        texts = (str(row[place]) for row in table.rows if isinstance(row[place], str))
        longest = max(map(len, texts), default=0)
        yield max(min(longest, 2 * _LONGEST_REFERENCE), len(column) + 4, 18) + 1


def _write(
    sheet: Worksheet, row: int, table: Table, bold: Format, format_: Format | None = None
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
