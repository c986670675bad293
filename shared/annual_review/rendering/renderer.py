"""The renderer of letters: one edition, one office, every form of a letter at once."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Final

from typing_extensions import override

from annual_review.rendering.editions.edition import Edition
from annual_review.rendering.forms.case_list import print_case_list
from annual_review.rendering.forms.html import HtmlPrinter
from annual_review.rendering.forms.message import (
    Attachment,
    MailboxError,
    build_message,
    mailbox,
    named_mailbox,
)
from annual_review.rendering.forms.pdf import PdfPrinter, UnprintableTextError
from annual_review.rendering.forms.text import print_text
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.letter.document import LetterDocument, SampleMarking
from annual_review.rendering.text.file_names import file_names
from annual_review.rendering.text.names import what_to_correct
from annual_review.services.letters.rendering import (
    XLSX,
    LetterFacts,
    LetterRenderer,
    RenderedLetter,
    UnprintableLetterError,
)

_MOST_NAMED: Final = 5


class EditionRenderer(LetterRenderer):
    """Renders the letters of one edition. Keep it: the first letter of each renderer is slow."""

    def __init__(
        self,
        edition: Edition,
        sender: str,
        marking: SampleMarking | None = None,
    ) -> None:
        """Take the edition and the mailbox that letters come from.

        Answers go to the address that the letterhead prints. A mailbox without a name of its own
        gets that of the edition's author.

        `marking` is set where no letter is one, whatever its facts say: in a preview.

        Raises:
            MailboxError: `sender` is no mailbox.
        """
        self._edition = edition
        self._marking = marking
        self._sender = named_mailbox(sender, edition.author)
        self._reply_to = mailbox(edition.letterhead.email)
        self._pdf = PdfPrinter()
        self._html = HtmlPrinter()

    @override
    def render(self, facts: LetterFacts) -> RenderedLetter:
        document = compose(self._edition, facts)
        if self._marking:
            document = replace(document, sample=self._marking)
        pdf = self._print_pdf(facts, document)
        html = self._html.print(document)
        text = print_text(document)
        case_list = print_case_list(facts, document, self._edition)
        names = file_names(
            document.file_stem,
            self._edition.year,
            document.authority,
            is_reissue=document.replacement is not None,
        )
        try:
            message = build_message(
                letter=facts.letter,
                sender=self._sender,
                reply_to=self._reply_to,
                recipient=facts.recipient,
                subject=document.subject,
                text=text,
                html=html,
                attachments=(
                    Attachment(names.letter, "application/pdf", pdf),
                    Attachment(names.case_list, XLSX, case_list),
                ),
            )
        except MailboxError as error:
            reason = (
                f"letter {facts.letter.tag} can't be addressed: the recipient or a copy is {error};"
                " correct it among the recipients and prepare the letter again"
            )
            raise UnprintableLetterError(reason) from None
        return RenderedLetter(document.subject, pdf, html, text, case_list, message)

    def _print_pdf(self, facts: LetterFacts, document: LetterDocument) -> bytes:
        try:
            return self._pdf.print(document)
        except UnprintableTextError as error:
            raise UnprintableLetterError(_what_to_do(facts, error)) from error


def _what_to_do(facts: LetterFacts, error: UnprintableTextError) -> str:
    """Name characters by number and Unicode name: messages are logged, names of people are not."""
    if not error.characters:
        return f"letter {facts.letter.tag} can't be printed; its edition needs a developer: {error}"
    named = ", ".join(
        f"U+{ord(each):04X} ({unicodedata.name(each, 'unnamed')})"
        for each in error.characters[:_MOST_NAMED]
    )
    return (
        f"letter {facts.letter.tag} can't be printed: the letter's font lacks {named}; "
        f"{what_to_correct(facts, error.characters)}"
    )
