"""Letters with a text that is being written, prepared as they would be and drawn page by page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from html import escape
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, NewType, TypeVar

from annual_review.desk.reading.pictures import PAGE_WIDTH
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.invisible import lacks
from annual_review.domain.letters import LetterState
from annual_review.domain.paragraphs import ParagraphError, checked_text
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.errors import RefusalError

if TYPE_CHECKING:
    from annual_review.rehearsal.preview import PreviewSource
    from annual_review.rendering.editions.edition import Edition
    from annual_review.rendering.forms.printed_pages import Mark
    from annual_review.rendering.loaded_editions import LoadedEditions
    from annual_review.rendering.pages.thumbnails import ThumbnailMaker

DraftId = NewType("DraftId", str)
"""The beginning of the hash of a draft's PDF, by which pages ask for its pictures."""

_K = TypeVar("_K")
_V = TypeVar("_V")

_MOST_KEPT: Final = 12
_ID_LENGTH: Final = 20


class DraftError(RefusalError):
    """A text can't be printed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter with a text that is kept nowhere, and where on its pages that stands."""

    id: DraftId
    pdf: bytes
    html: str
    pages: int
    marks: Sequence[Mark]

    @property
    def page(self) -> int:
        """The page to look at: that on which the text begins."""
        return self.marks[0].page if self.marks else 1


Whose = tuple[ReportingYear, AuthorityCode]


@dataclass(slots=True)
class Drafts:
    """Prepares drafts one at a time, with a typesetter that is kept: a first letter is slow.

    What a letter is made from is read once for an authority, when its page is opened; what is
    typed there costs no further reading.
    """

    _editions: dict[tuple[ReportingYear, bool], tuple[Edition, LoadedEditions]] = field(
        default_factory=dict
    )
    _sources: OrderedDict[Whose, PreviewSource] = field(default_factory=OrderedDict)
    _made: OrderedDict[DraftId, Draft] = field(default_factory=OrderedDict)
    _painter: ThumbnailMaker | None = None
    _lacking: Callable[[str], Sequence[str]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def forget(self, whose: Whose) -> None:
        """Read again what a letter is made from, when its next draft is asked for."""
        with self._lock:
            self._sources.pop(whose, None)

    def check(self, text: str, today: date) -> str:
        """Return a text as it would be kept.

        Raises:
            DraftError: It can't be one paragraph, or the letter's font lacks some of it.
        """
        from annual_review.rendering.forms.pdf import lacking_glyphs

        try:
            checked = checked_text(text)
        except ParagraphError as error:
            raise DraftError(str(error)) from error
        with self._lock:
            self._lacking = self._lacking or lacking_glyphs(today)
            if characters := self._lacking(checked):
                raise DraftError(lacks(characters))
        return checked

    def make(self, whose: Whose, id_: str, text: str, read: Callable[[], PreviewSource]) -> Draft:
        """Prepare the letter of an authority with a text in place of one of its paragraphs.

        Raises:
            DraftError: The letter can't be printed like that.
            ParagraphError: It has no such paragraph.
        """
        from annual_review.rehearsal.preview import prepare, tried
        from annual_review.rendering.forms.printed_pages import marks_of, pages_of

        year, _ = whose
        with self._lock:
            source = self._source(whose, read)
            edition, editions = self._loaded(year, is_live=source.is_live)
            documents, letter = prepare(tried(source, edition, id_, text), edition, editions)
            if letter.state is LetterState.FAILED:
                raise DraftError(letter.history[-1].why)
            pdf = documents.get(letter.key("pdf"))
            html = _marked(documents.get(letter.key("html")).decode(), text)
            name = DraftId(sha256(pdf).hexdigest()[:_ID_LENGTH])
            draft = Draft(name, pdf, html, pages_of(pdf).count, marks_of(pdf, text))
            _keep(self._made, name, draft)
            return draft

    def warm(self, whose: Whose, id_: str, text: str, read: Callable[[], PreviewSource]) -> None:
        """Make a first draft in the background, so that whoever asks for one waits less."""
        if self._editions:
            return

        def make() -> None:
            # Nobody has asked for it: what is wrong is told to whoever does.
            with suppress(Exception):
                self.picture(self.make(whose, id_, text, read), 1)
            self.forget(whose)

        Thread(target=make, name="a first draft", daemon=True).start()

    def get(self, id_: str) -> Draft | None:
        """Return a draft; `None` if it was made too long ago."""
        return self._made.get(DraftId(id_))

    def picture(self, draft: Draft, page: int) -> bytes:
        """Draw a page of a draft (PNG)."""
        from annual_review.rendering.pages.thumbnails import ThumbnailMaker

        with self._lock:
            self._painter = self._painter or ThumbnailMaker()
            return self._painter.page(draft.pdf, page, PAGE_WIDTH, draft.marks)

    def _loaded(self, year: ReportingYear, *, is_live: bool) -> tuple[Edition, LoadedEditions]:
        from annual_review.rehearsal.preview import editions_for
        from annual_review.rendering.editions.edition import edition_for
        from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS

        if (year, is_live) not in self._editions:
            edition = edition_for(SHIPPED_EDITIONS, year)
            self._editions[year, is_live] = edition, editions_for(edition, is_live=is_live)
        return self._editions[year, is_live]

    def _source(self, whose: Whose, read: Callable[[], PreviewSource]) -> PreviewSource:
        if whose not in self._sources:
            _keep(self._sources, whose, read())
        return self._sources[whose]


def _keep(kept: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    kept[key] = value
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def _marked(html: str, text: str) -> str:
    """Mark a text in the letter's page, where it is found as it stands."""
    for there in (escape(text, quote=False), escape(text.replace("'", "\u2019"), quote=False)):
        # Between two tags: a short text may stand within one, or within another text.
        if (whole := f">{there}<") in html:
            return html.replace(whole, f'><mark id="paragraph">{there}</mark><', 1)
    return html
